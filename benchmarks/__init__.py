"""Timings, each a command of its own."""
