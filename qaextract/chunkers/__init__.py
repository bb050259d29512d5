"""Document to chunks."""
