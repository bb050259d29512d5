"""What a pair may rely on: its evidence, the names above it, the text around it."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from qaextract.english import words
from qaextract.model import Context, QAPair
from qaextract.quantities import Number, numbers

READ_CHARS = 100_000  # of any one text; beyond it a text is no answer and no quote, and is not read
_MOST_COMPUTED = 40  # numbers of the quotes that are tried in pairs
_AROUND_CHARS = 5_000  # each side of the evidence, where a pair has no chunk
_YES_NO = re.compile(r"^\s*(yes|no|true|false|correct|incorrect)\b(?=\W|$)", re.IGNORECASE)
_ORDER = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINALS = {word: str(n) for n, word in enumerate(_ORDER.split(), 1)}
_ORDINALS |= {"half": "0.5", "quarter": "0.25", "once": "1", "twice": "2", "double": "2", "triple": "3", "both": "2"}
_TO_COMPUTE = re.compile(
    r"\b(?:total|sum|altogether|combined|together|difference|average|mean|calculate|compute|ratio|product|percentage"
    r"|increase|decrease|remain\w*|left|how (?:old|long|many years|many times)"
    r"|how (?:many|much) (?:more|less|fewer|longer|larger|higher|lower))\b",
    re.IGNORECASE,
)


def evidence_of(pair: QAPair) -> str:
    """The quotes, as the document has them, one a paragraph."""
    return "\n\n".join(evidence.quote for evidence in pair.evidence)[:READ_CHARS]


def names_above(pair: QAPair) -> str:
    """The headings, the title and the file's name: where a question takes the name of its subject from."""
    return "\n\n".join((*pair.headings, pair.document.title, pair.document.uri))[:READ_CHARS]


def text_around(pair: QAPair, context: Context) -> str:
    """The chunk or, without one, what stands around each quote."""
    if context.chunk is not None:
        return context.chunk.text[:READ_CHARS]
    text = context.document.text
    if len(text) <= READ_CHARS:
        return text
    spans = (evidence.span for evidence in pair.evidence[: READ_CHARS // _AROUND_CHARS])
    return "\n\n".join(text[max(0, span.start - _AROUND_CHARS) : span.end + _AROUND_CHARS] for span in spans)


def yes_or_no(answer: str) -> bool | None:
    """Whether the answer begins with yes or no; None if with neither."""
    said = _YES_NO.match(answer)
    return None if said is None else said[1].lower() in ("yes", "true", "correct")


def after_yes_or_no(answer: str) -> str:
    """The answer without a yes or no at its beginning."""
    return _YES_NO.sub("", answer, count=1).lstrip(" ,.;:—–-\n")


@lru_cache(maxsize=64)
def numbers_of(text: str) -> tuple[Number, ...]:
    """The numbers of a text."""
    return tuple(numbers(text[:READ_CHARS]))


@lru_cache(maxsize=64)
def _known(text: str) -> dict[str, frozenset[str]]:
    """The units that each value of a text is given with; ordinals and fractions in words are values too."""
    units: dict[str, set[str]] = {}
    for number in numbers_of(text):
        units.setdefault(number.value, set()).add(number.unit)
    for word in {word.lower() for word in words(text[:READ_CHARS])} & _ORDINALS.keys():
        units.setdefault(_ORDINALS[word], set()).add("")
    return {value: frozenset(found) for value, found in units.items()}


def missing_number(text: str, sources: tuple[str, ...], pair: QAPair) -> str | None:
    """The first number of `text` that no source has, or only with another unit.

    What counts the parts of the answer or the quotes is not missing, nor what a question that asks to compute, or
    an answer drawn from several quotes, makes of two or of all numbers of the first source.
    """
    known: dict[str, frozenset[str]] = {}
    for source in sources:
        for value, units in _known(source).items():
            known[value] = known.get(value, frozenset()) | units
    for number in numbers_of(text):
        stated = known.get(number.value)
        if stated is None:
            if _counts(number, pair) or _is_computed(number, sources[0], pair):
                continue
        elif number.unit == "" or "" in stated or any(_same_unit(number.unit, unit) for unit in stated):
            continue
        return number.span.of(text)
    return None


def _same_unit(a: str, b: str) -> bool:
    if not b:
        return False
    return a.startswith(b) or b.startswith(a) if {a[0], b[0]} == {"°"} else a == b


def _counts(number: Number, pair: QAPair) -> bool:
    """Whether the number may count something instead of stating it: one, or as many as there are parts."""
    if number.spelled and number.value == "1":
        return True
    if number.unit or not number.value.isdigit() or len(number.value) > 2:
        return False
    answer = pair.answer[:READ_CHARS]
    listed = len([part for part in re.split(r",\s+(?:and\s+|or\s+)?|\s+and\s+|;\s+", answer) if part.strip()])
    lines = len([line for line in answer.splitlines() if line.strip()])
    quoted = len([line for line in evidence_of(pair).splitlines() if line.strip()])
    return int(number.value) > 1 and int(number.value) in {listed, lines, quoted, len(pair.evidence)}


def _is_computed(number: Number, source: str, pair: QAPair) -> bool:
    if len(pair.evidence) < 2 and not _TO_COMPUTE.search(pair.question[:READ_CHARS]):
        return False
    wanted = _as_float(number.value)
    found = numbers_of(source)[:_MOST_COMPUTED]
    stated = [value for value in dict.fromkeys(_as_float(n.value) for n in found) if value is not None]
    if wanted is None or not stated or (number.unit and not any(_same_unit(number.unit, n.unit) for n in found)):
        return False
    made = {sum(stated), sum(stated) / len(stated)}
    for a, b in combinations(stated, 2):
        made |= {a + b, a - b, b - a, a * b}
        made |= {x / y * scale for x, y in ((a, b), (b, a)) if y for scale in (1, 100)}
    return any(abs(value - wanted) <= 0.005 * abs(wanted) + 1e-9 for value in made)


def _as_float(value: str) -> float | None:
    try:
        return float(value) if len(value) < 40 else None
    except ValueError:
        return None
