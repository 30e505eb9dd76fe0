"""The command line, one file a command: arguments in, a table or JSON out. The work itself is in the services."""
