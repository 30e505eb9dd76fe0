"""The shapes of things: classes, network architectures, metadata, request and response bodies."""
