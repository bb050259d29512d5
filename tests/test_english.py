"""English on the surface: sentences, words, numbers, negations, references, language."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.english import content_words, dangling, is_english, language, negations, sentences, stem, words
from qaextract.quantities import numbers, unit


def parts(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["See e.g. Fig. 3 and Holt et al. (2012).", "It costs $1,000.50."],
        [
            "Dr. J. R. Holt left (he was tired. Really.) and slept.",
            "Did he?",
            '"Yes!" he said.',
            "Go on...",
            "Then stop.",
        ],
        ["Use mill.py v2.1.", "heappush() returns None.", "It takes approx. 5 min. per run."],
        ["1. First item.", "Second sentence.", "2.3. Third item."],
        ["The text of No. 5 ends.", "No.", "The U.S. Army left the U.S.", "The end came in 1914.", "Then peace."],
        ["It is fast.[12]", "Next one.¹", "He said “Stop.”", "Then he left.", "(This is aside.)", "More."],
        ["a = 3.14 vs. 2.71, i.e. more.", "Really?!", "Vitamin C.", "The file is in /etc/mill.conf.", "Done."],
        ["这是。", "你好！", "吗？"],
    ],
)
def test_sentences(expected: list[str]):
    text = "".join(expected) if "。" in expected[0] else " ".join(expected)
    assert parts(text) == expected


def test_an_empty_line_and_a_bullet_end_a_sentence_but_a_line_break_does_not():
    assert parts("A heading\n\nIt goes\non. And on:\n• first\n• second") == [
        "A heading",
        "It goes\non.",
        "And on:",
        "• first",
        "• second",
    ]


@given(st.text(alphabet="aA .!?()[]\n\"'1•…。e\u2029", max_size=80))
def test_sentences_are_in_order_trimmed_and_hold_all_of_the_text(text: str):
    spans = sentences(text)
    for a, b in pairwise(spans):
        assert a.end <= b.start
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())


def test_words():
    assert words("Don't use os.path in C++ or C#.") == ["Don't", "use", "os.path", "in", "C++", "or", "C#"]
    assert content_words("What does heapq.heappush return when the itemList isn't sorted?") == [
        *("heapq", "heappush", "return", "item", "list", "sort"),
    ]
    assert {stem(word) for word in ("copy", "copies", "copied", "copying")} == {"copy"}
    assert stem("stopped") == stem("stops") == "stop"
    assert stem("class") == "class"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at -5 km or −7 °C", [("-5", "km"), ("-7", "°C")]),
        ("1,000 or 1000.0 or one thousand", [("1000", ""), ("1000", ""), ("1000", "")]),
        ("3.14e-5 m/s and 5×10⁻³ mol", [("0.0000314", "m/s"), ("0.005", "mol")]),
        ("2 million dollars, $3.5 billion, £5", [("2000000", "$"), ("3500000000", "$"), ("5", "£")]),
        ("twenty-five kilometres, two hundred and six bones", [("25", "km"), ("206", "")]),
        ("50 percent, 12 per cent, 7%", [("50", "%"), ("12", "%"), ("7", "%")]),
        ("version 3.11.2 of utf8 and x1", [("3.11.2", "")]),
        ("1914-1918, the 1990s, 64-bit", [("1914", ""), ("1918", ""), ("1990", ""), ("64", "bit")]),
        ("10² is not 102; 5 m² neither", [("10^2", ""), ("102", ""), ("5", "m²")]),
        ("10 - 3 = 7", [("10", ""), ("3", ""), ("7", "")]),
    ],
)
def test_numbers(text: str, expected: list[tuple[str, str]]):
    found = numbers(text)
    assert [(number.value, number.unit) for number in found] == expected
    assert all(any(map(str.isalnum, number.span.of(text))) for number in found)


def test_units_by_name_and_symbol():
    assert unit("kilometres") == unit("km") == "km"
    assert unit("Hours") == unit("h") == "h"
    assert unit("heaps") == ""


def test_negations():
    def found(text: str) -> list[str]:
        return [span.of(text) for span in negations(text)]

    assert found("It isn't full, and cannot, without help, be emptied.") == ["n't", "cannot", "without"]
    assert found("None of them is set: n=None, x: None") == ["None"]
    assert found("Not only No. 5 but all; the No Limit club fails to notice nothing.") == ["fails to", "nothing"]


@pytest.mark.parametrize(
    "text",
    [
        "What does this function return?",
        "What is shown in Figure 3?",
        "How is eq. 8.75 derived?",
        "What does equation (12) state?",
        "What is described in Section 4?",
        "As mentioned, what is a weir?",
        "What happens here?",
        "What do the authors propose?",
        "What is our main result?",
        "Which of the former is faster?",
        "What is such a heap called?",
        "What does it return?",
        "What did he invent?",
        "It returns None.",
        "They are stored as integers.",
        "What is the above rule?",
        "Which of the following is a prime?",
        "What does the previous section say?",
        "According to the text, what is a bee?",
        "What is another method?",
        "What does the function return?",
        "Why is that?",
        "How is the algorithm described below used?",
        "What is the value of x in (4)?",
        "What did Holt show [12]?",
        "What does line 7 do?",
    ],
)
def test_what_points_outside(text: str):
    assert dangling(text)


@pytest.mark.parametrize(
    "text",
    [
        "What does `heapq.heappush` return?",
        "Is it possible to sort a list in place?",
        "How long does it take to boil an egg?",
        "Why is it important that a heap is balanced?",
        "What is another name for aspirin?",
        "According to the GNU Foo Manual, what is a span?",
        "Which metals, such as iron, rust?",
        "When a key is missing, what does dict.get do before it returns?",
        "Who is the author of the Orchard Manual?",
        "What is the boiling point of water above sea level?",
        "What did Holt (2012) report?",
        "What does Section 4 of the Clean Air Act require?",
        "What is the difference between a list and a tuple, and which of them is faster?",
        "What does the following code print?\n>>> print(1)",
        "Which options does the tool have? What do they do?",
        "What does the word 'it' stand for?",
        "What kind of people are those who vote?",
        "Why is Jupiter larger than its moons?",
    ],
)
def test_what_stands_alone(text: str):
    assert dangling(text) is None


def test_language():
    assert language("Der schnelle braune Fuchs springt über den faulen Hund.") == "de"
    assert language("The quick brown fox jumps over the lazy dog.") == "en"
    assert language("Hi there \ud800") == ""
    assert is_english("Hi")
    assert not is_english("El perro perezoso duerme todo el día debajo del árbol.")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "a. " * 40_000,
        "(" * 100_000,
        "1," * 50_000,
        "one " * 30_000,
        "this " * 2_000,
        '"' * 50_000,
        "it is " * 3_000,
    ],
)
def test_hostile_text_ends(text: str):
    begin = time.perf_counter()
    for function in (sentences, words, content_words, numbers, negations, dangling, language):
        function(text)  # type: ignore[operator]
    assert time.perf_counter() - begin < 6


def test_a_unit_behind_a_number_is_no_initial() -> None:
    text = "A mass of 2 kg is pushed by a force of 20 N. Find its acceleration."
    assert [span.of(text) for span in sentences(text)] == text.replace("N. ", "N.|").split("|")
    name = "It was shown by J. N. Lockyer in 1868."
    assert len(sentences(name)) == 1
