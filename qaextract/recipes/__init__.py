"""What to ask: one type of question a file, with its draft type, its finder and its prompt."""
