"""Finders on lists, terms, tables and captions: each form that is found, and what only looks like it."""

from __future__ import annotations

import pytest

from qaextract.model import BBox, Block, Document, Span
from tests import documents
from tests.documents import found, make

TITLE = "Selene Manual"
#: A subject is one that the text speaks of.
OPENING = "Selene was built long ago. " * 6
OPTIONS = ("heading1", "Options")


def asked(kind: str, *blocks: str | tuple[str, str]) -> list[tuple[str, str]]:
    """Questions and answers found in a manual of these blocks."""
    return documents.asked(kind, OPENING, *blocks, title=TITLE)


# --- described terms --------------------------------------------------------------------------------------------


def test_term_with_a_verb_is_asked_what_it_does() -> None:
    pairs = asked("described_term", OPTIONS, ("list", "--quiet\tSuppresses the report of the run."))
    assert pairs == [
        ("In Selene, what does the option `--quiet` do?", "`--quiet` suppresses the report of the run."),
    ]


@pytest.mark.parametrize(
    ("description", "answer"),
    [
        ("Write the report of the run to FILE. It is kept.", "`--log=FILE` writes the report of the run to FILE."),
        ("Copy the report and send the sum to FILE.", "`--log=FILE` copies the report and sends the sum to FILE."),
        ("Fetch the report, then pass it to FILE.", "`--log=FILE` fetches the report, then passes it to FILE."),
    ],
)
def test_imperative_description_is_told_of_the_term(description: str, answer: str) -> None:
    pairs = asked("described_term", OPTIONS, ("term", "--log=FILE"), description)
    assert pairs == [("In Selene, what does the option `--log=FILE` do?", answer)]


@pytest.mark.parametrize(
    "description",
    # "run" may be a noun here: where a form is not sure, the description stays as it is.
    ["Write the report and run logs to your FILE.", "Write the report or (with no name) drop it."],
)
def test_imperative_description_whose_forms_are_unsure_stays_as_it_is(description: str) -> None:
    pairs = asked("described_term", OPTIONS, ("term", "--log=FILE"), description)
    told = f"`--log=FILE` means: w{description[1:]}"
    assert pairs == [("In Selene, what does the option `--log=FILE` mean?", told)]


def test_noun_phrase_says_what_the_term_is() -> None:
    pairs = asked(
        "described_term",
        "The following variables are set by the program:",
        ("list", "TIDE_PORT\tThe name of the harbour whose tides are predicted."),
    )
    assert pairs == [
        (
            "In Selene, what is the variable `TIDE_PORT`?",
            "`TIDE_PORT` is the name of the harbour whose tides are predicted.",
        )
    ]


def test_demonstrative_subject_becomes_the_term() -> None:
    pairs = asked("described_term", OPTIONS, ("list", "--utc\tThis option prints all times in universal time."))
    assert pairs == [("In Selene, what does the option `--utc` do?", "`--utc` prints all times in universal time.")]


def test_function_opens_its_paragraph() -> None:
    pairs = asked("described_term", "double tide_height(double t, int port) returns the height of the tide in metres.")
    assert pairs == [
        (
            "In Selene, what does the function `double tide_height(double t, int port)` do?",
            "`double tide_height(double t, int port)` returns the height of the tide in metres.",
        )
    ]


def test_category_in_brackets_is_not_part_of_the_term() -> None:
    pairs = asked(
        "described_term", ("term", "[Function] tide_port_name (port)"), "Return the name of the port as a string."
    )
    assert [question for question, _ in pairs] == ["In Selene, what does the function `tide_port_name (port)` do?"]


def test_test_expression_is_asked_when_it_is_true() -> None:
    pairs = asked("described_term", ("list", "port1 -nt port2\tTrue if the first port is newer than the second."))
    assert pairs == [
        (
            "In Selene, when is the expression `port1 -nt port2` true?",
            "`port1 -nt port2` is true if the first port is newer than the second.",
        )
    ]


