"""What was measured of a model before release: the reports beside its weights."""
