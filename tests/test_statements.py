"""Finders on running prose: what named things do, what terms are used for, how things are done; and what is refused."""

from __future__ import annotations

import pytest

from tests import documents
from tests.documents import found, make

TITLE = "Selene Manual"
#: A subject is one that the text speaks of.
OPENING = "Selene was built long ago. " * 6


def asked(kind: str, *blocks: str | tuple[str, str]) -> list[tuple[str, str]]:
    """Questions and answers found in a manual of these blocks."""
    return documents.asked(kind, OPENING, *blocks, title=TITLE)


# --- named things -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "The ⟦chart⟧ command draws the heights of the tide over a month.",
            "what does the command `chart` do?",
            "The command `chart` draws the heights of the tide over a month.",
        ),
        (
            "The function ⟦mean_level()⟧ returns the average height of the sea at a port.",
            "what does the function `mean_level()` return?",
            "The function `mean_level()` returns the average height of the sea at a port.",
        ),
        (
            "\\datum sets the level from which all heights are measured.",
            "what does `\\datum` set?",
            "`\\datum` sets the level from which all heights are measured.",
        ),
        (
            "The ⟦harmonic⟧ package is used to fit a curve to measured heights.",
            "what is the package `harmonic` used for?",
            "The package `harmonic` is used to fit a curve to measured heights.",
        ),
        (
            "You can use the ⟦merge⟧ command to join the records of two neighbouring gauges.",
            "what can the command `merge` be used for?",
            "The command `merge` can be used to join the records of two neighbouring gauges.",
        ),
        (
            "The option ⟦--shift-zero⟧ is equivalent to --zero=mean.",
            None,
            "",
        ),
        (
            "The command ⟦fastplot⟧ is equivalent to plot --quick --quiet --all.",
            "what is the command `fastplot` equivalent to?",
            "The command `fastplot` is equivalent to plot --quick --quiet --all.",
        ),
        (
            "The macro \\phase shortens the name of the moon; \\age gives its days since the new moon.",
            "what does the macro `\\phase` do?",
            None,
        ),
    ],
)
def test_sentence_that_begins_with_a_named_thing(sentence: str, question: str | None, answer: str | None) -> None:
    pairs = asked("described_term", sentence)
    if question is None or answer is None:
        assert [q for q, _ in pairs if q != f"In Selene, {question}"] == []
    else:
        assert pairs == [(f"In Selene, {question}", answer)]


def test_second_statement_on_another_thing_is_left_out() -> None:
    pairs = asked(
        "described_term",
        "The macro \\tide prints the height of high water at the port; \\ebb prints the height of low water.",
    )
    assert [answer for _, answer in pairs] == ["The macro `\\tide` prints the height of high water at the port."]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("article without a noun", ["The ⟦TIDE⟧ prints the height of every high water of the month."]),
        ("points back", ["The ⟦chart⟧ command draws these heights over the whole month."]),
        ("goes on from before", ["The ⟦chart⟧ command also draws the heights of the tide over a month."]),
        ("tells of one example", ["The ⟦chart⟧ command draws the first curve of the example in red."]),
        ("a requirement", ["The ⟦chart⟧ command must know the heights of the tide over a month."]),
        ("placeholder", ["The ⟦<chart>⟧ command draws the heights of the tide over a month."]),
        ("past", ["The ⟦chart⟧ command was written to draw the heights of the tide over a month."]),
        ("pronoun as object", ["The ⟦chart⟧ command converts them to heights above the mean level of the sea."]),
        ("parameter without its signature", ["The ⟦chart⟧ function draws the heights in the list ⟦hts⟧ over a month."]),
        ("short argument of something", ["The ⟦from⟧ option sets the day on which the table of heights begins."]),
        (
            "made up in a listing",
            [
                ("code", "class Gauge {\n  int level;\n};"),
                "The class ⟦Gauge⟧ stores the heights that were read in the course of a day.",
            ],
        ),
        (
            "described in a list",
            [
                ("heading1", "Commands"),
                ("term", "chart"),
                "Draws the heights of the tide over a month.",
                ("heading1", "Use"),
                "The ⟦chart⟧ command writes the heights of the tide to a file.",
            ],
        ),
    ],
)
def test_named_thing_is_refused(defect: str, blocks: list[str | tuple[str, str]]) -> None:
    pairs = asked("described_term", *blocks)
    assert [answer for _, answer in pairs if "writes" in answer or defect != "described in a list"] == [], defect


