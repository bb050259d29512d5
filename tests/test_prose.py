"""Blocks as plain prose, the subject of a document, and what shows that a text is fit to be asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.model import Span
from qaextract.recipes._fitness import debris, leans
from qaextract.recipes._grammar import capitalised, is_plural, uncapitalised
from qaextract.recipes._prose import prose, sentences_of
from qaextract.recipes._subject import asked_within, subject
from tests.documents import make

# --- plain text -------------------------------------------------------------------------------------------------


def test_markup_is_left_out_of_plain_text_but_not_of_the_quote():
    document = make(
        "A **spring tide** is a [tide](tides.md#spring) of\nlarge range\\*, and `high_water` stays code.",
        parser="markdown-it-py 4",
    )
    (sentence,) = sentences_of(document, document.blocks[0])
    assert sentence.text == "A spring tide is a tide of large range*, and `high_water` stays code."
    assert sentence.quote(document) == document.blocks[0].span.of(document.text)


def test_a_list_marker_is_not_part_of_the_text():
    document = make(("list", "3. Read the gauge. Write it down."), ("list", "• A buoy floats."))
    assert [prose(document, block).text for block in document.blocks] == [
        "Read the gauge. Write it down.",
        "A buoy floats.",
    ]


def test_words_cut_at_a_hyphen_of_their_own_are_joined_without_a_space():
    document = make("a semi-\ndiurnal tide")
    assert prose(document, document.blocks[0]).text == "a semi-diurnal tide"


def test_entities_of_markdown_are_read_and_those_of_plain_text_are_kept():
    marked = make("salt &amp; water", parser="markdown-it-py 4")
    plain = make("salt &amp; water")
    assert prose(marked, marked.blocks[0]).text == "salt & water"
    assert prose(plain, plain.blocks[0]).text == "salt &amp; water"


@given(st.text(alphabet="ab *_`[]()\\&;<>#!-\n>1.é", max_size=60), st.booleans())
def test_every_character_of_plain_text_has_its_place(text: str, markdown: bool):
    document = make("x" + text + "x", parser="markdown-it-py 4" if markdown else "made by hand")
    plain = prose(document, document.blocks[0])
    assert len(plain.text) == len(plain.places)
    assert list(plain.places) == sorted(set(plain.places))
    for char, place in zip(plain.text, plain.places, strict=True):
        assert document.text[place] == char or char == " " or document.text[place] == "&"


# --- naming the subject -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("The GNU Awk User's Guide", "GNU Awk"),
        ("Bash Reference Manual, Edition 5.2", "Bash"),
        ("gnuplot 5.4", "gnuplot"),
        ("R Language Definition", "the R language"),
        ("Introduction to Probability", "Probability"),
        ("The Tides: A Short Course", "“The Tides”"),
        ("How the Sea Was Measured", "“How the Sea Was Measured”"),
        ("Simple harbour charts: seachart", "seachart"),
        ("Filesystem Hierarchy Standard", "the Filesystem Hierarchy Standard"),
        ("manual.dvi", ""),
        ("README", ""),
        ("User's Guide", ""),
        ("", ""),
    ],
)
def test_the_subject_is_what_the_title_names(title: str, named: str):
    bare = named.removeprefix("the ").strip("“”")
    assert subject(make(f"{bare} is here. {bare} is there. {bare} again.", title=title)) == named


def test_a_title_that_the_text_never_speaks_of_is_set_in_quotation_marks_or_left_out():
    assert subject(make("Nothing.", title="Harbour Gauges Handbook")) == "“Harbour Gauges”"
    assert subject(make("Nothing.", title="impatient")) == ""


def test_where_nobody_gave_a_title_the_first_words_name_the_subject():
    document = make("Harbours of the North", "A harbour is deep.", title="made")
    assert subject(document) == "“Harbours of the North”"
    assert subject(make("This is the first sentence of it.", title="made")) == ""


def test_the_subject_is_not_named_twice():
    document = make("Tides. Tides. Tides.", title="Tides")
    assert asked_within(document, "What is slack water?") == "In Tides, what is slack water?"
    assert asked_within(document, "What drives the tides?") == "What drives the tides?"


# --- what is fit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "A gauge \ufffd is read.",
        "The sum ∑ of it is large.",
        "A gauge , which is read, is here.",
        "The inter- national gauge is read.",
        "It is the the gauge that is read.",
        "The gauge (which is read is here.",
        "A tank, as shown by Lee [12, 3], is empty.",
        "Contents ........ 12",
        "The gauge1 was read in spring².",
        "After 𝑘hours the curve is flat.",
    ],
)
def test_debris_is_seen(text: str):
    assert debris(text)


@pytest.mark.parametrize(
    "text", ["A gauge (the old one) is read.", "It costs 3.50, e.g. in May.", "The file etc/passwd is read by “su”."]
)
def test_whole_text_is_no_debris(text: str):
    assert debris(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "However, the gauge is read daily.",
        "The gauge is also a clock.",
        "This is a gauge of the harbour.",
        "The second gauge is a float in a well.",
        "We read a gauge in the harbour.",
        "The gauge is described in Section 3.",
    ],
)
def test_sentences_that_lean_on_others_are_seen(text: str):
    assert leans(text)


def test_a_second_of_two_things_may_be_named():
    assert leans("A pair of gauges is set so that the first reads high water and the second low water.") is None


@pytest.mark.parametrize(
    ("noun", "plural"),
    [("tides", True), ("status", False), ("axis", False), ("lists of gauges", True), ("NMUs", True), ("class", False)],
)
def test_plurals_are_told_by_their_head(noun: str, plural: bool):
    assert is_plural(noun) is plural


def test_capitals_of_names_and_code_are_kept():
    assert capitalised("x_max is set") == "x_max is set"
    assert capitalised("a tide") == "A tide"
    assert uncapitalised("MHWS is high") == "MHWS is high"
    assert uncapitalised("A tide") == "a tide"


def test_spans_of_plain_text_lead_back_to_the_document():
    document = make("First block.", "A ⟦tide⟧ rises.")
    plain = prose(document, document.blocks[1])
    assert plain.within(document.emphasis[0]).of(plain.text) == "tide"
    assert plain.within(Span(0, 5)) == Span(0, 0)
