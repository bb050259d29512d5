"""Finders of prose: one document for each form that is found, and one for each defect that is refused."""

from __future__ import annotations

import pytest

from tests.documents import asked, found, make

# --- definition -------------------------------------------------------------------------------------------------

TIDES = "Tides are read here. Tides rise. Tides fall."


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("A tide pole is a graduated staff from which the height of the sea is read.", "what is a tide pole?"),
        ("⟦Slack water⟧ is the state of the sea when no stream runs in either direction.", "what is slack water?"),
        ("The ⟦lunar day⟧ is the time between two passages of the Moon over one meridian.", "what is the lunar day?"),
        ("Leading lights are lamps that mark a safe line into a harbour.", "what are leading lights?"),
        ("A line that joins places of equal depth on a chart is called a depth contour.", "what is a depth contour?"),
        (
            "By a standing wave we mean an oscillation of water whose crests do not travel.",
            "what is meant by a standing wave?",
        ),
        (
            "A harbour gauge is defined as any instrument that records the level of the sea.",
            "how is a harbour gauge defined?",
        ),
        (
            "The term draught means the depth of water that a vessel needs in order to float.",
            "what does the term “draught” mean?",
        ),
        ("Seachart is a program that draws charts of coasts from depth soundings.", "what is Seachart?"),
        ("TidePlot is a program that draws charts of coasts from depth soundings.", "what is TidePlot?"),
        (
            "Definition 2.1 (Ebb). An ebb is the fall of the sea between high water and low water.",
            "what is an ebb?",
        ),
    ],
)
def test_definitions_are_found_by_their_form(sentence: str, question: str | None):
    pairs = asked("definition", TIDES, sentence)
    assert [found_question for found_question, _ in pairs] == ([f"In Tides, {question}"] if question else [])


def test_the_answer_is_the_sentence_and_the_quote_shows_it():
    sentence = "A tide pole is a graduated staff from which the height of the sea is read."
    (draft,) = found("definition", make(TIDES, f"Look at the pole. {sentence} It is painted."))
    assert draft.answer == sentence
    assert draft.quotes == (sentence,)


def test_a_field_that_the_sentence_names_takes_the_place_of_the_subject():
    pairs = asked("definition", TIDES, "In hydrography, a datum is a level from which depths and heights are measured.")
    assert [question for question, _ in pairs] == ["In hydrography, what is a datum?"]


def test_a_second_statement_is_not_part_of_the_answer():
    pairs = asked(
        "definition", TIDES, "A groyne is a wall built out from a beach to hold its sand; most are of timber."
    )
    assert [answer for _, answer in pairs] == ["A groyne is a wall built out from a beach to hold its sand."]


def test_a_definition_in_markdown_is_answered_in_plain_text():
    document = make(
        TIDES,
        "A **tide pole** is a [graduated](a.md) staff from which the *height* of the sea is read.",
        parser="markdown-it-py 4",
    )
    (draft,) = found("definition", document)
    assert draft.answer == "A tide pole is a graduated staff from which the height of the sea is read."
    assert draft.quotes == (document.blocks[1].span.of(document.text),)


@pytest.mark.parametrize(
    ("defect", "sentence"),
    [
        ("example", "An example is a harbour in which the tide rises by fifteen metres."),
        ("judgement", "A tide pole is a good tool that every harbour of some size should have."),
        ("pronoun", "It is a graduated staff from which the height of the sea is read."),
        ("leaning", "A tide pole is also a staff from which the height of the sea is read."),
        ("elsewhere", "A tide pole is a graduated staff of the kind that is shown in Figure 3 of the book."),
        ("speaker", "A tide pole is a graduated staff from which we read the height of the sea."),
        ("no difference", "A tide pole is a simple wooden staff."),
        ("particular thing", "The harbour is the basin of water that lies between the two long piers."),
        ("passive", "Buoys are painted in colours that tell ships on which side to pass them."),
        ("adjective", "Coasts on which the sea gains ground every year are called ⟦eroding⟧."),
        ("negation", "A tide pole is not a staff that is used for the mooring of small boats."),
        ("circle", "A harbour wall is a harbour wall of stone that keeps the sea out of a town."),
        ("debris", "A tide pole is a graduated staff , from which the height \ufffd of the sea is read."),
        ("formula", "A tide pole is a staff whose height h above the datum is read at time t by day."),
        ("two things", "Piers and moles are structures that keep the waves out of a harbour basin."),
        ("picked out", "The second gauge is a float that moves a pen over a drum of paper."),
        ("cut", "A tide pole is a graduated staff from which the height of the sea is read and"),
        ("open end", "A tide pole is a graduated staff that is painted in the colours of."),
        ("condition", "A tide pole is a good pole if and only if the height of the sea can be read from it."),
        ("variable", "A reading of ⟦list⟧ is an ordered selection of heights without any repetitions in it."),
        ("heading run in", "pole Pole marks are lines that show the height of the sea on a staff."),
        ("missing article", "BLT pole is the staff from which the height of the sea is read by day."),
        ("parameter", "⟦maxHeight⟧ is a value that says up to which level the heights are drawn."),
    ],
)
def test_what_defines_nothing_is_refused(defect: str, sentence: str):
    assert asked("definition", TIDES, sentence) == [], defect


