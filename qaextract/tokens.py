"""How many tokens a text has, estimated without a tokenizer and on the high side."""

from __future__ import annotations

import re

#: A word of Latin letters, a digit, a run of white space with a line break, or any other single character.
_PIECE = re.compile(
    r"(?P<word>[A-Za-z]+)|(?P<digit>\d)|(?P<break>\s*\n\s*)|(?P<sign>[^\w\s])|(?P<other>[^\W\d_A-Za-z]|_)"
)
_LETTERS_PER_TOKEN = 5
#: Characters of other scripts take a token and often more.
_OTHER = 1.5
#: What a message, its role and its schema add.
OVERHEAD = 20


def estimate_tokens(text: str) -> int:
    """Tokens of the text: 1.0 to 1.3 times what tokenizers of current models count on English prose and code."""
    total = 0.0
    for found in _PIECE.finditer(text):
        if found.lastgroup == "word":
            total += 1 + (len(found[0]) - 1) // _LETTERS_PER_TOKEN
        elif found.lastgroup == "other":
            total += _OTHER
        else:
            total += 1
    return int(total) + 1
