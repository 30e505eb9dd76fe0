"""Classifies scans: predictor, models, request queue, cache, sample images and uploads."""
