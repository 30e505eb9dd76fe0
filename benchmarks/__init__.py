"""How fast, how small: a command each for forward pass, service, load, memory and start."""
