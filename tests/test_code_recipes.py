"""What the recipes for Python code ask, what they leave out, and that every quote is a slice of the file."""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.chunkers.symbols import Symbols
from qaextract.model import Document, Draft
from qaextract.points import Finder, recipes
from qaextract.recipes._python_prose import clean
from qaextract.recipes._python_verbs import predicate, third_person

KINDS = [
    "default_value",
    "doctest",
    "exceptions",
    "parameter",
    "purpose",
    "return_value",
    "signature",
    "where_defined",
]


def module(text: str, title: str = "harbour.tides", uri: str = "src/harbour/tides.py") -> Document:
    return Document(id="0" * 16, uri=uri, title=title, text=text, blocks=(), parser="python_code 3")


def found(kind: str, document: Document, **settings: object) -> list[Draft]:
    recipe: Finder = recipes.get(kind)(**settings)  # type: ignore[assignment]
    drafts = []
    for chunk in Symbols().chunk(document):
        if recipe.accepts(chunk):
            drafts += list(recipe.find(chunk, document))
    assert all(quote in document.text and quote for draft in drafts for quote in draft.quotes)
    assert all(draft.quotes for draft in drafts)
    return drafts


def asked(kind: str, text: str, title: str = "harbour.tides", **settings: object) -> list[tuple[str, str]]:
    return [(draft.question, draft.answer) for draft in found(kind, module(text, title), **settings)]


# --- what is asked ----------------------------------------------------------------------------------------------


def test_signature_tells_how_each_parameter_is_passed() -> None:
    text = 'def fill(a, /, b, c=1, *rest, d, e="x", **others):\n    """Fill the basin."""\n'
    ((question, answer),) = asked("signature", text)
    assert question == "In the `harbour.tides` module, which parameters does the `fill` function take?"
    assert answer == (
        "`fill` takes `a` (positional-only), `b`, `c` (default `1`), `*rest` (any number of positional arguments), "
        '`d` (keyword-only), `e` (keyword-only, default `"x"`) and `**others` (any other keyword arguments).'
    )


def test_signature_of_methods_leaves_the_instance_out_and_static_methods_have_none() -> None:
    text = (
        'class Basin:\n    """A basin."""\n    def __init__(self, depth, width, length):\n        pass\n'
        '    @staticmethod\n    def mix(a, b, c):\n        """Mix."""\n'
        '    @classmethod\n    def dig(cls, a, b, c):\n        """Dig."""\n'
    )
    answers = [answer for _, answer in asked("signature", text)]
    assert answers == [
        "The constructor takes `depth`, `width` and `length`.",
        "`mix` takes `a`, `b` and `c`.",
        "`dig` takes `a`, `b` and `c`.",
    ]


def test_signature_quotes_the_definition_up_to_its_colon() -> None:
    header = (
        "def fill(\n    a,  # why: see {b: c}\n    b: dict[str, int] = {1: 2}[1],\n"
        "    c=lambda: 3,  # no: yes\n) -> int:"
    )
    (draft,) = found("signature", module(f'@cache\n{header}\n    """Fill the basin."""\n'))
    assert draft.quotes == (header,)


def test_default_value_of_documented_parameters() -> None:
    text = (
        'def fill(level=4.5, quick=True, why=None, name=""):\n    """Fill to *level*, quick or not, why and name."""\n'
    )
    assert asked("default_value", text) == [
        (
            "In the `harbour.tides` module, what is the default value of the `level` parameter of the `fill` function?",
            "The default value of `level` is `4.5`.",
        ),
        (
            "In the `harbour.tides` module, what is the default value of the `quick` parameter of the `fill` function?",
            "The default value of `quick` is `True`.",
        ),
    ]


@pytest.mark.parametrize(
    "default", ["None", "...", "_MISSING", "MISSING", "object()", "len", "'level'", "lambda: 1", "UNSET", "()"]
)
def test_default_that_tells_nothing_is_not_asked(default: str) -> None:
    name = "len" if default == "len" else "level"
    assert asked("default_value", f'def fill({name}={default}):\n    """Fill to {name}."""\n') == []


