"""The packages that the project depends on: their licences, and the bill of materials of a release."""
