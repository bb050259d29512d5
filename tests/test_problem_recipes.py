"""Finders on textbooks: exercises, worked examples, theorems, procedures, captions, in many habits of typesetting."""

from __future__ import annotations

import pytest

from qaextract.model import BBox, Block, Document, Span
from tests.documents import asked, found, make

Blocks = tuple[str | tuple[str, str], ...]
OPENING = "Mechanics is old. Mechanics is taught. Mechanics is the study of motion."


def answers(kind: str, *blocks: str | tuple[str, str], title: str = "Mechanics") -> list[tuple[str, str]]:
    """Questions without the name of the document, and their answers."""
    pairs = asked(kind, OPENING, *blocks, title=title)
    return [
        (question.replace(f"In {title}, what", "What").replace(f"In {title}, how", "How"), a) for question, a in pairs
    ]


SPEED = "A train covers 240 km in 3 hours. Find its average speed."
TOWER = "A stone falls from a tower for 3 seconds. How high is the tower? Take the acceleration as 10 m/s²."
FORCE = "A mass of 5 kg is pulled by a force of 20 N. Find its acceleration."

# --- exercises: where solutions stand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habit", "blocks", "pair"),
    [
        (
            "words and numbers of the chapter",
            (
                ("heading1", "Exercises"),
                f"Exercise 2.1 (hard). {SPEED}",
                ("heading1", "Solutions"),
                "2.1 It is 80 km/h.",
            ),
            (SPEED, "It is 80 km/h."),
        ),
        (
            "right below",
            (f"Problem 3.4 {SPEED}", "Answer: 80 km/h.", ("heading1", "Next")),
            (SPEED, "80 km/h."),
        ),
        (
            "with a hint between",
            (("heading1", "Problems"), f"Problem 1. {SPEED}", "Hint. Divide.", "Solution. It is 80 km/h."),
            (SPEED, "It is 80 km/h."),
        ),
        ("question and answer", (f"Q1. {SPEED} A1. It is 80 km/h.",), (SPEED, "It is 80 km/h.")),
        ("question and answer without numbers", (f"Q: {SPEED}", "A: It is 80 km/h."), (SPEED, "It is 80 km/h.")),
        ("in one line, as old books do", (f"Ex. 1. {SPEED} Ans. 80 km per hour.",), (SPEED, "80 km per hour.")),
        (
            "named exercises among the solutions",
            (
                ("heading1", "Exercises"),
                f"Exercise 1. {SPEED}",
                ("heading1", "Solutions"),
                "Exercise 1. It is 80 km/h.",
            ),
            (SPEED, "It is 80 km/h."),
        ),
        (
            "headings of their own",
            (("heading3", "Exercise 7"), SPEED, ("heading4", "Solution"), "It is 80 km/h.", ("heading3", "Exercise 8")),
            (SPEED, "It is 80 km/h."),
        ),
        (
            "a number without a full stop",
            (
                ("heading1", "Review questions"),
                ("list", f"1. {SPEED}"),
                ("heading1", "Answers"),
                ("list", "1. 80 km/h"),
            ),
            (SPEED, "80 km/h"),
        ),
        (
            "numbered items with points, as in tests",
            (
                ("list", f"4. (5 points) {SPEED}"),
                "Solution: It is 80 km/h.",
                ("list", "5. Rest."),
                ("heading1", "Next"),
            ),
            (SPEED, "It is 80 km/h."),
        ),
        (
            "a word on its difficulty",
            (
                ("heading1", "Exercises"),
                ("list", f"1. Hard. {SPEED}"),
                ("heading1", "Answers"),
                ("list", "1. 80 km/h."),
            ),
            (SPEED, "80 km/h."),
        ),
        (
            "a pointer to the answer",
            (f"Exercise 1. {SPEED} [Answer on page 7]", ("heading1", "Solutions"), "Exercise 1. It is 80 km/h."),
            (SPEED, "It is 80 km/h."),
        ),
    ],
)
def test_exercise_and_its_solution(habit: str, blocks: Blocks, pair: tuple[str, str]) -> None:
    assert answers("exercise", *blocks) == [pair], habit


def test_answers_of_a_chapter_belong_to_its_exercises() -> None:
    pairs = answers(
        "exercise",
        ("heading1", "1 Motion"),
        ("heading2", "Exercises"),
        ("list", f"1. {SPEED}"),
        ("list", f"2. {TOWER}"),
        ("heading1", "2 Forces"),
        ("heading2", "Exercises"),
        ("list", f"1. {FORCE}"),
        ("heading1", "Answers"),
        ("heading2", "Chapter 1"),
        ("list", "1. 80 km/h."),
        ("list", "2. 45 m."),
        ("heading2", "Chapter 2"),
        ("list", "1. 4 m/s²."),
    )
    assert pairs == [(SPEED, "80 km/h."), (TOWER, "45 m."), (FORCE, "4 m/s².")]


