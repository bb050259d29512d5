"""Outcomes to files: one format a file."""
