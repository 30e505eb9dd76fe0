"""What the service does with a scan."""
