"""How a font looks, from its flags, its name and the widths of its characters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from qaextract.parsers._layout import BOLD, ITALIC, MATH, MONO, PrintedPage

_MONO = re.compile(
    r"mono|monl\b|courier|typewriter|consol|menlo|cmtt|cmsltt|inconsol|sftt|ectt|\btt|lmtt|fixed|terminal", re.I
)
_BOLD = re.compile(r"bold|black|heavy|cmbx|sfbx|ecbx|cmb\d|cmssbx|medi\b|demi|-bd|semibold", re.I)
_ITALIC = re.compile(r"ital|obli|slant|cmti|cmsl|sfti|sfsl|ecti|ecsl", re.I)
_MATHS = re.compile(
    r"cmmi|cmsy|cmex|cmbsy|msam|msbm|math|^symbol|eufm|eurm|rsfs|txsy|txmi|txex|pxsy|pxmi|lmmi|stix.*sym", re.I
)


@lru_cache(maxsize=4096)
def style_of(font: str, flags: int) -> int:
    """Style bits by the flags of the font and, as these are often lost, by its name."""
    name = font.rpartition("+")[2]
    style = 0
    if flags & 16 or _BOLD.search(name):
        style |= BOLD
    if flags & 8 or _MONO.search(name):
        style |= MONO
    if _MATHS.search(name) and not style & MONO:
        return style | MATH
    if flags & 2 or _ITALIC.search(name):
        style |= ITALIC
    return style


def mark_even_widths(pages: Sequence[PrintedPage]) -> None:
    """Marks typewriter fonts that do not say so: all their characters have one width."""
    widths: dict[str, list[float]] = {}
    for page in pages:
        for line in page.lines:
            run = line.runs[0]
            if len(line.runs) > 1 or run.style & (MONO | MATH) or len(widths.setdefault(run.font, [])) > 300:
                continue
            for word, (x0, x1) in zip(line.text.split(), line.words, strict=False):
                if len(word) > 3:
                    widths[run.font].append((x1 - x0) / len(word) / run.size)
    even = {font for font, found in widths.items() if len(found) >= 12 and _even(sorted(found))}
    for page in pages if even else ():
        for line in page.lines:
            if any(run.font in even for run in line.runs):
                for run in line.runs:
                    run.style |= MONO if run.font in even else 0
                line.measure()


def _even(widths: Sequence[float]) -> bool:
    low, high = widths[len(widths) // 10], widths[-1 - len(widths) // 10]
    return high - low < 0.03 * high