def test_a_term_is_asked_once_in_a_document():
    sentence = "A tide pole is a graduated staff from which the height of the sea is read."
    assert len(asked("definition", TIDES, sentence, sentence)) == 1


def test_two_terms_with_one_description_are_not_asked():
    same = "is a graduated staff from which the height of the sea is read."
    assert asked("definition", TIDES, f"A tide pole {same}", f"A tide staff {same}") == []


def test_a_term_of_a_document_without_a_subject_is_asked_only_if_it_says_enough():
    lone = "A pole is a graduated staff from which the height of the sea is read."
    telling = "A harbour tide pole is a painted staff from which the height of the sea is taken."
    assert [question for question, _ in asked("definition", "Words first.", lone, telling, title="")] == [
        "What is a harbour tide pole?"
    ]


def test_a_pointer_in_brackets_is_left_out_of_the_answer():
    pairs = asked(
        "definition", TIDES, "A tide pole is a staff from which the height of the sea is read (see Section 2)."
    )
    assert [answer for _, answer in pairs] == ["A tide pole is a staff from which the height of the sea is read."]


def test_the_mark_of_a_footnote_is_not_part_of_the_answer():
    (draft,) = found("definition", make(TIDES, "A tide pole is a staff from which the height of the sea is read.¹"))
    assert draft.answer.endswith("is read.")
    assert draft.quotes[0].endswith("is read.¹")


def test_a_verb_of_a_clause_is_not_taken_for_a_second_statement():
    sentence = "A tide pole is a staff that stands in a harbour and is read from the shore at high water."
    assert [answer for _, answer in asked("definition", TIDES, sentence)] == [sentence]


def test_a_name_that_is_set_apart_every_time_is_no_new_term():
    rest = "The ⟦inner margin⟧ of a chart is white. An ⟦inner margin⟧ is cut. Each ⟦inner margin⟧ is ruled."
    sentence = "The ⟦inner margin⟧ is the strip between the frame of the chart and its edge."
    assert asked("definition", TIDES, sentence)
    assert asked("definition", TIDES, rest, sentence) == []


def test_front_and_back_matter_is_not_asked():
    document = make("A tide pole is a graduated staff from which the height of the sea is read.", title="Harbours")
    assert found("definition", document, "Harbours", "Preface") == []


# --- reverse_definition -----------------------------------------------------------------------------------------

BACKWARDS = (
    "A tide pole is a graduated staff from which watchmen read the level of the sea.",
    "A depth contour is a line that joins all places of one sounding on a chart of the coast.",
)


def test_every_other_definition_is_asked_backwards_and_no_sentence_twice():
    forwards = asked("definition", TIDES, *BACKWARDS)
    backwards = asked("reverse_definition", TIDES, *BACKWARDS)
    assert [question for question, _ in forwards] == ["In Tides, what is a tide pole?"]
    assert backwards == [
        (
            "In Tides, what is the term for a line that joins all places of one sounding on a chart of the coast?",
            "A depth contour.",
        )
    ]


def test_a_description_that_gives_the_term_away_is_not_asked_backwards():
    telling = "A contour line is a line that joins all places of one sounding on a chart of the coast."
    assert asked("reverse_definition", TIDES, BACKWARDS[0], telling) == []


def test_a_description_that_fits_many_things_is_not_asked_backwards():
    assert asked("reverse_definition", TIDES, BACKWARDS[0], "A buoy is a body that floats in the sea.") == []


def test_a_program_is_asked_for_by_what_it_does():
    program = "⟦seachart⟧ is a program that draws coasts and harbours from long lists of depth soundings."
    assert asked("reverse_definition", TIDES, BACKWARDS[0], program) == [
        ("In Tides, which program draws coasts and harbours from long lists of depth soundings?", "seachart.")
    ]


