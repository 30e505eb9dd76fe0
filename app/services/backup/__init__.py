"""Backs up the database and the stored pictures into one file, and restores them from it."""
