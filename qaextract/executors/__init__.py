"""How work is spread."""