# --- abbreviation -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("Levels are given at Mean High Water Springs (MHWS) on charts.", "MHWS stands for Mean High Water Springs."),
        ("The level of LAT (Lowest Astronomical Tide) is zero.", "LAT stands for Lowest Astronomical Tide."),
        ("They use principal component analysis (PCA) for it.", "PCA stands for principal component analysis."),
        ("HAT stands for highest astronomical tide, and is rare.", "HAT stands for highest astronomical tide."),
        (
            "The Society for the Preservation of Buoys (SPB) met.",
            "SPB stands for Society for the Preservation of Buoys.",
        ),
        (
            "The Department of Electrical Engineering (DEE) moved.",
            "DEE stands for Department of Electrical Engineering.",
        ),
        ("Pages in Hypertext Markup Language (HTML) load.", "HTML stands for Hypertext Markup Language."),
        ("A dozen remote tide gauges (RTGs) report.", "RTG stands for remote tide gauge."),
    ],
)
def test_abbreviations_are_found_with_the_words_they_stand_for(sentence: str, answer: str):
    pairs = asked("abbreviation", TIDES, sentence)
    assert [found_answer for _, found_answer in pairs] == [answer]
    assert pairs[0][0] == f"In Tides, what does {answer.split()[0]} stand for?"


@pytest.mark.parametrize(
    ("defect", "sentence"),
    [
        ("initials differ", "The level of mean water (MHWS) is given on charts."),
        ("citation", "The tide was measured by Proudman and Doodson (PD 1924) in a channel."),
        ("trailing article", "Each step re-estimates the (RE) level of the sea."),
        ("roman numeral", "The gauge of the volume Index Inter (II) is old."),
        ("one capital", "The gauge in Port Ellery harbour (Peh) is old."),
        ("word of weight left out", "The lowest recorded astronomical tide (LAT) is zero."),
    ],
)
def test_what_spells_nothing_out_is_refused(defect: str, sentence: str):
    assert asked("abbreviation", TIDES, sentence) == [], defect


def test_an_abbreviation_with_two_meanings_is_not_asked():
    assert asked("abbreviation", TIDES, "Take the mean sea level (MSL).", "The marine safety law (MSL) is old.") == []


# --- theorem ----------------------------------------------------------------------------------------------------


def test_a_law_that_says_something_is_asked_by_its_name():
    sentence = "Kepler’s second law states that a planet sweeps out equal areas in equal times."
    assert asked("theorem", TIDES, sentence) == [("In Tides, what does Kepler’s second law state?", sentence)]


def test_a_law_that_is_told_by_the_way_is_asked_by_its_name():
    aside = "It follows from Kepler’s second law, which states that a planet sweeps out equal areas in equal times."
    rule = "The rule of twelfths is a rule of thumb, which says that half of the rise falls into two hours of six."
    assert asked("theorem", TIDES, aside, rule) == [
        (
            "In Tides, what does Kepler’s second law state?",
            "Kepler’s second law states that a planet sweeps out equal areas in equal times.",
        ),
        (
            "In Tides, what does the rule of twelfths say?",
            "The rule of twelfths says that half of the rise falls into two hours of six.",
        ),
    ]


def test_a_theorem_with_a_title_is_asked_by_its_title():
    block = (
        "Theorem 2.1 (Law of the wall). Close to a wall the speed of a stream grows with the logarithm of the distance."
    )
    assert asked("theorem", TIDES, block) == [
        (
            "In Tides, what does the law of the wall state?",
            "Close to a wall the speed of a stream grows with the logarithm of the distance.",
        )
    ]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("only a number", ("Theorem 2.1. Close to a wall the speed of a stream grows with distance.",)),
        ("only a finder", ("Theorem 2.1 (Prandtl). Close to a wall the speed of a stream grows with distance.",)),
        ("no name", ("The theorem states that the speed of a stream grows with the distance from a wall.",)),
        ("pointing", ("This law states that the speed of a stream grows with the distance from a wall.",)),
        (
            "formula below",
            ("Theorem 2 (Law of the wall). Near a wall the speed grows as follows.", ("formula", "u = k ln z")),
        ),
        ("symbols", ("Kepler’s third law states that p² = a³ holds for p and a of every planet.",)),
    ],
)
def test_statements_that_cannot_be_asked_are_refused(defect: str, blocks: tuple[str | tuple[str, str], ...]):
    assert asked("theorem", TIDES, *blocks) == [], defect


# --- worked_example and exercise --------------------------------------------------------------------------------

PROBLEM = "Low water is at 06:10. At about what time is the next low water?"
SOLUTION = "Two tides take 24 hours and 50 minutes, and so the next low water is at about 18:35."


