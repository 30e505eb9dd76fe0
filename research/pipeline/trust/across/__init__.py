"""Trust across sources: what an answer is worth at a hospital that the network has not seen."""