def test_return_value_from_the_first_sentence_and_from_sections() -> None:
    text = (
        'def mean(levels):\n    """Return the arithmetic mean of all levels in metres.\n\n    Slow."""\n'
        'def peak(levels):\n    """Find it.\n\n    Returns:\n'
        '        float: The highest level of the day, in metres.\n    """\n'
        'def low(levels):\n    """Find it.\n\n    Returns\n    -------\n    level : float\n'
        '        Lowest level of the day. If the sea is dry, zero is given.\n    """\n'
        'def all_of(levels):\n    """Find it.\n\n    :returns: the levels of the day by hour, sorted.\n    """\n'
    )
    assert asked("return_value", text) == [
        (
            "In the `harbour.tides` module, what does the `mean` function return?",
            "`mean` returns the arithmetic mean of all levels in metres.",
        ),
        (
            "In the `harbour.tides` module, what does the `peak` function return?",
            "The highest level of the day, in metres.",
        ),
        (
            "In the `harbour.tides` module, what does the `low` function return?",
            "Lowest level of the day. If the sea is dry, zero is given.",
        ),
        (
            "In the `harbour.tides` module, what does the `all_of` function return?",
            "The levels of the day by hour, sorted.",
        ),
    ]


def test_second_case_of_a_result_is_told_too() -> None:
    text = 'def peak(levels):\n    """Return the highest level of the day. Otherwise return None."""\n'
    ((_, answer),) = asked("return_value", text)
    assert answer == "`peak` returns the highest level of the day. Otherwise, it returns None."


def test_result_of_several_values_is_not_asked() -> None:
    text = (
        'def both(levels):\n    """Find them.\n\n    Returns\n    -------\n    low : float\n'
        "        Lowest level of the day.\n"
        '    high : float\n        Highest level of the day.\n    """\n'
    )
    assert asked("return_value", text) == []


@pytest.mark.parametrize(
    "section",
    [
        "Raises:\n        ValueError: If the basin is already full of water.\n",
        "Raises\n    ------\n    ValueError\n        If the basin is already full of water.\n",
        ":raises ValueError: if the basin is already full\n        of water.\n",
    ],
    ids=["Google", "NumPy", "fields"],
)
def test_exceptions_from_the_docstring(section: str) -> None:
    assert asked("exceptions", f'def fill(basin):\n    """Fill.\n\n    {section}    """\n') == [
        (
            "In the `harbour.tides` module, under what condition does the `fill` function raise `ValueError`?",
            "It raises `ValueError` if the basin is already full of water.",
        )
    ]


def test_exceptions_from_the_first_guards() -> None:
    text = 'def fill(level):\n    """Fill."""\n    if level < 0:\n        raise ValueError("must not be negative")\n'
    (draft,) = found("exceptions", module(text))
    assert draft.question == (
        "In the `harbour.tides` module, which exception does the `fill` function raise when `level < 0` is true?"
    )
    assert draft.answer == "It raises `ValueError` with the message 'must not be negative'."
    assert draft.quotes == (text[text.index("if level") : -1],)


@pytest.mark.parametrize(
    "body",
    [
        "level = abs(level)\n    if level < 0:\n        raise ValueError",
        "if level:\n        return\n    if level < 0:\n        raise ValueError",
        "if level < _LIMIT:\n        raise ValueError",
        "if LIMIT < level:\n        raise ValueError",
        "if level < 0:\n        raise error",
        "if level < 0:\n        raise ValueError\n    yield level",
        "if level < 0:\n        raise ValueError\n    else:\n        pass",
    ],
    ids=["reassigned", "returned before", "private name", "name of the module", "variable", "generator", "else"],
)
def test_guard_that_a_caller_cannot_judge_is_not_asked(body: str) -> None:
    assert asked("exceptions", f'def fill(level):\n    """Fill."""\n    {body}\n') == []


def test_exception_class_that_says_when_it_is_raised() -> None:
    text = 'class Flood(Exception):\n    """Raised when the water stands above the quay wall."""\n'
    assert asked("exceptions", text) == [
        (
            "In the `harbour.tides` module, when is the `Flood` exception raised?",
            "`Flood` is raised when the water stands above the quay wall.",
        )
    ]


@pytest.mark.parametrize(
    "section",
    [
        "Args:\n        level (float, optional): The height of the water above the sill,\n            in metres.\n",
        "Parameters\n    ----------\n    level : float, optional\n"
        "        The height of the water above the sill,\n        in metres.\n",
        ":param float level: the height of the water above the sill,\n        in metres.\n",
    ],
    ids=["Google", "NumPy", "fields"],
)
def test_parameter_in_three_styles(section: str) -> None:
    assert asked("parameter", f'def fill(level):\n    """Fill.\n\n    {section}    """\n') == [
        (
            "In the `harbour.tides` module, what does the `level` parameter of the `fill` function specify?",
            "The height of the water above the sill, in metres.",
        )
    ]


def test_parameter_that_the_function_does_not_take_is_not_asked() -> None:
    text = 'def fill(depth):\n    """Fill.\n\n    :param level: the height of the water above the sill.\n    """\n'
    assert asked("parameter", text) == []


