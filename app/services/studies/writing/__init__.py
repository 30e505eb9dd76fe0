"""Writes the result of a study as DICOM objects of the same study, and as FHIR resources."""
