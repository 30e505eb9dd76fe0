"""Makes the drift reference and measures how well drift is detected."""
