"""The supported network architectures."""
