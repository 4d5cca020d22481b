"""Proof of search: planted optima, a brute-force grid with races on it, the samplers on a real study, and what the
coordinator itself costs."""
