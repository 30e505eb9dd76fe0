"""The HTTP interface: one file per resource, and the guards, limits and error format that the routes share."""
