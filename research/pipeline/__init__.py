"""The pipeline's commands: `python -m research.pipeline --help`."""
