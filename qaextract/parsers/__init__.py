"""Source to document, one format a file."""
