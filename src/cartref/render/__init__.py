"""From records to output: JSON, plain text and tables. Knows the model and nothing above it."""
