"""What an operator can set, and how the service writes its log."""
