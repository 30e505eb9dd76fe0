"""Stores predictions, their pictures and readers' feedback."""
