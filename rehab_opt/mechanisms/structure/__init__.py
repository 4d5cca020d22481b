"""Synapses that come and go: growth of elements and pairing, pruning."""
