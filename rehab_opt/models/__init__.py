"""Further models in the same plug as the built-in network: a toy for tests, published models and formulas."""
