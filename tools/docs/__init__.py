"""Generates parts, pictures and examples of the documentation, and builds its site."""
