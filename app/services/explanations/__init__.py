"""Results in words: the sentences of every screen, and explanations by the service or by a language model."""
