"""Characters of fonts that do not say what their glyphs are: ligatures, quotes and dashes of old encodings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qaextract.parsers._layout import PrintedLine, PrintedPage

UNKNOWN = "\ufffd"
#: Where the T1 encoding of TeX has ligatures, quotes and dashes, and TS1 the bullet: fonts without a map to Unicode
#: give control characters for them. Then Adobe's private places of old-style figures and small capitals.
_T1 = {
    0x10: "“", 0x11: "”", 0x12: "„", 0x13: "«", 0x14: "»", 0x15: "–", 0x16: "—", 0x19: "ı",
    0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl", 0x7F: "-", 0x88: "•",
    **{0xF730 + digit: str(digit) for digit in range(10)},
    **{0xF761 + at: chr(ord("a") + at) for at in range(26)},
}  # fmt: skip
#: Where the OT1 encoding has them; inside words only, as T1 has accents there.
_OT1 = {"\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl"}
_OT1_IN_WORD = re.compile(r"(?<=[a-z])[\x0b-\x0f]|[\x0b-\x0f](?=[a-z])")
#: Some producers write a control character for the hyphen of a line break.
_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])\x02(?=\s*$)")
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a]")
_LIGATURES = ("fi", "ff", "fl", "ffi", "ffl")
_WORD = re.compile(r"[^\W\d_]+")
_BROKEN = re.compile(rf"[^\W\d_]*{UNKNOWN}[^\W\d_]*")
#: Words with ligatures that are common in any English text.
_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        affect affected affects afford afterwards artificial beneficial benefit benefits brief briefly buffer
        buffers certificate certified classification classified classify coefficient coefficients confidence
        confidential configure configured configuration confine confirm confirmed conflict conflicts deficit define
        defined defines defining definite definition definitions differ difference differences different
        differential differently differs difficult difficulties difficulty diffusion effect effective effectively
        effects efficiency efficient efficiently effort efforts field fields fifteen fifth fifty fight figure
        figures file files fill filled filter filters final finally finance financial find finding findings finds
        fine finish finished finite fire firm first firstly fish fit fits fitted fitting five fix fixed flag flags
        flat flexible flight float floating floor flow flows fluid flux identification identified identifier
        identifiers identify identifying inefficient infinite infinitely infinity inflation influence influences
        insufficient justified justify magnified modification modifications modified modify notification off offer
        offered offers office officer offices official offset often prefix profile profit profits qualified reflect
        reflected reflection reflects satisfied satisfies satisfy scientific scientifically significance significant
        significantly simplified simplify specific specifically specification specifications specified specifies
        specify stiff sufficient sufficiently suffix suffixes traffic trafficking undefined unified uniform
        verification verified verify workflow
        """,
    )
)


def cleaned(text: str) -> str:
    """The text with what control and private characters stand for; what that is nobody knows is U+FFFD."""
    text = _OT1_IN_WORD.sub(lambda found: _OT1[found.group()], text.translate(_T1))
    return _CONTROL.sub(UNKNOWN, _LINE_HYPHEN.sub("\u00ad", text))


def mend_ligatures(pages: Sequence[PrintedPage]) -> None:
    """Puts back ligatures that came out as U+FFFD where only one of them makes a word that is known."""
    lines = [line for page in pages for line in (*page.lines, *page.sideways)]
    broken = [line for line in lines if UNKNOWN in line.text and _BROKEN.search(line.text)]
    if not broken:
        return
    known = _known_words(lines)
    for line in broken:
        for run in line.runs:
            if UNKNOWN in run.text:
                run.text = _BROKEN.sub(lambda found: _mended(found.group(), known), run.text)
        line.measure()


def _known_words(lines: Iterable[PrintedLine]) -> set[str]:
    known = set(_COMMON)
    for line in lines:
        if "f" in line.text:
            known.update(
                word.lower() for word in _WORD.findall(line.text) if "fi" in word or "fl" in word or "ff" in word
            )
    return known


def _mended(word: str, known: set[str]) -> str:
    if word.count(UNKNOWN) > 1 or len(word) < 3:
        return word
    found = [made for ligature in _LIGATURES if (made := word.replace(UNKNOWN, ligature)).lower() in known]
    return found[0] if len(found) == 1 else word