def test_rows_of_a_reference_table_are_terms() -> None:
    pairs = asked(
        "described_term",
        (
            "table",
            "⟦Flag\tMeaning⟧\nTIDE_LOW\tMakes the search end at low water.\nTIDE_HIGH\tMakes the search end at high "
            "water."
            "\nTIDE_ANY\tMakes the search end at the next turn of the tide.",
        ),
    )
    assert pairs[0] == (
        "In Selene, what does the flag `TIDE_LOW` do?",
        "`TIDE_LOW` makes the search end at low water.",
    )
    assert len(pairs) == 3


def test_condition_tells_the_effect() -> None:
    pairs = asked(
        "described_term", ("list", "WARN_LATE\tIf the WARN_LATE tag is set to YES, late tides are marked in red.")
    )
    assert pairs == [
        (
            "In Selene, what effect does `WARN_LATE` have?",
            "If the WARN_LATE tag is set to YES, late tides are marked in red.",
        )
    ]


@pytest.mark.parametrize(
    "blocks",
    [
        [
            ("list", "Ebb\tThe movement of the stream while water falls."),
            ("list", "Flood\tThe movement while it rises."),
        ],
        [
            ("list", "- **Ebb**: the movement of the stream while water falls."),
            ("list", "- **Flow**: the other movement."),
        ],
        ["⟦Ebb⟧ The movement of the stream while water falls.", "⟦Flood⟧ The movement of the stream that comes in."],
    ],
)
def test_words_of_a_glossary_are_asked_for_their_meaning(blocks: list[str | tuple[str, str]]) -> None:
    document = make(OPENING, ("heading", "Words of the tides"), *blocks, title=TITLE, parser="markdown")
    question, answer = next((draft.question, draft.answer) for draft in found("described_term", document))
    assert question == "In Selene, what does the term “Ebb” mean?"
    assert answer == "The movement of the stream while water falls."


def test_a_single_word_set_apart_makes_no_glossary() -> None:
    assert asked("described_term", "⟦Notation⟧ The letter of a tide is written before its number.") == []


def test_short_option_is_asked_with_its_command() -> None:
    document = _placed(
        ("term", "predict", 90),
        ("paragraph", "Print the tides of a day.", 120),
        ("list", "-m\tPrint all heights in metres.", 120),
    )
    questions = [draft.question for draft in found("described_term", document)]
    assert "In Selene, what does the option `-m` of `predict` do?" in questions


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("a short option of no command", [OPTIONS, ("list", "-m\tPrint all heights in metres.")]),
        ("cut at the colon", [OPTIONS, ("list", "--list\tPrints the ports that lie on:")]),
        ("a pointer instead of a description", [OPTIONS, ("list", "--old\tSame as the option before it.")]),
        ("a reference to a section", [OPTIONS, ("list", "--port\tSets the port as told in Section 3.")]),
        ("the sentence leans on another", [OPTIONS, ("list", "--depth\tAlso prints the depth of the harbour.")]),
        ("the description goes on elsewhere", [OPTIONS, ("list", "--map\tDraws a map of the"), "coast at low water."]),
        ("a key of no program", [OPTIONS, ("list", "Ctrl-Z\tStops the program in the foreground.")]),
        ("an assignment of a session", [OPTIONS, ("list", "x <- tide(3)\tThe height of the tide at three.")]),
        (
            "a bracket after an ordinary word",
            ["The tide (see the list) takes the name of the moon that pulls the water."],
        ),
        (
            "described twice",
            [
                OPTIONS,
                ("list", "--utc\tPrints times in universal time."),
                ("list", "--utc\tReads times in universal time."),
            ],
        ),
        ("tautology", [OPTIONS, ("list", "--quiet-mode\tThe quiet mode.")]),
        ("the index", [("heading1", "Index"), ("list", "--quiet\tSuppresses the report of the run.")]),
        (
            "a clause whose subject is another",
            [OPTIONS, ("list", "PORT_MAX\tThe reader is told when no port is found.")],
        ),
        ("no term but a chapter", [OPTIONS, ("list", "Chapter 7\tA survey of all ports of the coast.")]),
    ],
)
def test_no_description_of_the_term(defect: str, blocks: list[str | tuple[str, str]]) -> None:
    assert asked("described_term", *blocks) == [], defect


