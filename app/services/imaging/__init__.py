"""Reads image files, prepares them for the network and measures their quality."""
