"""Loads the weights, runs the forward pass, and computes Grad-CAM from the same pass."""
