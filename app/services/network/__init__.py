"""Loads the weights and computes the forward pass, with Grad-CAM from the same pass."""
