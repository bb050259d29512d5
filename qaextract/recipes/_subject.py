"""How the questions on a document name its subject."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePath

from qaextract.english import word_set
from qaextract.model import Document
from qaextract.recipes._fitness import debris
from qaextract.recipes._grammar import capitalised, is_plural, uncapitalised
from qaextract.recipes._prose import OncePerDocument, prose

_VERSION = re.compile(
    r"[\s,;:(–—-]*(?:\b(?:for )?(?:version|release|edition|revision|rev\.|volume|vol\.)\s*[\dIVX][\w.-]*"
    r"|\bv\.?\s?\d[\w.]*|\b(?:first|second|third|fourth|fifth|\d+(?:st|nd|rd|th)) edition"
    r"|(?<=[a-z]\s)\d+(?:\.\d+)+[a-z]?"
    r"|\(?(?:19|20)\d\d(?:[-/]\d\d?){0,2}\)?$)\)?",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"(?:^|[\s/\\])[\w.-]+\.(?:dvi|pdf|tex|docx?|ps|te?xt|md|rst|html?|indd|fm|qxd|xml|p65|eps)\b|^/|\\", re.I
)
_GENERIC = (
    r"(?:(?:complete|comprehensive|short|brief|gentle|simplified|practical|quick(?:[- ]start)?|not so short|reference"
    r"|official|technical|(?:(?:application|plug-?in|module|software)\s+)*(?:user|programmer|developer|administrator"
    r"|maintainer|beginner|author|operator|installer)['’]?s?['’]?|administration|installation|configuration"
    r"|getting started|online|full|first|elementary|interactive|free|open|draft|new)\s+)*"
    r"(?:manual|guide|handbook|reference|tutorials?|documentation|introduction|primer|notes|overview|companion|textbook"
    r"|release notes|user documentation"
    r"|definition|vignette|readme|docs|course|cookbook|faq|book)"
)
_ABOUT = re.compile(
    rf"^(?:an?|the|some|a few|a little)?\s*{_GENERIC}\s+(?:to|for|on|of|in|about)\s+(?P<name>.+)$", re.IGNORECASE
)
_KIND_AFTER = re.compile(
    rf"^(?P<name>.+?)(?:['’]s)?\s+(?:\w+ and )?{_GENERIC}(?: and \w+)?(?: {_GENERIC})?$", re.IGNORECASE
)
#: "Grace FAQ (for Grace-5.1)", "Using Yacas, function reference".
_KIND_BEHIND = re.compile(rf"[\s,]+{_GENERIC}\s*\(.*\)$|,\s+(?:\w+\s+)?{_GENERIC}$", re.IGNORECASE)
_LANGUAGE = re.compile(r"^(?:the )?(?P<name>\S.*?) language$", re.IGNORECASE)
_THE_PACKAGE = re.compile(
    r"^the\s+(?P<name>\S+)\s+(?:package|class|library|module|program|system|toolkit|bundle)$", re.IGNORECASE
)
_ONLY_GENERIC = re.compile(
    rf"^(?:an?|the)?\s*(?:{_GENERIC}|untitled.*|title.*|manuscript.*|template|(?:table of )?contents|preface|abstract"
    r"|chapter \S+"
    r"|article|paper|report|document|microsoft.*|slide.*|unknown|none|draft|index|toc|cover|front ?matter"
    r"|.*project gutenberg.*|.*\be-?book\b.*"
    r"|architecture|(?:advanced )?programming|copyright.*|standards?|design|implementation|internals?|examples?|tools?"
    r"|utilities|(?:the )?(?:standard )?library|basics|concepts|advanced|getting started|quick start"
    r"|frequently asked questions|description|synopsis|name|about|summary|background"
    r"|installation|usage)$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"\s*(?::\s+|\s[–—|-]\s|—|\s--+\s|(?<=\?)\s+|,\s+(?=(?:an?|the)\s))\s*", re.IGNORECASE)
_LONGEST_SUBJECT = 90
#: Longer than this, a title that no form explains is set in quotation marks.
_SHORT_TITLE_WORDS = 3
_OFTEN = 3
_KIND_LAST = re.compile(
    r"\b(?:package|library|framework|system|language|protocol|program|toolkit|project|standard|specification)$", re.I
)


@lru_cache(maxsize=256)
def _subject_of_title(title: str) -> str:
    title = re.sub(r"§\w*§?", "", title)
    title = re.sub(r"^(\S{3,}) \1(?= )", r"\1", title)  # the running head and the title
    if glossed := re.match(r"([A-Z]\S{2,}) \([^()]*\) \S", title):
        title = glossed[1]
    title = _LETTER_SPACED.sub(lambda found: found[0].replace(" ", ""), title)
    title = re.sub(r"[*∗†‡`]+", "", re.sub(r"\s+", " ", title)).strip(" .,:;-–—")
    if _FILE_NAME.search(title) or not re.search(r"[^\W\d_]", title):
        return ""
    if _TORN_TITLE.search(title):
        return ""
    title = re.sub(
        r"[\s.,]+(?:Jan|Febr)uary\b.*$|[\s.,]+(?:March|April|June|July|August|(?:Septem|Octo|Novem|Decem)ber)\b.*$",
        "",
        title,
    )
    title = re.sub(r"(?<=\w)[\s,]+v?\d+(?:\.\d+)+[~+-].*$", "", title, flags=re.IGNORECASE)
    title = _VERSION.sub("", title).strip(" .,:;-–—(")
    title = re.sub(r"\s(?:for|of|to|in|on)$", "", title)
    parts = [part for part in _BREAK.split(title) if part and not _ONLY_GENERIC.match(part)]
    # "A long description: name" is about what is named.
    name = next((part for part in parts if _is_name(part)), parts[0]) if parts else ""
    name = _KIND_BEHIND.sub("", name)
    if not name or len(name) > _LONGEST_SUBJECT or debris(name) or re.match(r"(?:with|by|and|or|for|from|of)\s", name):
        return ""
    shortened = _shortened(name)
    return "" if _ONLY_GENERIC.match(shortened) else shortened


def _is_name(part: str) -> bool:
    words = part.split()
    return len(words) == 1 or bool(_THE_PACKAGE.match(part)) or (len(words) == 2 and bool(_KIND_AFTER.match(part)))


def _shortened(name: str) -> str:
    """The thing that a title names, without the words that say that the document is a manual of it."""
    found = _ABOUT.match(name) or _KIND_AFTER.match(name) or _THE_PACKAGE.match(name)
    if found and (re.match(r"an?\s", found["name"], re.IGNORECASE) or found["name"].endswith(" and")):
        found = None
    name = found["name"] if found else name
    if language := _LANGUAGE.match(name):
        return f"the {language['name']} language"
    bare = re.sub(r"^(?:the|an?)\s+", "", name, flags=re.IGNORECASE)
    if re.search(r"[_=]|^[\W\d_]+$", name) or (not found and re.fullmatch(r"[a-z\d]+(?:-[a-z\d]+)+", name)):
        return ""
    if _KIND_LAST.search(name) and len(bare.split()) <= _SHORT_TITLE_WORDS:
        return f"the {bare}"
    name, bare = _quiet(name), _quiet(bare)
    words = name.split()
    if _SLOGAN.search(name):
        return ""
    if found or (name == bare and len(words) <= _SHORT_TITLE_WORDS and not any(w.islower() for w in words[1:])):
        return bare
    return f"“{name}”"


_SLOGAN = re.compile(r"\b(?:leading|world['’]?s|best|solutions?)\b", re.IGNORECASE)


def _quiet(title: str) -> str:
    """A title that shouts, in ordinary letters; a pair of acronyms, or one, does not shout."""
    words = title.split()
    if (
        not title.isupper()
        or (len(words) == 1 and not (title.isalpha() and len(title) > 6))
        or max(map(len, words)) < 5
    ):
        return title
    small = {"A", "AN", "AND", "AS", "AT", "BY", "FROM", "OR", "UP", "FOR", "IN", "OF", "ON", "THE", "TO", "WITH"}
    quiet = (word.lower() if word in small else word.capitalize() if len(word) > 3 else word for word in words)
    return capitalised(" ".join(quiet))


def subject(document: Document) -> str:
    """How a question names what the document is about; empty where neither its title nor its first words say.

    A manual or tutorial of something is named by the thing ("GNU Awk"), other works by their title, in quotation
    marks where it is long.
    """
    titles = [document.title, _first_words(document)]
    if document.title == PurePath(document.uri).stem:  # nobody gave it a title
        titles.reverse()
    names = (_known(_subject_of_title(title), document.text) for title in titles)
    return next((name for name in names if name), "") or _on_title_page(document) or _named_by_file(document)


_LINES_OF_TITLE_PAGE = 8
_OFTEN_FOR_LINE = 10


@OncePerDocument
def _on_title_page(document: Document) -> str:
    """A name on a line of its own at the beginning, which the text uses throughout: "CLIPS Version 5.1"."""
    blocks = [block for block in document.blocks if block.kind in ("heading", "paragraph")][:_LINES_OF_TITLE_PAGE]
    for block in blocks:
        line = prose(document, block).text
        name = _subject_of_title(line) if len(line) <= _LONGEST_SUBJECT and not line.endswith((".", ",")) else ""
        if not re.fullmatch(r"[A-Z]\w*(?:[-+.]\w+)*", name) or _is_common(name, document.text):
            continue
        if len(re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", document.text)) >= _OFTEN_FOR_LINE:
            return name
    return ""


_NO_NAME_OF_FILE = word_set(
    "manual user users guide reference ref doc docs documentation book main paper article report thesis draft final "
    "version intro introduction tutorial notes slides index readme chapter part appendix faq howto lecture course "
    "handbook overview spec specification design developer admin api the and for example sample test file document"
)


@OncePerDocument
def _named_by_file(document: Document) -> str:
    """A word of the file's name that the text uses throughout as a name, in the text's spelling."""
    stem = PurePath(document.uri).stem
    pieces = [
        piece
        for piece in re.findall(r"[A-Za-z]{3,}", stem)
        if piece.lower() not in _NO_NAME_OF_FILE and not _ONLY_GENERIC.match(piece)
    ]
    for name in (stem, *re.findall(r"(?=\b([A-Za-z]+-[A-Za-z]+)\b)", stem), *pieces):
        found: list[str] = re.findall(rf"(?<![\w-]){re.escape(name)}(?![\w-])", document.text, re.IGNORECASE)
        ordinary = re.findall(
            rf"\b(?:an?|the|this|each|every|of)\s{re.escape(name)}(?=[\s.,;])(?!\s\w)", document.text, re.IGNORECASE
        )
        apart = sum(run.of(document.text).strip() == name for run in document.emphasis)
        named = apart + sum(not form.islower() for form in found) >= _OFTEN or not name.isalpha()
        if len(found) >= _OFTEN_FOR_FILE and len(ordinary) < len(found) / 5 and named:
            return Counter(found).most_common(1)[0][0]
    return ""


_OFTEN_FOR_FILE = 15


def _first_words(document: Document) -> str:
    """What the document begins with, if it can be a title."""
    blocks = [block for block in document.blocks[:12] if block.kind != "artifact"]
    first = blocks[0] if blocks else None
    for head, body in pairwise(blocks[:4]):  # the first section of a page of the Unix manual
        page = _MANUAL_PAGE.match(f"{head.span.of(document.text)}\n{body.span.of(document.text)}")
        if page or (page := _MANUAL_PAGE.match(head.span.of(document.text))):
            return page["name"]
    if first is None or first.kind not in ("heading", "paragraph") or len(first.span) > 4 * _LONGEST_SUBJECT:
        return ""
    text = prose(document, first).text
    return "" if len(text) > _LONGEST_SUBJECT or text.endswith((".", ",", ";", ":")) else text


_LETTER_SPACED = re.compile(r"(?<!\S)[A-Za-z](?: [A-Za-z]){3,}(?!\S)")
_MANUAL_PAGE = re.compile(r"(?:#+ )?name\s+(?P<name>[a-z][\w.+-]*) [-–—]+ \S", re.IGNORECASE)
#: A section's heading, an anchor, or half a sentence.
_TORN_TITLE = re.compile(
    r"\s--\w|^\$|\bUniversity\b|^[A-Z][a-z]+ \d+$"
    r"|^(?:\d{1,2}(?:\.\d+)*\.?|[IVX]+\.)\s|¶|\b(?:into|of|the|an?|and|or|with|by|from|that|which|is|are|includes?)$"
)
_PERSON = re.compile(r"(?:[A-Z][a-z]+ |[A-Z]\. ?)(?:[A-Z]\. ?)+[A-Z][a-z]+$")


def _is_common(name: str, text: str) -> bool:
    """Whether the name is a single word that the text rather uses as an ordinary word: "Copyright", "Architecture"."""
    if not (name.isalpha() and name[:1].isupper() and name[1:].islower()):
        return False
    small = len(re.findall(rf"\b{name.lower()}\b", text))
    inside = len(re.findall(rf"(?<=[a-z,] ){name}\b", text))
    one = name.lower().removesuffix("s").removesuffix("e")  # a plural has a singular
    plural = is_plural(name) and small >= _OFTEN and len(re.findall(rf"\b{one}e?\b", text)) >= _OFTEN
    articles = rf"\b(?:an?|the|this|that|its|your|no)\s+{name.lower()}(?=[.,;:)]|\s(?:of|is|and|or|to|in|for|with)\b)"
    ordinary = name.endswith("ing") or len(re.findall(articles, text)) > 1
    return plural or (small > inside and ordinary)


@lru_cache(maxsize=4)
def _known(name: str, text: str) -> str:
    """The name, if the text goes on to speak of it; else the title in quotation marks, or nothing for one word."""
    bare = name.removeprefix("the ")
    if not bare or _PERSON.match(bare) or _is_common(bare, text):
        return ""
    spelling = r"[\s-]".join(map(re.escape, re.split(r"[\s-]", bare)))
    flags = re.NOFLAG if bare.islower() else re.IGNORECASE  # "impatient" is a word, "GAP" may be "gap"
    if name.startswith("“"):
        return name
    found = re.findall(rf"(?<!\w){spelling}(?!\w)", text, flags)
    if len(found) >= _OFTEN:
        # The text knows whether a name that its title page shouts is written so.
        spelt = Counter(form for form in found if not form.islower()).most_common(1)
        return spelt[0][0] if spelt and " " not in bare and (bare.istitle() or bare.isupper()) else name
    return f"“{bare}”" if " " in bare else ""


def asked_within(document: Document, question: str) -> str:
    """The question, with the document's subject before it unless it is named in it already.

    `question` begins with a capital, as a sentence.
    """
    name = subject(document)
    words = set(re.findall(r"\w+", question.lower()))
    bare = re.findall(r"\w+", re.sub("^the ", "", name).lower())
    # A capitalised word of the title in the question ("MathProg") names the subject well enough.
    telling = [
        word for word in re.findall(r"\w{4,}", name) if word[0].isupper() and re.search(rf"\W{word}\b", question)
    ]
    if not bare or telling or all(word in words for word in bare):
        return question
    return f"In {name}, {uncapitalised(question)}"
