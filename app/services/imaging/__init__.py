"""Turns an image file into the network's input, and measures the quality of the image."""