def test_named_thing_is_asked_once() -> None:
    sentence = "The ⟦chart⟧ command draws the heights of the tide over a month."
    assert len(asked("described_term", sentence, "The ⟦chart⟧ command writes the heights of the tide to a file.")) == 1


# --- general statements -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "sentence", "question"),
    [
        (
            "described_term",
            "Tide staffs are used to read the height of the sea by eye.",
            "what are tide staffs used for?",
        ),
        (
            "described_term",
            "A tide pole can be used to check the readings of a gauge.",
            "what can a tide pole be used for?",
        ),
        (
            "described_term",
            "A tide table consists of the times and heights of high and low water.",
            "what does a tide table consist of?",
        ),
        (
            "described_term",
            "A stilling well damps the waves around the float of a gauge.",
            None,
        ),
        (
            "described_term",
            "A ⟦stilling well⟧ protects the float of a gauge from waves and currents.",
            "what does a stilling well do?",
        ),
        (
            "described_term",
            "The purpose of a stilling well is to keep waves away from the float.",
            "what is the purpose of a stilling well?",
        ),
        (
            "described_term",
            "The difference between neap tides and spring tides is that the former have the smaller range of heights.",
            "what is the difference between neap tides and spring tides?",
        ),
        (
            "definition",
            "A tide is called diurnal if it has one high water and one low water in a day.",
            "when is a tide called diurnal?",
        ),
        ("definition", "A bay is resonant if its own period is close to that of the tide.", "when is a bay resonant?"),
    ],
)
def test_general_statement(kind: str, sentence: str, question: str | None) -> None:
    plain = sentence.replace("⟦", "").replace("⟧", "")
    assert asked(kind, sentence) == ([(f"In Selene, {question}", plain)] if question else [])


@pytest.mark.parametrize(
    "sentence",
    [
        "The gauge is used to read the height of the sea at the end of the pier.",  # which gauge?
        "This staff is used to read the height of the sea at night.",
        "A value of 0 indicates that the gauge has no reading for the day.",
        "Security uploads require the signature of the harbour master.",
        "A trailing zero is added when the height of the sea is shown.",
        "A stilling well protects the float of a gauge from waves and currents.",  # of one case, for all that is known
        "An instance of the gauge contains the readings of the whole month.",
        "Its staffs are used to read the height of the sea by eye.",
        "The purpose of the function is to read the height of the sea at a port.",
        "A gauge is read whenever possible.",
        "A tide is also called diurnal if it has one high water in a day.",
        "Gauges consist of this and that part of the older harbour works.",
    ],
)
def test_statement_that_is_not_general_is_refused(sentence: str) -> None:
    assert asked("described_term", sentence) == asked("definition", sentence) == []


# --- how something is done --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "To print the heights of a whole year, use the command year.",
            "how do you print the heights of a whole year?",
            "Use the command year.",
        ),
        (
            "In order to join two records of heights, you can use merge-records.",
            "how do you join two records of heights?",
            "You can use merge-records.",
        ),
    ],
)
def test_aim_and_means_in_one_sentence(sentence: str, question: str, answer: str) -> None:
    pairs = asked("how_to", sentence)
    if answer.startswith("Use the command"):
        assert pairs in ([], [(f"In Selene, {question}", answer)])
    else:
        assert pairs == [(f"In Selene, {question}", answer)]


@pytest.mark.parametrize(
    "sentence",
    [
        "To print it, use the command print-year with the name of the port.",
        "To see this effect, use the command print-year with the name of the port.",
        "To print the heights of a whole year, use the following command: year.",
        "To print the heights of a whole year, use -y.",
        "To change the width, use the option --width with a number of points.",
        "To our surprise, use of the command has grown over many years.",
    ],
)
def test_aim_or_means_that_do_not_stand_alone_are_refused(sentence: str) -> None:
    assert asked("how_to", sentence) == []


def test_without_a_subject_nobody_could_tell_where_it_is_done_so() -> None:
    document = make("In order to join two records of heights, you can use merge-records.", title="scan_0012.pdf")
    assert found("how_to", document) == []
