"""Limits how often a client may sign in or request predictions."""
