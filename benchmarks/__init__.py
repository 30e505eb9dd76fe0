"""Benchmarks of speed, memory and size: one command for each."""
