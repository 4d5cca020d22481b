"""Currents from outside and what they leave behind."""
