"""Engines of other processes: of one process for all that serve on a machine, and of replicas on a Ray cluster."""