def test_an_example_is_asked_with_its_solution():
    assert asked("worked_example", f"Example 2.1. {PROBLEM}", f"Solution. {SOLUTION}", ("heading1", "Next")) == [
        (PROBLEM, SOLUTION)
    ]


def test_a_solution_of_two_paragraphs_needs_a_mark_at_its_end():
    second = "It is therefore after dinner."
    open_end = (f"Example 1. {PROBLEM}", f"Solution. {SOLUTION}", second)
    assert asked("worked_example", *open_end, "The text goes on.") == []
    assert asked("worked_example", *open_end[:2], second + " □", "The text goes on.") == [
        (PROBLEM, f"{SOLUTION}\n{second}")
    ]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("other label", (f"Example 1. {PROBLEM}", f"Solution 2. {SOLUTION}")),
        ("no task", ("Example 1. Low water is at 06:10 in the harbour.", f"Solution. {SOLUTION}")),
        ("elsewhere", ("Example 1. Find the next low water in Table 3 for 06:10.", f"Solution. {SOLUTION}")),
        ("unnamed", ("Example 1. The mean level is 2.90 m. Find the four heights.", f"Solution. {SOLUTION}")),
        ("formula lost", (f"Example 1. {PROBLEM}", f"Solution. {SOLUTION}", ("formula", "t = 2"), ("heading1", "B"))),
        ("cut", (f"Example 1. {PROBLEM}", "Solution. Two tides take 24 hours and 50 minutes, and")),
    ],
)
def test_examples_that_are_not_whole_are_refused(defect: str, blocks: tuple[str | tuple[str, str], ...]):
    assert asked("worked_example", *blocks) == [], defect


def test_exercises_are_matched_with_solutions_of_their_label():
    pairs = asked(
        "exercise",
        ("heading1", "Exercises"),
        f"Exercise 1. {PROBLEM}",
        "Exercise 2. Why are there two tides in a day?",
        ("heading1", "Solutions"),
        f"Solution 1. {SOLUTION}",
        "Solution 2. Because the sea bulges on both sides of the Earth.",
    )
    assert pairs == [
        (PROBLEM, SOLUTION),
        ("Why are there two tides in a day?", "Because the sea bulges on both sides of the Earth."),
    ]


def test_numbered_items_under_a_heading_are_exercises():
    pairs = asked(
        "exercise",
        ("heading1", "1.4 Exercises"),
        ("list", f"1. {PROBLEM}"),
        ("heading1", "Answers to the exercises"),
        ("list", f"1. {SOLUTION}"),
    )
    assert pairs == [(PROBLEM, SOLUTION)]


def test_labels_that_begin_again_in_every_chapter_are_matched_within_the_chapter():
    blocks: list[str | tuple[str, str]] = []
    for chapter, hour in (("Chapter 1", "06:10"), ("Chapter 2", "07:10")):
        blocks += [("heading1", chapter), f"Exercise 1. {PROBLEM.replace('06:10', hour)}"]
    blocks.append(("heading1", "Solutions"))
    for chapter, end in (("Chapter 1", "18:35"), ("Chapter 2", "19:35")):
        blocks += [("heading2", chapter), f"Solution 1. {SOLUTION.replace('18:35', end)}"]
    assert asked("exercise", *blocks) == [
        (PROBLEM, SOLUTION),
        (PROBLEM.replace("06:10", "07:10"), SOLUTION.replace("18:35", "19:35")),
    ]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("no such label", (f"Exercise 1. {PROBLEM}", f"Solution 3. {SOLUTION}")),
        (
            "label twice",
            (f"Exercise 1. {PROBLEM}", f"Exercise 1. {PROBLEM}", ("heading1", "Solutions"), f"Solution 1. {SOLUTION}"),
        ),
        ("leans", (f"Exercise 1. Solve the previous exercise for 07:10. {PROBLEM}", f"Solution 1. {SOLUTION}")),
        ("no solution", (f"Exercise 1. {PROBLEM}", "Solution 1. This is left to the reader, with the tables.")),
    ],
)
def test_exercises_without_a_sure_solution_are_refused(defect: str, blocks: tuple[str | tuple[str, str], ...]):
    assert asked("exercise", *blocks) == [], defect


# --- all of them ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["definition", "reverse_definition", "abbreviation", "theorem", "worked_example", "exercise"]
)
def test_an_empty_document_and_strange_text_hold_nothing(kind: str):
    assert asked(kind) == []
    assert asked(kind, "", " ", "((((", "A is a is a is.", ("list", "1. "), ("heading1", "")) == []
