"""How the models came to be and how good they are; nothing of it is needed to serve them."""
