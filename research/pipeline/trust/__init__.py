"""Fits and measures the gate, the prediction sets and the confidence threshold."""
