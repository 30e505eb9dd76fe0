"""Shared parts of the benchmarks: clients, timing, results and plots."""
