"""Finds phrases that the project's texts must not contain."""