def test_doctest_with_the_statements_it_needs() -> None:
    text = (
        'def fill(levels):\n    """Fill.\n\n    >>> import math\n    >>> unrelated = 7\n    >>> low, high = 2, 5\n'
        '    >>> fill([low, high])\n    3.5\n    """\n'
    )
    (draft,) = found("doctest", module(text))
    assert draft.question == (
        "In the `harbour.tides` module, what is the output of `fill([low, high])` after `low, high = 2, 5`?"
    )
    assert draft.answer == "The output is `3.5`."
    assert draft.quotes == (">>> low, high = 2, 5", ">>> fill([low, high])\n    3.5")


@pytest.mark.parametrize(
    "example",
    [
        ">>> fill(b)\n    3.5",
        ">>> fill(random.random())\n    0.123",
        ">>> fill(object())\n    <object object at 0x7f3a>",
        ">>> fill(range(100))\n    [0, 1, ...]",
        ">>> fill(2)\n    Traceback (most recent call last):\n    ValueError: no",
        ">>> fill([1, 2])\n    one\n    two",
        ">>> fill([3.5])\n    [3.5]",
        ">>> import math\n    >>> math.floor(2.5)\n    2",
        ">>> it = iter([1, 2])\n    >>> next(it)\n    1\n    >>> fill(it)\n    2",
    ],
    ids=[
        "unknown name",
        "random",
        "address",
        "cut",
        "traceback",
        "lines",
        "told",
        "not of the module",
        "changed before",
    ],
)
def test_example_that_is_not_sure_or_not_clear_is_not_asked(example: str) -> None:
    drafts = asked("doctest", f'def fill(levels):\n    """Fill.\n\n    {example}\n    """\n')
    assert [question for question, _ in drafts if "fill" in question] == []


def test_where_a_function_of_a_package_is_defined() -> None:
    text = 'def moon_pull(day):\n    """Find it."""\n\ndef ebb(day):\n    """Find it."""\n'
    assert asked("where_defined", text) == [
        (
            "In which module of the `harbour` package is the `moon_pull` function defined?",
            "The `moon_pull` function is defined in the `harbour.tides` module, in the file `harbour/tides.py`.",
        )
    ]
    assert asked("where_defined", text, title="alone") == []


def test_which_class_defines_a_method() -> None:
    text = (
        'class Basin:\n    def drain_all(self):\n        """Drain."""\n    def fill_up(self):\n        """Fill."""\n'
        'class Lock:\n    def fill_up(self):\n        """Fill."""\n'
    )
    assert asked("where_defined", text) == [
        (
            "In the `harbour.tides` module, which class defines the `drain_all` method?",
            "The `drain_all` method is defined by the `Basin` class.",
        )
    ]


def test_purpose_of_functions_and_classes() -> None:
    text = (
        'def pop_boat(queue):\n    """Remove and return the longest waiting ship, and close the gate."""\n'
        'class Gate:\n    """A steel door that keeps high water out of the town."""\n'
        'class Wall:\n    """Context manager that keeps high water out of the town."""\n'
    )
    assert asked("purpose", text) == [
        (
            "In the `harbour.tides` module, what does the `pop_boat` function do?",
            "`pop_boat` removes and returns the longest waiting ship, and closes the gate.",
        ),
        (
            "In the `harbour.tides` module, what is the `Gate` class?",
            "`Gate` is a steel door that keeps high water out of the town.",
        ),
        (
            "In the `harbour.tides` module, what is the `Wall` class?",
            "`Wall` is a context manager that keeps high water out of the town.",
        ),
    ]


@pytest.mark.parametrize(
    "docstring",
    [
        "Fill the basin.",
        "Fill this basin with sea water as described below.",
        "Fill the basin with the following kinds of water:",
        "See the manual of the harbour for the level of water.",
        "Same as the sluice, but for ships of more than ten metres.",
        "Log normal distribution of water levels.",
        "A string substitution required a setting of the sluice gates.",
        "The number of ships that wait outside of the sluice.",
        "Deprecated. Open the sluice for ships that wait outside.",
        "TODO write what the sluice does for ships outside.",
    ],
)
def test_docstring_that_does_not_answer_is_left_out(docstring: str) -> None:
    assert asked("purpose", f'def fill_basin(x):\n    """{docstring}"""\n') == []


# --- who is asked about -----------------------------------------------------------------------------------------

