"""The Open Inference Protocol, version 2: its requests with tensors, in JSON or binary, and its responses."""
