"""Measures a trained model on the test images, and compares it with published packages."""
