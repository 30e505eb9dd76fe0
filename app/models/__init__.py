"""The domain, shared by all services: classes, errors, identities, model metadata, thresholds and measured results."""