def test_a_chapter_may_be_named_on_a_line_above_its_heading() -> None:
    blocks: list[str | tuple[str, str]] = []
    for chapter, title, problem in (("Chapter 1", "Motion", SPEED), ("Chapter 2", "Forces", FORCE)):
        blocks += [chapter, ("heading1", title), ("heading2", "Exercises"), ("list", f"1. {problem}")]
    blocks += [("heading1", "Answers"), "Chapter 1", ("list", "1. 80 km/h."), "Chapter 2", ("list", "1. 4 m/s².")]
    assert answers("exercise", *blocks) == [(SPEED, "80 km/h."), (FORCE, "4 m/s².")]


def test_a_section_is_not_taken_for_the_chapter_of_its_number() -> None:
    pairs = answers(
        "exercise",
        ("heading1", "Chapter 1 Motion"),
        ("heading2", "Problems for Section 1"),
        ("list", f"1. {SPEED}"),
        ("heading2", "Problems for Section 2"),
        ("list", f"1. {TOWER}"),
        ("heading1", "Answers to the problems"),
        ("heading2", "Section 1"),
        ("list", "1. 80 km/h."),
    )
    assert pairs == [(SPEED, "80 km/h.")]


def test_sets_of_an_old_book_and_their_answers_on_one_line() -> None:
    pairs = answers(
        "exercise",
        ("heading1", "Motion"),
        "EXAMPLES I.",
        ("list", f"1. {SPEED}"),
        ("list", f"2. {TOWER}"),
        ("heading1", "Forces"),
        "EXAMPLES II.",
        ("list", f"1. {FORCE}"),
        "ANSWERS TO THE EXAMPLES.",
        "I. Page 7.",
        ("list", "1. 80 km. 2. 45 metres."),
        "II. Page 9.",
        ("list", "1. Four."),
    )
    assert pairs == [(SPEED, "80 km."), (TOWER, "45 metres."), (FORCE, "Four.")]


def test_selected_answers_leave_gaps() -> None:
    pairs = answers(
        "exercise",
        ("heading1", "Exercises"),
        *(("list", f"{n}. {problem}") for n, problem in enumerate((SPEED, TOWER, FORCE), 1)),
        ("heading1", "Answers to odd-numbered exercises"),
        ("list", "1. 80 km/h."),
        ("list", "3. 4 m/s²."),
    )
    assert pairs == [(SPEED, "80 km/h."), (FORCE, "4 m/s².")]


def test_parts_stay_together_with_their_answers() -> None:
    pairs = answers(
        "exercise",
        ("heading1", "Exercises"),
        ("list", "1. A cyclist rides 12 km at 24 km/h and returns at 12 km/h."),
        ("list", "(a) How long does the ride take?"),
        ("list", "(b) What is the average speed?"),
        ("heading1", "Answers"),
        ("list", "1. (a) 1.5 hours. (b) 16 km/h."),
    )
    assert pairs == [
        (
            "A cyclist rides 12 km at 24 km/h and returns at 12 km/h.\n(a) How long does the ride take?\n"
            "(b) What is the average speed?",
            "(a) 1.5 hours. (b) 16 km/h.",
        )
    ]


def test_a_solution_of_several_paragraphs_is_whole_among_solutions() -> None:
    parts = ("Solution. Divide the way by the time.", "So the speed is 80 km/h.")
    assert answers("exercise", ("heading1", "Problems"), f"Problem 1. {SPEED}", *parts, f"Problem 2. {FORCE}") == [
        (SPEED, "Divide the way by the time.\nSo the speed is 80 km/h.")
    ]


def test_a_short_answer_is_quoted_with_what_tells_it_apart() -> None:
    document = make(
        OPENING,
        "The town has 80 km/h as its limit.",
        ("heading1", "Exercises"),
        ("list", f"1. {SPEED}"),
        ("heading1", "Answers"),
        ("list", "1. 80 km/h"),
        title="Mechanics",
    )
    (draft,) = found("exercise", document)
    assert document.text.index(draft.quotes[-1]) > document.text.index("Answers")


