"""Which chunks are worth asking about: the apparatus of a book is passed over, its subject is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.model import Block, Chunk, Document, Span
from qaextract.seeds import front_matter, spread

REFERENCES = [
    "Doodson, A. T. (1921). The harmonic development of the tide-generating potential.",
    "Darwin, G. H. 1898. The tides and kindred phenomena. John Murray, London.",
    "Cartwright, D. E. Tides: a scientific history. Cambridge University Press, 1999.",
]
PROSE = [
    "A reference is another name for an object that exists already.",
    "It is initialised once and cannot be made to name another object.",
]
RIGHTS = [
    "Copyright 2020 The Harbour Office.",
    "Permission is granted to redistribute it under this licence. No warranty.",
]


def chunk_of(headings, paragraphs, kind="paragraph"):
    text, blocks = "", []
    for paragraph in paragraphs:
        blocks.append(Block(kind, Span(len(text), len(text) + len(paragraph))))
        text += paragraph + "\n\n"
    document = Document("0" * 16, "x", "x", text, tuple(blocks))
    return Chunk(document.id, Span(0, len(text)), text, tuple(headings)), document


@pytest.mark.parametrize(
    ("headings", "paragraphs", "expected"),
    [
        (["Contents"], PROSE, True),
        (["7. Acknowledgements"], PROSE, True),
        (["References"], REFERENCES, True),
        (["8 References"], REFERENCES, True),
        (["3 The C++ language", "3.3.1 References"], PROSE, False),
        (["Index"], ["neap tide, 4, 17", "node, 21", "spring tide, 3"], True),
        (["5.2 The index"], PROSE, False),
        (["License"], RIGHTS, True),
        (["The manifest", "license"], ["The field `license` holds the name of the licence as a string."], False),
        (
            ["4.2 copyright"],
            ["The file lists who holds the copyright of the upstream sources, and how to reach them."],
            False,
        ),
        (["Tides"], REFERENCES, False),
        ([], ["1.1 The pull . . . . . . 1"] * 9, True),
    ],
)
def test_front_matter(headings, paragraphs, expected):
    assert front_matter(*chunk_of(headings, paragraphs)) is expected


def test_a_list_of_references_needs_no_heading():
    assert front_matter(*chunk_of([], REFERENCES, kind="reference"))


@given(st.lists(st.integers(), max_size=70, unique=True))
def test_spread_keeps_every_item_and_reaches_all_over_early(items):
    order = spread(items)
    assert sorted(order) == sorted(items)
    if len(items) >= 8:
        places = [items.index(item) * 4 // len(items) for item in order[:8]]
        assert len(set(places)) >= 3


@pytest.mark.parametrize("heading", ["Table of Contents", "1. List of Figures", "IV Contents", "Appendix B: Contents"])
def test_a_number_or_none_before_the_name_of_a_list(heading: str) -> None:
    assert front_matter(*chunk_of((heading,), PROSE))


def test_a_long_heading_in_capitals_takes_no_longer_than_another() -> None:
    assert not front_matter(*chunk_of(("ADVANCEDPROGRAMMINGGUIDEFORTHOSEWHOPREDICTTIDES!",), PROSE))
