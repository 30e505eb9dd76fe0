"""Reads DICOM objects: what their headers tell without a person's identity, and their frames as pictures.

Needs the extra `dicom`; every module here is imported only where a file is a DICOM object.
"""
