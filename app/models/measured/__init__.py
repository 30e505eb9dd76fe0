"""The reports of measurements of a model before its release, stored in the models folder."""
