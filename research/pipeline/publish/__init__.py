"""Publishes trained models, and writes documents and figures from the reports."""
