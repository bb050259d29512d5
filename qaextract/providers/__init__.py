"""Request to reply: one way to reach a model a file."""