def test_what_depends_on_a_language_names_it() -> None:
    task = "Write a function that returns the larger of two numbers."
    blocks = (("code", "max(1, 2)"), f"Exercise 1. {task}", "Solution. Use max, which takes any number of arguments.")
    pairs = asked("exercise", "Selene is small. Selene is old. Selene has types.", *blocks, title="Selene Tutorial")
    assert pairs == [(f"In Selene: {task}", "Use max, which takes any number of arguments.")]


@pytest.mark.parametrize(
    ("defect", "problem", "solution"),
    [
        ("see the text", SPEED, "See text."),
        ("a hint", SPEED, "Hint: divide the way by the time."),
        ("left to the reader", SPEED, "This is left to the reader as a challenge."),
        ("points to a figure", SPEED, "The speed is found in Figure 3."),
        ("no reasons", "Explain why a body that moves in a circle is accelerated.", "It is."),
        ("a program in some language", "Write a program that prints the mean of its input.", "Use print and mean."),
        ("parts without answers", "A car starts. (a) How far does it go? (b) How long does it take?", "(a) 5 km."),
        ("a figure", "Find the current in the circuit shown in the figure.", "It is 2 A."),
        ("a table", "Find the mean of the data.", "It is 7 metres."),
        ("the exercise before", "Repeat the previous exercise for a speed of 3 m/s.", "It is 7 metres."),
        ("goes on", "Continue with a mass of 3 kg and find the force.", "It is 7 newtons."),
        ("the chapter", "In this chapter we met three laws. Name them.", "Those of Newton."),
        ("something changed", "Modify the program so that it prints the speed.", "Add a line to its end."),
        ("a drawing", "Sketch the path of a stone that is thrown.", "It is a parabola."),
        ("unnamed things", "Compare the two methods.", "The first is faster."),
        ("no task", "A train covers 240 km in 3 hours.", "Its speed is 80 km/h."),
        ("a raised letter", "Find the value of 3x for a body at rest.", "It is 9 metres."),
        ("letters of a power", "Let n be whole. Find the rest of ap for the number n.", "It is 1 always."),
        ("a lost root", "Find the side of a square of area 2.", "It is �2 metres."),
        ("a fraction", "Find the part of the day that is night.", "It is ³₅ of the day."),
        ("cut", SPEED, "Divide the way of the train by the time that it"),
    ],
)
def test_exercises_that_cannot_be_read_alone_are_refused(defect: str, problem: str, solution: str) -> None:
    blocks = (("heading1", "Exercises"), f"Exercise 1. {problem}", ("heading1", "Solutions"), f"Solution 1. {solution}")
    assert answers("exercise", *blocks) == [], defect


TWO_CHAPTERS: Blocks = (
    ("heading1", "1 Motion"),
    ("heading2", "Exercises"),
    ("list", f"1. {SPEED}"),
    ("heading1", "2 Forces"),
    ("heading2", "Exercises"),
    ("list", f"1. {FORCE}"),
)


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("which chapter", (*TWO_CHAPTERS, ("heading1", "Answers"), ("list", "1. 80 km/h."))),
        (
            "another chapter",
            (*TWO_CHAPTERS, ("heading1", "Answers"), ("heading2", "Chapter 3"), ("list", "1. 80 km/h.")),
        ),
        (
            "more answers than exercises",
            (*TWO_CHAPTERS[:3], ("heading1", "Answers"), ("list", "1. 80 km/h."), ("list", "2. 45 m.")),
        ),
        (
            "a formula stands by itself",
            (f"Exercise 1. {SPEED}", ("formula", "v = s / t"), "Solution. It is 80 km/h.", ("heading1", "Next")),
        ),
        (
            "answers to other questions",
            (*TWO_CHAPTERS[:3], ("heading2", "Answers to review questions"), ("list", "1. 80 km/h.")),
        ),
        ("hints are no solutions", (*TWO_CHAPTERS[:3], ("heading1", "Hints"), ("list", "1. Divide the way by time."))),
        (
            "a code listing",
            (f"Exercise 1. {SPEED}", ("code", "print(v)"), "Solution. It is 80 km/h.", ("heading1", "B")),
        ),
    ],
)
def test_solutions_that_may_be_of_something_else_are_refused(defect: str, blocks: Blocks) -> None:
    assert answers("exercise", *blocks) == [], defect


