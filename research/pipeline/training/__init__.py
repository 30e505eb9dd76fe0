"""Trains a network from a recipe."""
