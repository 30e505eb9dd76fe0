"""Documents to save: a prediction as PDF or HTML."""
