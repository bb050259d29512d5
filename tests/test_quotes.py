"""A quote is found where only the layout differs, and nowhere else."""

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.english import sentences
from qaextract.model import Span
from qaextract.quotes import QuoteFinder, locate

XQUAD = Path(__file__).parents[2] / "shared/eval/alignment/xquad_en.jsonl"

TEXT = (
    "The well-known heap-\nordered queue holds −5 to 3.75 items. It can’t hold “large” files: 1,000 rows,\n"
    "or 10² bytes, are not enough. In 1914–1918 the co-\noperative café sold 12½ kg of ﬂour (see x₁ = -2 ± 3).\n\n"
    "Nothing is notable, said the thera-\npist; US firms told us so. 漢字の\n文章。"
)


def found(quote: str, text: str) -> str | None:
    match = locate(quote, text)
    return match and match.span.of(text)


@pytest.mark.parametrize(
    ("quote", "text", "place"),
    [
        ("the cat sat", "so the\n  cat\u00a0sat down", "the\n  cat\u00a0sat"),
        ("example", "an exam-\nple of", "exam-\nple"),
        ("exam-ple", "an exam-\nple of", "exam-\nple"),
        ("exam- ple", "an exam-\nple of", "exam-\nple"),
        ("well-known", "a well-\nknown one", "well-\nknown"),
        ("COVID-19 cases", "COVID-\n19 cases", "COVID-\n19 cases"),
        ("soft", "so\u00adft", "so\u00adft"),
        ("zero", "ze\u200bro", "ze\u200bro"),
        ("final flow", "ﬁnal ﬂow", "ﬁnal ﬂow"),
        ('"Hi", it\'s', "“Hi”, it’s", "“Hi”, it’s"),
        ("3-5 days", "3–5 days", "3–5 days"),
        ("well-known", "well–known", "well–known"),
        ("word-next", "word—\nnext", "word—\nnext"),
        ("at -5", "at −5", "at −5"),
        ("x = -5", "x = −5", "x = −5"),
        ("café", "cafe\u0301", "cafe\u0301"),
        ("cafe\u0301", "café", "café"),
        ("ệ", "e\u0302\u0323", "e\u0302\u0323"),
        ("wait...now", "wait…now", "wait…now"),
        ("e = mc²", "𝑒 = 𝑚𝑐²", "𝑒 = 𝑚𝑐²"),
        ("f(x, y)", "f( x, y )", "f( x, y )"),
        ("if x: return", "if x:\n    return", "if x:\n    return"),
        ("and/or", "and/\nor", "and/\nor"),
        ("漢字文", "漢\n字文", "漢\n字文"),
        ("字", "漢字文", "字"),
        ("Introduction", "ɪɴᴛʀᴏᴅᴜᴄᴛɪᴏɴ", "ɪɴᴛʀᴏᴅᴜᴄᴛɪᴏɴ"),
        ("14", "1914 and 14", "14"),
        (" the end. ", "It is the end. So", "the end."),
        ("12 %", "12% of", "12%"),
    ],
)
def test_layout_may_differ(quote: str, text: str, place: str):
    assert found(quote, text) == place


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("art", "heart"),
        ("able", "un-\nable to"),
        ("un", "un-\nable"),
        ("art", "he\u00adart"),
        ("known", "well-known"),
        ("not able", "notable"),
        ("notable", "not able"),
        ("notable", "not\nable"),
        ("therapist", "the rapist"),
        ("wordnext", "word—\nnext"),
        ("recover", "re-cover"),
        ("can", "cannot"),
        ("can", "can't do"),
        ("can", "can’t do"),
        ("t do", "can't do"),
        ("US", "us"),
        ("us", "US"),
        ("14", "in 1914"),
        ("5", "at -5 C"),
        ("5", "at −5 C"),
        ("5", "±5"),
        ("-5", "at 5"),
        ("-5", "3-5"),
        ("-5", "at - 5"),
        ("- 5", "at -5"),
        ("5", "3-5 days"),
        ("2020", "2020-2021"),
        ("3.1", "is 3.14."),
        ("14", "is 3.14"),
        ("5", "0.5"),
        ("5", ".5 mm"),
        ("3,5", "3.5"),
        ("1000", "1,000"),
        ("1,000", "1000"),
        ("1, 000", "1,000"),
        ("000", "1,000"),
        ("50", "50% of"),
        ("5", "5×10³"),
        ("5", "5 × 10³"),
        ("2", "10^2"),
        ("102", "10²"),
        ("10²", "102"),
        ("10", "10² m"),
        ("10", "10⁻³ m"),
        ("x1", "x₁"),
        ("x", "x₁ is"),
        ("½", "1/2"),
        ("1/2", "½"),
        ("1", "①"),
        ("3", "3½"),
        ("a = b", "a ≠ b"),
        ("a =", "a ≠ b"),
        ("a == b", "a = = b"),
        ("--all", "-all"),
        ("cafe", "café"),
        ("cafe", "cafe\u0301 x"),
        ("fi", "ﬁsh"),
        ("sh", "ﬁsh"),
        ("C", "C++ is"),
        ("C", "C# is"),
        ("", "text"),
        (" \n", "text"),
        ("...", "a ... b"),
        ("—", "a — b"),
    ],
)
def test_words_digits_signs_and_case_may_not(quote: str, text: str):
    assert locate(quote, text) is None


def test_what_is_exact_says_so():
    exact, normalized = locate("heap-\nordered", TEXT), locate("heap-ordered", TEXT)
    assert exact is not None
    assert normalized is not None
    assert (exact.match, exact.score) == ("exact", 1.0)
    assert (normalized.match, normalized.score) == ("normalized", 1.0)
    assert exact.span == normalized.span