# --- worked examples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("habit", "blocks"),
    [
        ("in one paragraph", (f"Example 3. {SPEED} Solution. It is 80 km/h.", ("heading1", "Next"))),
        ("without a number", (("heading3", "Worked example"), SPEED, "Solution. It is 80 km/h.", ("heading1", "Next"))),
        ("with a number and a colon", (f"Worked example 2.1: {SPEED}", "Answer: It is 80 km/h.", ("heading1", "Next"))),
        ("read as a caption", (("caption", f"Example 1.1. {SPEED}"), "Solution. It is 80 km/h. □", "Text goes on.")),
        ("with a title above", (("heading3", "Example 2: The train"), SPEED, "Solution. It is 80 km/h. ■", "Text.")),
    ],
)
def test_example_and_its_solution(habit: str, blocks: Blocks) -> None:
    assert answers("worked_example", *blocks) == [(SPEED, "It is 80 km/h.")], habit


def _column(*blocks: tuple[str, float]) -> Document:
    """Paragraphs of one line below each other, with the space above each."""
    text, made, top = "", [], 50.0
    for content, space in blocks:
        top += space
        span = Span(len(text), len(text) + len(content))
        made.append(Block("paragraph", span, page=1, bbox=BBox(72.0, top, 500.0, top + 10)))
        text += content + "\n\n"
        top += 10
    return Document("column", "column.pdf", "Mechanics", text, tuple(made))


def test_a_solution_ends_where_the_space_is_wider() -> None:
    first, second = (f"Example 1. {SPEED}", 20.0), ("Solution. It is 80 km/h.", 2.0)
    assert len(found("worked_example", _column(first, second, ("The text goes on from here.", 12.0)))) == 1
    assert found("worked_example", _column(first, second, ("The text goes on from here.", 2.0))) == []


# --- theorems ---------------------------------------------------------------------------------------------------

EQUAL = "The square on the longest side is equal to the sum of the squares on the other two sides."


@pytest.mark.parametrize(
    ("habit", "block", "name"),
    [
        (
            "run-in with a colon",
            "Pythagoras’ theorem: Every right triangle has a side that is longest.",
            "Pythagoras’ theorem",
        ),
        (
            "set apart",
            "⟦Pascal’s principle.⟧ A pressure on a fluid is passed on to every part of it.",
            "Pascal’s principle",
        ),
        (
            "set apart without an article",
            "⟦Jordan curve theorem.⟧ Every closed curve divides the plane into two regions.",
            "the Jordan curve theorem",
        ),
        (
            "possessive in brackets",
            "Theorem 1.1 (Euclid’s theorem). There are infinitely many prime numbers.",
            "Euclid’s theorem",
        ),
        (
            "two names in brackets",
            "Theorem 4 (Bolzano–Weierstrass). Every bounded sequence has a convergent subsequence.",
            "the Bolzano–Weierstrass theorem",
        ),
        (
            "a letter for a number",
            "Theorem A (Brouwer fixed-point theorem). Every map of a closed disc to itself has a fixed point.",
            "the Brouwer fixed-point theorem",
        ),
        (
            "a common word first",
            "Theorem 2 (Mean value theorem). Some tangent of a smooth curve is parallel to the chord of its ends.",
            "the mean value theorem",
        ),
    ],
)
def test_statement_with_a_name(habit: str, block: str, name: str) -> None:
    ((question, _),) = answers("theorem", block)
    assert question == f"What does {name} state?", habit


def test_sentences_that_tell_a_law() -> None:
    pairs = answers(
        "theorem",
        "Bayes’ theorem tells us that a cause is as likely as its effect makes it.",
        "According to Benford’s law, about 30 percent of the numbers begin with the digit one.",
        "Gases obey it. The law of inertia: a body on which no force acts keeps its velocity.",
    )
    assert pairs == [
        ("What does Bayes’ theorem say?", "Bayes’ theorem says that a cause is as likely as its effect makes it."),
        (
            "What does Benford’s law say?",
            "According to Benford’s law, about 30 percent of the numbers begin with the digit one.",
        ),
        ("What does the law of inertia state?", "A body on which no force acts keeps its velocity."),
    ]


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("only who found it", ("Theorem 1.4 (Dirichlet). There are infinitely many primes of that form.",)),
        ("a source", ("Theorem 2 (Borsuk–Ulam, see page 3). Some pair of opposite points has one image.",)),
        ("no name", ("Theorem 5 (Main theorem). Every map of a closed disc to itself has a fixed point.",)),
        ("a rule of thumb", ("The rule of thumb says that thirty trials are enough for a good estimate.",)),
        ("a raised letter", ("Theorem 1 (Fermat’s little theorem). If p is prime then ap⁻¹ leaves the rest 1.",)),
        ("not set apart", ("Pascal’s principle. A pressure on a fluid is passed on to every part of it.",)),
        ("goes on", ("Theorem 3 (Mean value theorem). Some point has these properties.", ("list", "1. It is inner."))),
        ("the sentence goes on", ("The hairy ball theorem, which says that no ball can be combed flat, follows.",)),
        ("no law", ("The rules of substitution are as follows: each symbol is matched against the list.",)),
        ("ours", ("Our theorem states that every compact space of this kind is closed.",)),
        ("a null hypothesis", ("The null hypothesis states that the new drug has no effect on patients.",)),
        ("points below", ("Amdahl’s law: the gain is given by the formula below for every machine.",)),
    ],
)
def test_statements_that_nobody_could_be_asked_for(defect: str, blocks: Blocks) -> None:
    assert answers("theorem", *blocks) == [], defect


