"""Writes a prediction as a PDF or HTML report."""