def test_within_and_near_choose_the_place():
    text = "one two. one  two. one two."
    finder = QuoteFinder(text)
    assert finder.find("one two") == locate("one two", text)
    assert finder.find("one two", within=Span(8, 18)).span == Span(9, 17)  # type: ignore[union-attr]
    assert finder.find("one two", near=25).span == Span(19, 26)  # type: ignore[union-attr]
    assert finder.find("one two", within=Span(20, 27)) is None


# --- properties -------------------------------------------------------------------------------------------------

WORDS = [
    "heap",
    "not",
    "café",
    "no",
    "able",
    "x₁",
    "10²",
    "3.14",
    "1,000",
    "-5",
    "US",
    "ﬂow",
    "it's",
    "(a)",
    "½",
    "漢字",
    "R&D",
]
texts = st.lists(st.sampled_from(WORDS), min_size=3, max_size=25).map(" ".join)


@st.composite
def slices(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and the word bounds of a part of it that holds a letter or a digit."""
    text = draw(texts)
    bounds = [0, *(n + 1 for n, char in enumerate(text) if char == " "), len(text) + 1]
    first = draw(st.integers(0, len(bounds) - 2))
    last = draw(st.integers(first + 1, len(bounds) - 1))
    return text, bounds[first], bounds[last] - 1


@given(slices(), st.data())
def test_any_layout_is_found_at_a_place_that_reads_the_same(part: tuple[str, int, int], data: st.DataObject):
    text, start, end = part
    quote = text[start:end]
    spaces = st.sampled_from([" ", "\n", "  ", "\u00a0", " \n\t", "\u200b "])
    laid_out = "".join(data.draw(spaces) if char == " " else char for char in quote)
    glyphs = str.maketrans({"'": "’", "-": "−"})
    for form in (
        laid_out,
        laid_out.translate(glyphs),
        unicodedata.normalize("NFD", laid_out),
        laid_out.replace("ﬂ", "fl"),
    ):
        match = locate(form, text)
        assert match is not None, (form, text)
        # The first place that reads the same may stand before the one that was taken.
        assert match.span.start <= start
        assert match.span.of(text) == quote


@given(slices(), st.data())
def test_a_text_laid_out_otherwise_keeps_its_quotes(part: tuple[str, int, int], data: st.DataObject):
    text, start, end = part
    spaces = st.sampled_from(["\n", "  ", "\r\n", "\u2009\n"])
    drawn = [data.draw(spaces) if char == " " else char for char in text]
    match = locate(text[start:end], "".join(drawn))
    assert match is not None
    assert match.span.of("".join(drawn)).split() == text[start:end].split()


@given(slices(), st.data())
def test_any_other_word_digit_sign_or_negation_is_not_found(part: tuple[str, int, int], data: st.DataObject):
    text, start, end = part
    words = text[start:end].split(" ")
    n = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(["tree", "5", "15", "-15", "never", "3.15", "10,00", "103", "x2"]))
    words[n] = other
    assert locate(" ".join(words), text) is None or other in text.split(" ")


@given(st.text(max_size=60), st.text(max_size=12))
def test_what_is_found_holds_the_letters_of_the_quote(text: str, quote: str):
    match = locate(quote, text)
    if match is not None:
        plain = [
            [c for c in unicodedata.normalize("NFKD", part) if c.isalnum() and c.isascii()]
            for part in (match.span.of(text), quote)
        ]
        assert plain[0] == plain[1]
        assert match.span.of(text) == match.span.of(text).strip()


@given(st.text(alphabet="ab -\n1.,'’\u00ad漢e\u0301ﬁ²−–\u200b\ud800", max_size=40), st.data())
def test_every_whole_slice_is_found_in_its_own_text(text: str, data: st.DataObject):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    match = locate(text[start:end], text)
    if match is not None:
        assert match.match in ("exact", "normalized")
    whole = locate(text, text)
    assert (whole is not None) == any(map(str.isalnum, text))


# --- speed and development set ----------------------------------------------------------------------------------


def test_a_million_characters():
    text = (TEXT + " The mill by the river turned all night long.\n") * 3000
    finder = QuoteFinder(text)
    assert finder.find("no such thing is said here") is None
    begin = time.perf_counter()
    for n in range(50):
        assert finder.find(f"no such thing is said in {n} places") is None
    assert (time.perf_counter() - begin) / 50 < 0.02


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "a " * 100_000, "a-\n" * 60_000, "\u00ad" * 100_000, "漢" * 100_000, "\ud800" * 1000]
)
def test_hostile_text_ends(text: str):
    begin = time.perf_counter()
    finder = QuoteFinder(text)
    for quote in ("a", "ab", "aa", "a a\n aa", text, text + "b"):
        finder.find(quote)
    assert time.perf_counter() - begin < 5


def test_sentences_of_the_development_set():
    if not XQUAD.exists():
        pytest.skip(f"{XQUAD} is not there")
    rows = [json.loads(line) for line in XQUAD.read_text(encoding="utf-8").splitlines()]
    contexts = list(dict.fromkeys(row["context"] for row in rows))
    for n, row in enumerate(rows):
        text, start = row["context"], row["start"]
        span = next(s for s in sentences(text) if s.start <= start < s.end)
        quote = span.of(text)
        laid_out = quote.replace(" ", "\n", 3).replace("'", "’").replace("-", "–").replace('"', "”")
        exact, normalized = locate(quote, text), locate(laid_out, text)
        assert exact is not None
        assert normalized is not None
        assert (exact.span, normalized.span) == (span, span)
        other = contexts[(contexts.index(text) + n + 1) % len(contexts)]
        assert other == text or locate(quote, other) is None
