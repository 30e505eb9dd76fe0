"""Measures a trained model on the test images, beside published packages."""
