"""Answers one scan: models, request queue, cache, samples and uploads."""