# --- members of lists -------------------------------------------------------------------------------------------


def test_sentence_names_all_members() -> None:
    assert asked("list_members", "There are three kinds of tides: spring tides, neap tides and mean tides.") == [
        (
            "In Selene, what are the three kinds of tides?",
            "The three kinds of tides are spring tides, neap tides and mean tides.",
        ),
    ]


@pytest.mark.parametrize(
    ("lead", "question"),
    [
        ("The two parts of a tide table are:", "What are the two parts of a tide table?"),
        ("A harbour clock has two hands:", "Which two hands does a harbour clock have?"),
        ("A tide gauge consists of the following parts:", "Which parts does a tide gauge consist of?"),
        ("Two conditions must hold for a spring tide:", "Which two conditions must hold for a spring tide?"),
        ("Tide gauges are divided into two classes:", "Into which two classes are tide gauges divided?"),
        ("In the open sea there are two kinds of waves:", "What are the two kinds of waves in the open sea?"),
    ],
)
def test_announcement_becomes_the_question(lead: str, question: str) -> None:
    pairs = asked("list_members", "All about tide gauges.", lead, ("list", "• the float;"), ("list", "• the pen."))
    expected = [(f"In Selene, {question[0].lower()}{question[1:]}", "the float and the pen")]
    assert [(asked_, answer.split(" are ")[-1].rstrip(".").lower()) for asked_, answer in pairs] == expected


def test_labels_stand_for_items_that_go_on() -> None:
    pairs = asked(
        "list_members",
        "There are two kinds of triggers:",
        ("list", "1. Explicit triggers. These can be activated by any tide."),
        ("list", "2. File triggers. These are activated by a change of the table."),
    )
    assert pairs == [
        (
            "In Selene, what are the two kinds of triggers?",
            "The two kinds of triggers are Explicit triggers and File triggers.",
        )
    ]


def test_heading_says_what_is_listed() -> None:
    pairs = asked(
        "list_members",
        ("heading2", "Kinds of light"),
        ("list", "• Sector light: a light that shows other colours elsewhere."),
        ("list", "• Light vessel: a ship that carries a light."),
    )
    assert pairs == [("In Selene, what are the kinds of light?", "Sector light and Light vessel.")]


def test_what_is_of_something_stays_with_its_noun() -> None:
    lead = "An option for reports affects three scopes of operation: global, session, and report."
    assert [question for question, _ in asked("list_members", lead)] == [
        "In Selene, which three scopes of operation does an option for reports affect?"
    ]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("one is missing", ["There are three kinds of tides:", ("list", "• spring tides"), ("list", "• neap tides")]),
        ("examples", ["Some examples of tidal rivers are:", ("list", "• the Severn"), ("list", "• the Elbe")]),
        ("of what is not said", ["There are two cases:", ("list", "• high water"), ("list", "• low water")]),
        ("it has them", ["It has two parts:", ("list", "• the float"), ("list", "• the pen")]),
        ("the number counts others", ["These are divided into two parts: the float and the pen."]),
        ("clauses", ["The tide has two phases: the water rises and the moon is high, and then it falls."]),
        (
            "an item points back",
            ["There are two kinds of tides:", ("list", "• spring tides"), ("list", "• the other one")],
        ),
        (
            "numbers begin late",
            ["There are two kinds of tides:", ("list", "2. spring tides"), ("list", "3. neap tides")],
        ),
        (
            "goes on in the next paragraph",
            ["There are two kinds of tides:", ("list", "• spring tides"), ("list", "• neap"), "tides after a quarter."],
        ),
    ],
)
def test_no_complete_list(defect: str, blocks: list[str | tuple[str, str]]) -> None:
    assert asked("list_members", *blocks) == [], defect


# --- procedures -------------------------------------------------------------------------------------------------

STEPS = (("list", "1. Find the port in the index."), ("list", "2. Read the height at noon."))
STEPS_ANSWER = "1. Find the port in the index.\n2. Read the height at noon."


