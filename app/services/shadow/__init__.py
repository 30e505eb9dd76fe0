"""Runs a second model on a share of the scans and compares it with the serving model."""
