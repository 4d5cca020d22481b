"""Which point is tried next: samplers of Optuna built anew for each trial, and which sides of the box matter."""
