"""The pipeline's command line, one file a group of commands."""
