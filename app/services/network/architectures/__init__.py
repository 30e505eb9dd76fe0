"""The network architectures that weights can belong to."""
