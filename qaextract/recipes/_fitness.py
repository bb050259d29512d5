"""Whether a piece of prose came through whole and can be read alone."""

from __future__ import annotations

import re

from qaextract.english import dangling

_DEBRIS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "missing glyph",
        re.compile(
            r"[\ufffd\u2701-\u2712\u2719-\u27bf\ue000-\uf8ff\x00-\x08\x0b-\x1f\x7f-\x9f]|\(cid:\d+\)|[\U000f0000-\U0010fffd]"
        ),
    ),
    (
        "stray accent",
        re.compile(r"[´¨˜ˆˇ˘˚¸`](?=[A-Za-z])(?<![`\w][`´])|(?<=[A-Za-z])[´¨˜ˇ˘˚¸]|(?:^|\s)[\u0300-\u036f]"),
    ),
    ("formula", re.compile(r"[∑∏∫∮√∂∇⎛⎜⎝⎞⎟⎠⎡⎢⎣⎤⎥⎦⎧⎨⎩⎪⎫⎬⎭∐⋂⋃⨁⨂⌠⌡\u0302\u0303\u0304\u20d7]")),
    ("scattered letters", re.compile(r"(?<![\w.])(?:[^\W\d_]\s){3,}(?![\w])|(?:(?<!\S)[^\w\s“”\"'‘’()–—&-]\s){2,}")),
    (
        "raised mark",
        re.compile(r"(?<=[a-z]{2})[¹²³⁰⁴-⁹]|[*†‡∗](?=[\s.,;:)]|$)(?<=\w.)|(?<=[a-z]{2}[.,])[¹²³⁰⁴-⁹\d](?=\s|$)"),
    ),
    ("fused formula", re.compile("[\U0001d400-\U0001d7ff](?=[A-Za-z])|[¹²³⁰⁴-⁹][₀-₉]|\u0338")),
    ("citation", re.compile(r"(?<=\s)\[(?:\d{1,3}|[A-Z][A-Za-z+]{1,5}\d\d[a-z]?)(?:,\s?[\dA-Z][\w+]{0,7})*\]")),
    ("blank sign", re.compile("[␣⎵](?=[a-z])")),
    ("leader", re.compile(r"\.{4,}|(?:\s\.){3,}|_{4,}|-{4,}")),
    (
        "gap",
        re.compile(
            r"(?<=[\w)])\s+[,;:!?](?=\s|$)|(?<=\w)\s\.(?=\s|$)|[(\[]\s+[)\]]|[(\[]\s*[,;.]\s|,\s*,|\(\s*,|“\s*”|''\s*''"
        ),
    ),
    (
        "cut word",
        re.compile(
            r"(?<=[a-z]{2})[-\u2010]\s(?!(?:and|or|to|nor|but|und|versus|vs)\b)(?=[a-z])|(?<=\w)–\s\w|(?<=[a-z])\s-[A-Z]?[a-z]{2,}\s(?!and\b)"
        ),
    ),
    (
        "fused words",
        re.compile(
            r"(?<![\w/.\\@:-])[a-z]{24,}(?![\w/])|[a-z]{2}[.;!?][A-Z][a-z]+\s|[a-z],[A-Za-z]{3,}\s|[a-z]\)[A-Za-z]{3,}"
        ),
    ),
    ("missing word", re.compile(r"\b(?:the|an?) (?:and|or|of|to|is|are|has|with|from)\b(?! hoc)")),
    ("repeated word", re.compile(r"\b(the|a|an|of|to|in|is|are|and|for|with|by)\s\1\b", re.IGNORECASE)),
    ("tab", re.compile(r"\t")),
)
_PAIRS = {")": "(", "]": "[", "}": "{", "”": "“"}
_CODE = re.compile(r"`[^`]*`")


def debris(text: str) -> str | None:
    """What shows that the text did not come through whole: the name of the defect, or None."""
    plain = _CODE.sub(lambda code: "C" * len(code[0]), text)
    for name, pattern in _DEBRIS:
        if pattern.search(plain):
            return name
    return None if _balanced(plain) else "unbalanced"


_ENUMERATOR = re.compile(r"(?:^|\s)(?:[a-z]|\d{1,2}|[ivx]{1,4})$")


def _balanced(text: str) -> bool:
    open_marks: list[str] = []
    for at, char in enumerate(text):
        if char in _PAIRS.values():
            open_marks.append(char)
        elif char in _PAIRS and open_marks:
            if open_marks.pop() != _PAIRS[char]:
                return False
        elif char in _PAIRS and not _ENUMERATOR.search(text[max(0, at - 6) : at]):
            return False
    return not open_marks and text.count('"') % 2 == 0


#: Beginnings of a sentence that go on from the one before, or speak to the reader about the text.
_OPENERS = re.compile(
    r"^(?:however|thus|hence|therefore|also|then|so|but|and|or|nor|yet|for (?:example|instance)|e\.g|otherwise|instead"
    r"|in (?:this|that|such|these|both|either|addition|contrast|particular|other words|general)|moreover|furthermore"
    r"|similarly|likewise|conversely|consequently|accordingly|additionally|by contrast|that is|i\.e|again|still|indeed"
    r"|as (?:a result|such|before|usual)|on the (?:other|one) hand|finally|next|of course|nevertheless|nonetheless"
    r"|meanwhile|first|firstly|second|secondly|third|thirdly|lastly|now|here|there|note|recall|remember|notice|see"
    r"|besides|except|alternatively|actually|basically|after that|to (?:do|this end)|since|because|another|others?|one"
    r"|some|both|n?either|such|same|suppose|assume|let|let['’]s|perhaps|(?:un)?fortunately|interestingly|importantly"
    r"|surprisingly|clearly|obviously|naturally|specifically|usually|often|sometimes|rather|more precisely)\b",
    re.IGNORECASE,
)
#: Words that compare with something said before, or with whoever speaks.
_LEANING = re.compile(
    r"\b(?:also|too|however|therefore|thus|hence|likewise|nevertheless|instead|as (?:well|usual)(?=[,.;]|$)|accordingly"
    r"|already|moreover|furthermore|the same(?=[,.;]|$| (?:way|thing|reason|manner|holds|applies|is|goes)\b)|my|mine|I"
    r"|I['’]m|let us|let['’]s|in fact|of course|the ones|respectively)\b(?! (?:than|as|of)\b)"
    r"|\b[Ss]ee (?:also )?(?:\d|§|[A-Z])"
)
#: The rest of something that must have been named before.
_REST = re.compile(r"\bthe (?:other|second|third|fourth|latter|former|remaining|rest|previous|corresponding)\b", re.I)
_FIRST_OF = re.compile(r"\b(?:one|first|two|three|both|between|each|either|some|all|pairs?|every)\b", re.IGNORECASE)


def leans(text: str) -> str | None:
    """The first thing by which a sentence leans on what is not in it, or None if it can be read alone.

    Stricter than `dangling`: connecting words count too.
    """
    for found in (_OPENERS.match(text), _LEANING.search(text)):
        if found:
            return found[0]
    rest = _REST.search(text)
    if rest and not _FIRST_OF.search(text[: rest.start()]):
        return rest[0]
    return dangling(text)


def usable(text: str) -> bool:
    """Whether the text came through whole and can be read alone."""
    return debris(text) is None and leans(text) is None