@pytest.mark.parametrize(
    ("above", "question"),
    [
        ("To read a tide table, follow these steps:", "How do you read a tide table?"),
        ("To find the height:", "In Selene, how do you find the height?"),
        (("heading1", "How to read a tide table"), "How do you read a tide table?"),
        (("heading2", "3.1 Reading a tide table"), "How do you read a tide table?"),
    ],
)
def test_steps_are_asked_for_by_their_goal(above: str | tuple[str, str], question: str) -> None:
    pairs = asked("procedure", above, *STEPS)
    assert [(asked_.replace("In Selene, h", "H"), answer) for asked_, answer in pairs] == [
        (question.replace("In Selene, h", "H"), STEPS_ANSWER)
    ]


def test_code_of_a_step_stays_in_it() -> None:
    document = make(
        OPENING,
        "To install the tables, do the following:",
        ("list", "1. Run the installer:"),
        ("code", "```\ntides install\n```"),
        ("list", "2. Check the port."),
        title=TITLE,
        parser="markdown",
    )
    (draft,) = found("procedure", document)
    assert draft.answer == "1. Run the installer:\ntides install\n2. Check the port."


def test_steps_go_on_in_the_next_column() -> None:
    document = _placed(
        ("heading", "How to read a tide table", 60),
        ("list", "1. Find the port in the index.", 270),
        ("list", "2. Read the height at noon.", 50),
        top_of_column=2,
    )
    assert [draft.answer for draft in found("procedure", document)] == [STEPS_ANSWER]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("told to nobody", ["To read a tide table:", ("list", "1. The port is found."), ("list", "2. It is read.")]),
        ("no goal", ["The clerk does this:", *STEPS]),
        ("begins with the second step", ["To read a tide table:", ("list", "2. Find it."), ("list", "3. Read it.")]),
        ("a step is cut", ["To read a tide table:", ("list", "1. Find the port:"), ("list", "2. Read the height.")]),
        (
            "points to a figure",
            ["To read a tide table:", ("list", "1. Find the port of Figure 3."), ("list", "2. Read the height.")],
        ),
        ("exercises", [("heading1", "Exercises"), *STEPS]),
        ("much text between", [("heading1", "Reading a tide table"), "Tides are old.", "They rise.", *STEPS]),
    ],
)
def test_no_procedure(defect: str, blocks: list[str | tuple[str, str]]) -> None:
    assert asked("procedure", *blocks) == [], defect


# --- cells of tables --------------------------------------------------------------------------------------------

ROWS = "Brest\t4.5\t12:10\nDover\t6.8\t11:14\nTurku\t0.1\t10:02"
CAPTION = ("caption", "Table 3. Mean spring tides of northern ports")


