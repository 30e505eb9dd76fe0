"""Observes the service over time: metrics, traces and the drift alarm."""
