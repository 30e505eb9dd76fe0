"""Measures of classification: accuracy, calibration, intervals. Pure functions."""
