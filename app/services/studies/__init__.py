"""Reads studies, which are DICOM objects and NIfTI volumes with many slices, and classifies the slices that it can."""
