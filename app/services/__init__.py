"""The business logic: one package per capability."""
