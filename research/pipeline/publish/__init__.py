"""Writes model card, findings and figures from the reports."""
