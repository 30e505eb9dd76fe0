"""Finds turns of phrase that the project does not use."""
