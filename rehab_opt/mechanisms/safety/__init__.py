"""Too much excitation: detected, logged, survived."""
