"""Faults that a reading of pairs from unseen documents showed; each is planted here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import qaextract
from qaextract.recipes._subject import subject
from qaextract.recipes._telling import is_own_name
from tests.documents import asked, make

OPENING = "Selene was built long ago. " * 6
OPTIONS = "Selene takes the following options:"


def selene(kind: str, *blocks: str | tuple[str, str]) -> list[tuple[str, str]]:
    return asked(kind, OPENING, *blocks, title="Selene Manual")


@pytest.mark.parametrize(
    "lead",
    [
        "There are three optional arguments: the port, the day, and the datum.",
        "There are three approaches: the harmonic one, the response one, and the numerical one.",
        "The three main packages are tides, charts, and ports.",
    ],
)
def test_a_list_of_what_nobody_named_is_not_asked_for(lead: str) -> None:
    assert selene("list_members", lead) == []


def test_a_list_of_what_is_named_is_asked_for() -> None:
    pairs = selene("list_members", "There are three kinds of tides: diurnal tides, semidiurnal tides, and mixed tides.")
    assert [question for question, _ in pairs] == ["In Selene, what are the three kinds of tides?"]


def test_a_description_that_says_next_to_nothing_is_refused() -> None:
    assert selene("described_term", OPTIONS, ("term", "--init"), "Initialize some more variables.") == []


def test_both_verbs_of_an_imperative_change_their_form() -> None:
    pairs = selene("described_term", OPTIONS, ("term", "--end"), "End the table of heights and typeset it.")
    assert [answer for _, answer in pairs] == ["`--end` ends the table of heights and typesets it."]


def test_what_was_said_before_is_not_known_to_a_reader() -> None:
    assert selene("described_term", "Variable resistors may be used to change the frequency and the duty cycle.") == []


def test_a_label_run_into_the_text_is_no_name() -> None:
    assert (
        selene("described_term", "The ⟦NoteThis⟧ setting controls both the acronym and the abbreviation marks.") == []
    )


def test_a_unit_at_the_end_of_a_title_goes_with_the_number() -> None:
    table = "Paper grade\tThickness mm\nledger\t0.097\nbristol\t0.188\nindex\t0.212\nmanila\t0.250"
    pairs = selene("table_lookup", ("caption", "Table 1: Thickness of tide chart papers"), ("table", table))
    assert pairs
    for question, answer in pairs:
        assert "thickness mm" not in question.lower()
        assert answer.endswith(" mm")


MODULE = '''"""Tides."""


class Context:
    """A place and a time at which tides are computed."""

    def normalize(self, operand):
        """Normalize reduces an operand to its simplest form."""

    def do_debug(self, arg):
        """debug code Enter a recursive debugger that steps through the code argument."""

    def emit(self, record):
        """Do whatever it takes to actually log the specified tide record.

        This version is intended to be implemented by subclasses and so raises a NotImplementedError.
        """


class Filter:
    """Filter instances are used to perform arbitrary filtering of gauge records."""


def basicConfig(level):
    """Do basic configuration for the tides system."""


def heights(port, port_names=()):
    """Compute the heights of all high waters of a whole month at a port.

    Args:
        port: The port.
        port_names: The |_Port| names by which the gauges of a harbour are known to sailors.
    """
'''


def test_what_docstrings_do_not_say_of_the_function_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tides.py").write_text(MODULE)
    run = qaextract.code(tmp_path / "tides.py", out=tmp_path / "out")
    purposes = {p.question.split("`")[-2]: p.answer for p in run.pairs if p.kind == "purpose"}
    assert set(purposes) == {"heights"}
    assert [p.answer for p in run.pairs if p.kind == "parameter"] == [
        "The `_Port` names by which the gauges of a harbour are known to sailors."
    ]


def test_names_of_code_that_differ_in_case_are_two_names() -> None:
    questions = ["What does the function `int ZV_equal(x)` do?", "What does the function `int zv_equal(x)` do?"]
    assert qaextract.deduplicate(questions) == [None, None]


@pytest.mark.parametrize(
    "lead",
    [
        "The structures contain two fields: the port, and the pen.",
        "The output files contain two columns: the port, and the pen.",
        "Four distributions are supported, viz: the normal, the uniform, the Poisson, and the exponential.",
        "The mode subcommand takes two keywords: ADD, and REPLACE.",
    ],
)
def test_members_of_what_only_the_heading_names_are_not_asked_for(lead: str) -> None:
    assert selene("list_members", lead) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Exogenous variables are required if the user wants to apply shocks.",
        "⟦COUNT⟧ target variables are assigned values in the order in which they are listed.",
        "An ⟦EXPRESSION⟧ is a combination of constants and operators that has a value.",
        "Fields are parts of a record that have a name and a type.",
    ],
)
def test_what_happens_to_a_thing_or_a_placeholder_is_no_definition(sentence: str) -> None:
    assert selene("definition", sentence) == []


def test_a_title_ends_where_its_version_begins() -> None:
    pairs = asked(
        "definition",
        "A spring tide is a tide of greater than average range.",
        title="Selene Handbook V2.9.0~pre1+git20230208.f1270d6ed7, 28 Jun 2026",
    )
    assert all("pre1" not in question and "Jun" not in question for question, _ in pairs)


def test_a_heading_that_asks_is_answered_by_its_section() -> None:
    blocks = (
        ("heading2", "3.2 Why does the lunar day last longer than the solar day?"),
        "The Moon moves along its orbit in the direction in which the Earth turns. A place on the Earth must turn a "
        "little further to catch up with it.",
        ("heading2", "3.3 How does it work?"),
        "A float rises and falls with the water and moves a pen over a drum.",
        ("heading2", "3.4 Where can I buy a tide table?"),
        "See chapter 7 for a list of shops in all ports of the coast.",
    )
    assert [q for q, _ in selene("headed_question", *blocks)] == [
        "In Selene, why does the lunar day last longer than the solar day?"
    ]


@pytest.mark.parametrize(
    ("term", "description"),
    [
        ("--tide-dir", "Set the tide directory."),
        (":test", "A predicate by which two heights of the tide are compared."),
        ("foo.cdb", "The database in which heights of the tide are kept for a month."),
        ("--chart", "Prints a chart of the heights for several ports Takes the port from the file."),
        ("Function (free-tide x)", "Releases the heights of the tide that were kept for a month."),
        ("--places", "A folder containing several charts."),
    ],
)
def test_a_description_that_spells_out_the_name_or_names_no_owner_is_refused(term: str, description: str) -> None:
    assert selene("described_term", OPTIONS, ("term", term), description) == []


def test_a_description_that_tells_more_than_the_name_is_kept() -> None:
    pairs = selene("described_term", OPTIONS, ("term", "--tide-dir"), "Set the folder where yearly almanacs are kept.")
    assert [answer for _, answer in pairs] == ["`--tide-dir` sets the folder where yearly almanacs are kept."]


def test_a_slogan_is_not_what_a_book_is_about() -> None:
    pairs = asked(
        "definition",
        "A message digest is a compact digital signature for an arbitrarily long stream of binary data.",
        title="The Leading Open Source Backup Solution",
    )
    assert all("Leading" not in question for question, _ in pairs)


@pytest.mark.parametrize(
    ("term", "description"),
    [
        ("--help", "Show a help message with all options and exit the program."),
        ("--rule", "The content integrand of constraint 2 over all edges of body 1."),
        ("TIDE_HOME", "Set to a string that gives the harbour of the ship."),
        ("--seiche", "Tells whether the seiche exactly satisfies the seiche."),
    ],
)
def test_examples_fragments_and_trifles_are_refused(term: str, description: str) -> None:
    assert selene("described_term", OPTIONS, ("term", term), description) == []


def test_an_option_of_two_commands_is_asked_for_with_its_command() -> None:
    chart = "Writes a chart of all heights beside the almanac."
    quiet = "Suppresses the warnings about harbours without a gauge."
    blocks = (
        ("heading2", "4.1 draw options"),
        ("term", "-c"),
        chart,
        ("heading2", "4.2 print options"),
        ("term", "-c"),
    )
    questions = [question for question, _ in selene("described_term", *blocks, quiet)]
    assert all("`draw`" in question or "`print`" in question for question in questions)
    blocks = (("heading2", "Drawing things"), ("term", "-c"), chart, ("heading2", "Printing things"), ("term", "-c"))
    assert selene("described_term", *blocks, quiet) == []


@pytest.mark.parametrize("term", ["mysqldump", "barplot", "\\footnote", "sample", "foobar-free"])
def test_a_name_that_only_begins_like_an_example_is_a_name(term: str) -> None:
    assert is_own_name(term)


@pytest.mark.parametrize("term", ["foo.cdb", "my-chart", "myChart", "my_chart", "bar", "example.txt"])
def test_a_name_that_stands_for_any_name_is_none(term: str) -> None:
    assert not is_own_name(term)


SIGNATURE = ("code", "int height_at(port_t *port, double hours, unit_t unit);")


def test_arguments_are_asked_for_with_their_function() -> None:
    pairs = selene(
        "described_term",
        ("heading", "Functions"),
        SIGNATURE,
        "Arguments:",
        ("list", "port:\tThe harbour whose water level is wanted."),
        ("list", "[in] hours - Number of tides since the new moon"),
        ("list", "unit (unit_t)\tWhether heights come in feet."),
    )
    assert pairs == [
        (
            "In Selene, what is the argument `port` of `height_at`?",
            "`port` is the harbour whose water level is wanted.",
        ),
        ("In Selene, what is the argument `hours` of `height_at`?", "Number of tides since the new moon."),
        (
            "In Selene, what does the argument `unit` of `height_at` determine?",
            "`unit` determines whether heights come in feet.",
        ),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        ("list", "nof_ports:\tThe number of harbours within the given radius."),
        ("list", "[in] prompts - Array of questions with their replies"),
    ],
)
def test_what_only_an_unnamed_function_has_is_not_asked_for(entry: tuple[str, str]) -> None:
    assert selene("described_term", ("heading", "Functions"), SIGNATURE, "Arguments:", entry) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The field `scheme` specifies the registered type of the harbour address.",
        "`start_time` specifies the delay before the first high water of the table.",
        "Implicit data type conversion is not done for the tables of old harbours.",
    ],
)
def test_fields_of_what_nobody_named_and_nouns_that_look_like_verbs_are_refused(sentence: str) -> None:
    assert selene("described_term", ("heading", "Tables"), sentence) == []


@pytest.mark.parametrize(
    ("term", "description"),
    [
        ("[3] Neaps", "An interactive viewer for the charts of small harbours."),
        ("myport.dat", "Opens a chart of the harbour and converts it on the fly into feet."),
        ("char *u_port", "A pointer to the name of the port, for the application."),
        ("HIGH_PORT_BAR", "A different looking bar for the heights of the port."),
        ("ASCII Tide Table", "Rows and columns of heights in plain characters."),
        ("--near=N", "limit on the minimum number of ports in a group."),
        ("--ports", "Enable the cache: use and save the harbours of the last run."),
    ],
)
def test_references_examples_and_nouns_are_no_terms(term: str, description: str) -> None:
    assert selene("described_term", ("heading", "Options"), ("list", f"{term}\t{description}")) == []


def test_a_name_with_a_backslash_is_told_as_it_is_written() -> None:
    entry = ("list", "\\Cnoise\tIf set, the harbour is drawn with all of its channels.")
    pairs = selene("described_term", ("heading", "Commands"), entry)
    assert pairs[0][1] == "If `\\Cnoise` is set, the harbour is drawn with all of its channels."


@pytest.mark.parametrize(
    "sentences",
    [
        "Ports are many. The macro `CASE` has scope through the end of the table. It is short.",
        "Ports are many. The function `tide_sort` prints the heights of all harbours that a table names.",
        "The function `tide_sort` prints the heights of all harbours that a table names. If not, both are exchanged.",
        "A finite amount of storage is used to buffer the heights that nobody has asked for.",
        "First all tables of the harbours are read, then their heights.",
    ],
)
def test_what_a_thing_does_besides_is_not_what_it_does(sentences: str) -> None:
    assert selene("described_term", ("heading", "Tables"), sentences) == []


def test_what_changed_is_not_how_things_are() -> None:
    sentence = "The function `tide_sort` prints the heights of all harbours that a table names."
    assert asked("described_term", OPENING, sentence, title="Selene Release Notes") == []
    assert asked("described_term", OPENING, sentence, title="Selene Manual") != []


@pytest.mark.parametrize(
    ("heading", "asked_for"), [("Glossary of tides", True), ("Arguments", False), ("Drawing the chart", False)]
)
def test_words_with_meanings_are_terms_in_a_glossary_alone(heading: str, asked_for: bool) -> None:
    words = (("list", "Strum\tThe delay between two ports."), ("list", "Neap\tThe lower of two high waters."))
    assert bool(selene("described_term", ("heading", heading), *words)) == asked_for


def test_an_option_in_two_sections_wants_its_program() -> None:
    pairs = selene(
        "described_term",
        ("heading", "Running the forecaster"),
        ("list", "--define=NAME\tDefines a symbol of the tide table."),
        ("heading", "Testing the forecaster"),
        ("list", "--define=PORT\tDefines the harbour that is tested first."),
    )
    assert pairs == []


@pytest.mark.parametrize(
    ("sentence", "blocks"),
    [
        ("Two levels are implemented: coarse and fine.", ()),
        ("The two kinds of spring tides are:", (("list", "• low"), ("list", "• high"), "There is also a third kind.")),
    ],
)
def test_a_list_of_nothing_or_not_of_all_is_not_asked_for(sentence: str, blocks: tuple[str]) -> None:
    assert selene("list_members", sentence, *blocks) == []


def test_letters_behind_a_digit_are_not_found_inside_of_words() -> None:
    assert selene("abbreviation", "See the procedure remainder in Scheme (R6RS) for the tides.") == []
    assert selene("abbreviation", "Each port has an object identifier (OID) of its own.") != []


def test_a_manual_page_is_about_what_its_first_section_names() -> None:
    page = make(
        ("heading", "NAME"),
        "lunar - predict the heights of tides",
        "lunar reads tables, and lunar prints them.",
        title="page.1",
    )
    assert subject(page) == "lunar"


def test_what_an_option_forbids_is_told_as_it_stands() -> None:
    pairs = selene("described_term", ("heading", "Options"), ("list", "--no-store\tDo not store heights in the cache."))
    assert pairs == [
        ("In Selene, what does the option `--no-store` mean?", "`--no-store` means: do not store heights in the cache.")
    ]


@pytest.mark.parametrize(
    ("description", "answer"),
    [
        ("Reads the chart, initialize it to zero and shows the port.", None),
        ("Read the chart, print the height, but do not store the port.", "but does not store the port."),
        ("Print the height if it is known, otherwise print the mean.", "otherwise prints the mean."),
    ],
)
def test_every_verb_of_an_imperative_changes_its_form(description: str, answer: str | None) -> None:
    pairs = selene("described_term", ("heading", "Options"), ("list", f"--chart\t{description}"))
    assert answer is None or pairs[0][1].endswith(answer)


@pytest.mark.parametrize(
    "sentence",
    [
        "A harbour graph is a set of channels plus metadata, just like in the directed case.",
        "A set of channels is a barrier, if closing them parts the harbour, and this is not true of any subset.",
        "By appropriate place we mean the berth that would have been used if the ship had come on time.",
        "A flow is a function that maps channels to numbers while satisfying two requirements: it is small.",
    ],
)
def test_definitions_that_count_on_what_is_not_there_are_refused(sentence: str) -> None:
    assert selene("definition", sentence) == []
    assert selene("reverse_definition", sentence) == []


def test_steps_for_so_are_steps_for_nothing() -> None:
    steps = (("list", "1. Multiply the height by the factor."), ("list", "2. Print the product of both."))
    assert selene("procedure", "In order to do so, the following steps have to be taken:", *steps) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Selene Administration Guide", "Selene"),
        ("Selene Application Developer Guide", "Selene"),
        ("Selene FAQ (for Selene-5.1)", "Selene"),
        ("Using Selene, function reference", "“Using Selene”"),
        ("SELENE Quick Start Guide", "Selene"),
        ("Lunys Manual", "Lunys"),
        ("S e l e n e – M a n u a l", "Selene"),
        ("SELENE Manual for Version 3-6-14", "Selene"),
        ("Frank Moon University of Selene 2005-2022", ""),
    ],
)
def test_the_readers_of_a_manual_are_not_its_subject(title: str, name: str) -> None:
    text = "Lunys predicts tides, and with lunys a port may print them; Selene, the program Selene, reads Selene."
    assert subject(make(text, text.replace("lunys", "`lunys`"), "Lunys asks lunys.", title=title)) == name


def test_a_book_without_a_title_is_about_what_its_file_is_named_for() -> None:
    text = "The program Selene prints the tides of a harbour. " * 20
    untitled = make(("heading", "Contents"), text, title="Contents")
    assert subject(replace(untitled, uri="selene-user.pdf")) == "Selene"
    assert subject(replace(untitled, uri="harbour.pdf")) == ""


def test_options_side_by_side_do_not_belong_to_each_other() -> None:
    blocks = (("heading", "Options"), ("list", "--near\tPrints the nearest harbours first."))
    pairs = selene("described_term", *blocks, ("list", "--far\tSorts all ports of the northern seas by name."))
    assert [question for question, _ in pairs] == [
        "In Selene, what does the option `--near` do?",
        "In Selene, what does the option `--far` do?",
    ]


@pytest.mark.parametrize(
    "blocks",
    [
        ("Recall that SNMP consists of the following parts:", ("list", "• agents"), ("list", "• managers")),
        ("In order to install as a port, do the following:", ("list", "1. Open the file."), ("list", "2. Read it.")),
    ],
)
def test_goals_and_subjects_that_were_torn_are_refused(blocks: tuple[str | tuple[str, str], ...]) -> None:
    assert selene("list_members", *blocks) == []
    assert selene("procedure", *blocks) == []


@pytest.mark.parametrize(
    ("blocks", "title", "name"),
    [
        (["Architecture Manual", "SELENE Version 5.1", "SELENE " * 12], "Architecture Manual", "SELENE"),
        (["Architecture Manual", "The Selene tables are read first. " * 3], "Architecture Manual", ""),
        (["Copyright", "The copyright is ours. A copyright of 1999. " * 3], "Copyright", ""),
        (
            ["Selene Selene (Tide Forms) A Toolkit", "Selene prints. " * 4],
            "Selene Selene (Tide Forms) A Toolkit",
            "Selene",
        ),
        (["SELENE §VERSION Manual", "In Selene, Selene asks Selene."], "SELENE §VERSION Manual", "Selene"),
    ],
)
def test_the_name_of_a_product_is_found_beside_what_every_manual_has(blocks: list[str], title: str, name: str) -> None:
    assert subject(make(*blocks, title=title)) == name