# --- procedures -------------------------------------------------------------------------------------------------

STEPS = (("list", "1. Lift the lid."), ("list", "2. Loosen the frame."), ("list", "3. Pull the frame up slowly."))
STEPS_ANSWER = "1. Lift the lid.\n2. Loosen the frame.\n3. Pull the frame up slowly."


@pytest.mark.parametrize(
    ("above", "goal"),
    [
        ((("heading1", "How to open a hive"),), "open a hive"),
        ((("heading1", "2 Opening the hive"), "Steps:"), "open the hive"),
        ((("heading1", "To open a hive"),), "open a hive"),
        ((("heading1", "Procedure 3. Open a hive"),), "open a hive"),
        ((("heading1", "Bees"), "To open a hive"), "open a hive"),
        ((("heading1", "Bees"), "Follow these steps to open a hive of bees:"), "open a hive of bees"),
        ((("heading1", "Bees"), "Open a hive by following these steps:"), "Open a hive"),
        ((("heading1", "Bees"), "Opening a hive consists of the following steps:"), "open a hive"),
    ],
)
def test_goal_of_steps(above: Blocks, goal: str) -> None:
    assert answers("procedure", *above, *STEPS) == [(f"How do you {goal[0].lower()}{goal[1:]}?", STEPS_ANSWER)]


def test_steps_that_are_called_steps() -> None:
    steps = ("Step 1. Lift the lid.", "Step 2. Loosen the frame.", "Step 3. Pull the frame up slowly.")
    assert answers("procedure", "To open a hive:", *steps) == [("How do you open a hive?", STEPS_ANSWER)]
    assert answers("procedure", "To open a hive:", *steps, "It may be heavy.") == []


@pytest.mark.parametrize(
    ("defect", "blocks"),
    [
        ("choices", (("heading1", "Opening the hive"), "There are several ways to open it:", *STEPS)),
        ("things to do", (("heading1", "Bees"), "The keeper does three things in spring:", *STEPS)),
        ("the same verb", (("heading1", "Opening the hive"), ("list", "1. Use a knife."), ("list", "2. Use a tool."))),
        ("a thing, not a task", (("heading1", "Opening Hours"), *STEPS)),
        ("something between", ("To open a hive:", *STEPS, "Then wait.", ("list", "4. Lift the next frame."))),
        (
            "begins elsewhere",
            ("To open a hive:", ("list", "1. Lift the lid as told above."), ("list", "2. Pull it up.")),
        ),
    ],
)
def test_lists_that_are_no_procedure(defect: str, blocks: Blocks) -> None:
    assert answers("procedure", *blocks) == [], defect


def test_steps_over_a_page_and_text_in_the_next_column() -> None:
    text, blocks = "", []
    places = (
        ("heading", "How to open a hive", 1, 300.0, 700.0),
        ("list", "1. Lift the lid.", 1, 310.0, 720.0),
        ("list", "2. Loosen the frame.", 2, 80.0, 50.0),
        ("list", "3. Pull the frame up slowly.", 2, 80.0, 70.0),
        ("paragraph", "Bees live in colonies.", 2, 300.0, 50.0),
    )
    for kind, content, page, left, top in places:
        span = Span(len(text), len(text) + len(content))
        blocks.append(Block(kind, span, page=page, bbox=BBox(left, top, left + 200, top + 10)))
        text += content + "\n\n"
    (draft,) = found("procedure", Document("two", "two.pdf", "Bees", text, tuple(blocks)))
    assert draft.answer == STEPS_ANSWER


# --- captions ---------------------------------------------------------------------------------------------------


def test_a_thing_that_does_much_is_not_asked_what_it_does() -> None:
    assert answers("caption", ("caption", "Figure 1: The queen lays her eggs in the middle of the comb.")) == []
    told = "The front wheel turns the large dynamo of the lamp."
    assert answers("caption", ("caption", f"Figure 1: {told}")) == [("What does the front wheel do?", told)]
