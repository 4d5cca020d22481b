"""Change of synaptic weights and excitability: task learning, metaplasticity, inhibition, homeostasis,
consolidation."""