def test_cell_is_asked_by_caption_row_and_column() -> None:
    pairs = asked("table_lookup", CAPTION, ("table", f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}"))
    assert pairs
    question, answer = pairs[0]
    assert question.startswith("In Selene, according to the table “Mean spring tides of northern ports”, what is the ")
    assert " for the port " in question
    assert answer.split()[-1] in ("m", "h")


def test_markdown_header_needs_no_emphasis() -> None:
    text = "| Port | Sea |\n|---|---|\n| Brest | Celtic Sea |\n| Dover | English Channel |\n| Turku | Baltic Sea |"
    document = make(OPENING, CAPTION, ("table", text), title=TITLE, parser="markdown")
    drafts = found("table_lookup", document)
    assert {draft.answer for draft in drafts} <= {"Celtic Sea", "English Channel", "Baltic Sea"}
    assert drafts


def test_only_table_of_a_section_goes_by_its_heading() -> None:
    text = "| Port | Sea |\n|---|---|\n| Brest | Celtic Sea |\n| Dover | English Channel |\n| Turku | Baltic Sea |"
    document = make(OPENING, ("table", text), title=TITLE, parser="markdown")
    drafts = found("table_lookup", document, "Northern ports and their seas")
    assert all("the table “Northern ports and their seas”" in draft.question for draft in drafts)
    assert drafts


def test_quotes_are_the_row_and_the_header() -> None:
    document = make(OPENING, CAPTION, ("table", f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}"))
    draft = found("table_lookup", document)[0]
    assert draft.quotes[0] in ROWS.split("\n")
    assert draft.quotes[1] == "Port\tRange (m)\tDelay (h)"


@pytest.mark.parametrize(
    ("defect", "caption", "table"),
    [
        ("no caption", None, f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}"),
        ("no header", CAPTION, f"Vigo\t3.1\t12:40\n{ROWS}"),
        ("a row is wider", CAPTION, f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}\nVigo\t3.1\t12:40\t9"),
        ("a label comes twice", CAPTION, f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}\nDover\t6.5\t11:00"),
        ("a label is empty", CAPTION, f"⟦Port\tRange (m)\tDelay (h)⟧\n{ROWS}\n\t6.5\t11:00"),
        ("a length without its unit", CAPTION, "⟦Port\tDepth⟧\nBrest\t4.5\nDover\t6.8\nTurku\t0.1"),
        ("all the same", CAPTION, "⟦Port\tSea⟧\nBrest\tAtlantic\nDover\tAtlantic\nTurku\tAtlantic"),
        ("an index", CAPTION, "⟦Port\tPlace⟧\nBrest, 12\ttides, 7\nDover, 3\tmoon, 9, 12\nTurku, 4\tsun, 8"),
        ("a caption that points", ("caption", "Table 3. The values of Figure 2"), f"⟦Port\tRange (m)\tSet⟧\n{ROWS}"),
        (
            "a cell that was cut",
            CAPTION,
            "⟦Port\tSea⟧\nBrest\tthe sea between the\nDover\tthe English Channel\nTurku\tthe Baltic Sea",
        ),
    ],
)
def test_no_certain_cell(defect: str, caption: tuple[str, str] | None, table: str) -> None:
    blocks = [block for block in (caption, ("table", table)) if block is not None]
    assert asked("table_lookup", *blocks) == [], defect


# --- captions ---------------------------------------------------------------------------------------------------


def test_finding_of_a_caption() -> None:
    text = (
        "Figure 3: Effect of air pressure on the height of the tide. Low pressure increases the height of spring tides."
    )
    assert asked("caption", ("caption", text)) == [
        (
            "In Selene, what finding does the caption of the figure titled "
            "“Effect of air pressure on the height of the tide” state?",
            "Low pressure increases the height of spring tides.",
        )
    ]


def test_caption_that_is_a_sentence() -> None:
    text = "Figure 3: The tidal force stretches the ocean along the line to the Moon."
    assert asked("caption", ("caption", text)) == [
        ("In Selene, what does the tidal force do?", "The tidal force stretches the ocean along the line to the Moon.")
    ]


@pytest.mark.parametrize(
    ("defect", "text"),
    [
        ("no finding", "Figure 3: Effect of air pressure on the height of the tide."),
        ("a legend", "Figure 3: Effect of pressure on tides. The dashed line shows the larger tides of the year."),
        ("how it was made", "Figure 3: Effect of pressure on tides. The larger values were calculated by hand for it."),
        (
            "not a thing that is plotted",
            "Figure 3: The harbour of Brest. More ships land there than in any other harbour.",
        ),
        ("leans on the text", "Figure 3: Effect of pressure on tides. This is much larger than the effect of wind."),
        ("no number", "Effect of pressure on tides. Low pressure increases the height of spring tides."),
    ],
)
def test_caption_that_states_nothing(defect: str, text: str) -> None:
    assert asked("caption", ("caption", text)) == [], defect


def _placed(*blocks: tuple[str, str, float], top_of_column: int = -1) -> Document:
    """A page of blocks (kind, text, left edge), one below the other; a new column may begin with one of them."""
    text = OPENING + "\n\n"
    made = []
    for n, (kind, content, left) in enumerate(blocks):
        span = Span(len(text), len(text) + len(content))
        top = 20.0 * (0 if n == top_of_column else n + 1)
        made.append(Block(kind, span, page=1, bbox=BBox(left, top, 500.0, top + 12)))
        text += content + "\n\n"
    return Document("placed", "placed.pdf", TITLE, text, tuple(made))
