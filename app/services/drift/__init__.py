"""Detects drift: compares recent scans with the validation scans, by functions of their descriptors."""
