"""Measures how far an answer can be trusted: gate, prediction sets, views, decision."""
