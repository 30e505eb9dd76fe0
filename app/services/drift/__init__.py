"""Detects drift: compares recent scans with the validation scans. Pure functions of descriptors."""
