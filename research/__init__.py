"""Training and evaluation of the models; the service does not need this package."""
