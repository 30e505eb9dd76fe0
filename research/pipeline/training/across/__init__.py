"""Trains a network on slices of many sources at once, and on all but some of them."""
