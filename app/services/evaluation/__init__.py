"""Evaluates a model on a site's own labelled scans."""
