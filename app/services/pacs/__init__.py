"""Fetches studies from servers of images, listens for what they send, and sends results back."""
