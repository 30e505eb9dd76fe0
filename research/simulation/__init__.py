"""Simulates replicas of the service behind Ray Serve's router, and chooses the numbers of its autoscaling."""
