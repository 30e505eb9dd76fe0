"""The benchmarks, one module per benchmark."""
