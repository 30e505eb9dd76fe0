"""Brain tumor classification: a brain MRI in, a diagnosis aid out."""

__version__ = "0.1.0"