BODY = '(a, b=7, *, c="x"):\n    """Empty the outer basin through the sluice at low tide, from b."""\n'


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"def _drain{BODY}", "harbour.tides"),
        (f"def drain{BODY}", "harbour.tests.tides"),
        (f"def drain{BODY}", "test_tides"),
        (f"@overload\ndef drain{BODY}", "harbour.tides"),
        (f"@deprecated('no')\ndef drain{BODY}", "harbour.tides"),
        (f"@SpecialForm\ndef drain{BODY}", "harbour.tides"),
        (f"def drain{BODY}\ndef drain{BODY}", "harbour.tides"),
    ],
    ids=["private", "tests", "test module", "overload", "deprecated", "made by a class", "twice"],
)
def test_what_is_no_documented_api_is_not_asked(kind: str, text: str, title: str) -> None:
    assert asked(kind, text, title) == []


@pytest.mark.parametrize("kind", KINDS)
def test_only_python_is_read(kind: str) -> None:
    document = module(f"def drain{BODY}")
    prose = Document(document.id, document.uri, document.title, document.text, (), parser="plain_text 1")
    assert found(kind, prose) == []


def test_standard_modules_are_named_so_only_if_they_define_it() -> None:
    ours = f"def heappush{BODY}"
    assert asked("purpose", ours, "heapq")[0][0].startswith("In Python's `heapq` module, what does the `heappush`")
    assert asked("purpose", f"def drain{BODY}", "heapq")[0][0].startswith(
        "In the `heapq` module, what does the `drain`"
    )


# --- prose ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Push ``item``\n    onto *heap*.", "Push `item` onto `heap`."),
        ("Like :func:`~os.path.join` of :class:`Path`, twice.", "Like `join` of `Path`, twice."),
        ("A `link <http://x.org>`_ and ``*args`` [1]_ too.", "A link and `*args` too."),
        ("The number of bytes. [default: 8192]", "The number of bytes."),
        ("An unclosed (bracket.", None),
        ("An unclosed ``literal.", None),
        ("The values shown above.", None),
    ],
)
def test_markup_is_cleaned_or_the_text_refused(raw: str, expected: str | None) -> None:
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Pop and return the item.", "pops and returns the item."),
        ("Pops the item.", "pops the item."),
        ("Recursively copy a tree, then delete it.", "recursively copies a tree, then deletes it."),
        (
            "Remove the message; raise KeyError if there is none.",
            "removes the message; it raises KeyError if there is none.",
        ),
        ("Update and/or extend the table.", "updates and/or extends the table."),
        ("Wait for it to end and return the code.", None),
        ("Close the file, and for mode 'w' write the index.", None),
        ("Ask for help, else prompt the user.", None),
        ("Open the gate and defenestrate the guard.", None),
        ("Bananas are yellow.", None),
    ],
)
def test_imperatives_become_statements(sentence: str, expected: str | None) -> None:
    assert predicate(sentence) == expected


@pytest.mark.parametrize(
    ("verb", "expected"), [("copy", "copies"), ("push", "pushes"), ("do", "does"), ("play", "plays"), ("mix", "mixes")]
)
def test_third_person(verb: str, expected: str) -> None:
    assert third_person(verb) == expected


# --- everything -------------------------------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["a", "b=1", "c='ü'", "d: int = 2", "*", "*e", "f", "g=None", "**h"]), max_size=5),
    st.sampled_from(["", "Return the öre of all ships.", "Args:\n        a: The öre of every ship in port.\n"]),
)
def test_any_function_gives_quotes_of_the_file(parameters: list[str], docstring: str) -> None:
    text = f'# ä\ndef fill({", ".join(parameters)}):\n    """{docstring}\n    """\n'
    try:
        ast.parse(text)
    except SyntaxError:
        return
    for kind in KINDS:
        found(kind, module(text))


def test_standard_modules_give_pairs_of_every_kind() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    total: dict[str, int] = dict.fromkeys(KINDS, 0)
    for name in ("statistics", "fractions", "ipaddress", "logging.handlers"):
        path = name.replace(".", "/") + ".py"
        document = module((folder / path).read_text("utf-8"), title=name, uri=path)
        drafts = {kind: found(kind, document) for kind in KINDS}
        assert sum(map(len, drafts.values())) >= 5
        for kind, made in drafts.items():
            total[kind] += len(made)
            assert all(draft.question.endswith("?") and "`" in draft.question for draft in made)
            assert all(draft.answer[0] == "`" or draft.answer[0].isupper() for draft in made)
            assert all(draft.answer.endswith(".") for draft in made)
            assert len({draft.question for draft in made}) == len(made) or kind == "doctest"
    assert all(total.values())
