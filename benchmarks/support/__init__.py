"""What the benchmarks share: servers' clients, timing rounds, results and plots."""
