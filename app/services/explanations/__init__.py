"""Puts a prediction into words, by the service itself or by a language model."""
