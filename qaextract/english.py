"""English as finders and validators see it: sentences, words, negations, references to elsewhere, the language.

Everything here is surface: regular expressions and small closed word lists, no parser. Numbers and units have a
module of their own, `quantities`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from qaextract.model import Span


def word_set(words: str) -> frozenset[str]:
    """A list of words, written as one text."""
    return frozenset(words.split())


# --- sentences --------------------------------------------------------------------------------------------------

#: What a full stop follows without ending a sentence, whatever comes next.
_TITLES = word_set(
    "mr mrs ms dr prof gen col sgt capt lt rev hon messrs mme mlle e.g i.e eg ie cf viz vs v resp approx ca"
)
#: The same, unless a word comes next that often begins a sentence.
_SHORT = word_set(
    "al etc fig figs eq eqs eqn eqns sec sect secs ch chap chaps vol vols p pp exs thm ed eds "
    "rev refs tab tbl inc ltd co corp dept univ est max min avg incl excl st mt ft jr sr ph.d u.s u.k u.n e.u "
    "a.m p.m b.c a.d jan feb mar apr jun jul aug sep sept oct nov dec esp supp"
)
#: Words that, capitalised after a full stop, show that a sentence begins.
_STARTERS = word_set(
    "the a an this that these those it its he she they we you i in on at by for from with as if when while where "
    "although because since after before during however therefore thus hence moreover furthermore then there here "
    "what who which why how is are was were do does did can could may might must should will would to and but or so "
    "not no each every all some any many most both such their his her our your let note see for although unlike once "
    "one two three first second third finally next also another other instead"
)
#: What is followed by a number when it is an abbreviation, and otherwise may be a word at the end of a sentence.
_COUNTED = word_set("no nos nr art app para par ver ex def prop ref line temp")
_LONGEST_ASIDE = 400  # characters between brackets inside which no sentence ends

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n[^\S\n]*(?=[•▪◦‣●○■□]\s)|[\f\x1c-\x1e\u2029]\s*")
_CLOSERS = "\"'”’»›)]}"
_STOP = re.compile(
    rf"(?:[.!?…]+|[。！？])[{re.escape(_CLOSERS)}]*(?:\s?\[\d+(?:[,–\-]\s?\d+)*\]|[¹²³⁰⁴-⁹]+)?(?=\s|$|(?<=[。！？]))"
)
_NEXT = re.compile(r"\s+[\"'“‘«‹(\[{*•–—-]*\s?(\S+)")
_MARKER = re.compile(r"(?:^|\n)\s*[(\[]?(?:\d+(?:\.\d+)*|[a-zA-Z]|[ivxIVX]+)$")
_INITIAL = re.compile(r"(?<!\d)(?:^|[\s(\[.\-“\"])[^\W\d_]$")  # behind a number it is a unit: "20 N."
_LAST_TOKEN = re.compile(r"\S{1,30}$")
_CODE_WORD = re.compile(r"`|[a-z]\w*(?:[_(]|[A-Z]|\.\w)")


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, without the white space around them.

    An empty line and a bullet also end one; a line break does not. Nothing between brackets is divided.
    """
    return [span for start, end in _paragraphs(text) for span in _sentences_between(text, start, end)]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _PARAGRAPH.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def _sentences_between(text: str, start: int, end: int) -> Iterator[Span]:
    asides = list(_asides(text, start, end))
    begin = start
    for stop in _STOP.finditer(text, start, end):
        while asides and asides[0][1] < stop.end():
            asides.pop(0)
        inside = bool(asides) and asides[0][0] < stop.end() <= asides[0][1]
        if not inside and _ends_sentence(text, begin, stop, end):
            yield from _trimmed(text, begin, stop.end())
            begin = stop.end()
    yield from _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    part = text[start:end]
    if stripped := part.strip():
        offset = start + len(part) - len(part.lstrip())
        yield Span(offset, offset + len(stripped))


def _asides(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Outermost bracketed stretches (after the opening, before the closing bracket) of moderate length, in order."""
    open_at: list[int] = []
    for bracket in re.compile(r"[()\[\]]").finditer(text, start, end):
        if bracket[0] in "([":
            open_at.append(bracket.end())
        elif open_at:
            begin = open_at.pop()
            if bracket.start() - begin > _LONGEST_ASIDE:
                open_at.clear()
            elif not open_at or bracket.start() - open_at[0] > _LONGEST_ASIDE:
                open_at.clear()
                yield begin, bracket.start()


def _ends_sentence(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    following = _NEXT.match(text, stop.end(), end)
    if following is None:
        return True
    after = following[1]
    word = re.split(r"[^\w’']", after, maxsplit=1)[0]
    if stop[0][0] == "." and not stop[0].startswith(".."):
        before = text[max(begin, stop.start() - 40) : stop.start()]
        if _MARKER.search(text[begin : stop.start()] if stop.start() - begin < 20 else "") or _is_short(before, word):
            return False
    if after[0].islower():
        return stop[0] == "." and bool(_CODE_WORD.match(after))
    return True


def _is_short(before: str, next_word: str) -> bool:
    """Whether the full stop after `before` belongs to an abbreviation or an initial."""
    last = _LAST_TOKEN.search(before)
    token = last[0].lstrip("([{\"'“‘").lower() if last else ""
    if token in _TITLES:
        return True
    if token in _COUNTED:
        return next_word[:1].isdigit()
    starts = next_word.lower() in _STARTERS and next_word[:1].isupper()
    if token == "al" and not re.search(r"\bet\s+al$", before):
        return False
    if token in _SHORT:
        return not starts
    return bool(_INITIAL.search(before)) and before[-1:].isupper() and not starts


# --- words ------------------------------------------------------------------------------------------------------

#: Words that carry grammar, not content; also what wraps every question.
FUNCTION_WORDS = word_set(
    "a an the this that these those it its itself he him his she her hers they them their theirs we us our ours you "
    "your yours i me my mine one ones who whom whose which what when where why how and or but nor so yet if then else "
    "than as because since while although though unless until whether of in on at by for from with to into onto upon "
    "about against between among through during before after above below under over off out up down within without "
    "across along around near toward towards via per is are was were be been being am do does did doing done have has "
    "had having can could may might must shall should will would not no n't s t re ve ll d m cannot there here also "
    "too very just only such same other another any some each every either neither both all most more less much "
    "many few own again further once ever never always often usually according please let's yes"
)
_WORD = re.compile(r"\w+(?:['’.\-]\w+)*(?:\+\+|#(?!\w))?")
_CONTRACTED = re.compile(r"\b[a-zA-Z]+n['’]t\b|(?<=\w)['’](?:s|re|ve|ll|d|m)\b")
_PIECE = re.compile(r"\d+(?:\.\d+)*|[^\W\d_]+(?:\+\+|#(?!\w))?")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def words(text: str) -> list[str]:
    """The words as written; "don't", "heap-ordered" and "os.path" are one each."""
    return _WORD.findall(text)


def content_words(text: str) -> list[str]:
    """Stems of the words that carry content, lower-cased, compounds and identifiers taken apart."""
    text = _CONTRACTED.sub(" ", text)
    pieces = (piece for word in _WORD.findall(text) for hump in _HUMP.split(word) for piece in _PIECE.findall(hump))
    return [stem(low) for piece in pieces if (low := piece.lower()) not in FUNCTION_WORDS and "'" not in low]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """A lower-case word without its inflection, so that "copies", "copied" and "copying" agree; no dictionary."""
    if len(word) > 4 and word.endswith(("ies", "ied")):
        return word[:-3] + "y"
    for suffix in ("ing", "ed"):
        root = word.removesuffix(suffix)
        if root != word and len(root) >= 3 and re.search("[aeiouy]", root):
            undoubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return (root[:-1] if undoubled else root).removesuffix("e")
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes")) else word[:-1]
    if len(word) > 5 and word.endswith("ly"):
        word = word[:-2]
    return word.removesuffix("e") if len(word) > 3 else word


# --- negation ---------------------------------------------------------------------------------------------------

_NEGATION = re.compile(
    r"\b(?:not(?!\s+only\b)|cannot|never|nobody|nothing|nowhere|neither|nor|without|unable"
    r"|(?-i:none|None(?=\s+of\b))"  # None alone is a value of Python
    r"|(?-i:no|^No|NO)(?!\.\s*\d|\s+longer\s+than\b))\b"
    r"|n['’]t\b|\b(?:fail(?:s|ed|ing)?\s+to|lack(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)


def negations(text: str) -> list[Span]:
    """Where the text negates: not, n't, cannot, no, never, without, neither, fails to, ..."""
    return [Span(*match.span()) for match in _NEGATION.finditer(text)]


# --- references to elsewhere ------------------------------------------------------------------------------------

_WORKS = (
    "text|passage|excerpt|paragraph|snippet|context|article|paper|document|chapter|section|subsection|page|book|manual"
)
_ITEMS = "figure|table|diagram|listing|example|exercise|code|equation|formula|definition|theorem|proof|discussion|step"
_NUMBERED = (
    r"fig(?:ure|\.)?|tables?|eq(?:uation|n|s)?\.?|sec(?:tion|t|s)?\.?|ch(?:apter|\.)|appendix|theorem|lemma|corollary"
    r"|proposition|definition|example|exercise|listing|page|footnote|problem|line|pp?\."
)


def _patterns(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_QUOTED = re.compile(
    r"```.*?```|`[^`\n]*`"
    r"|\"[^\"\n]{0,300}\"|“[^”]{0,300}”|(?<!\w)['‘][^\s'‘’][^\n'‘’]{0,80}['’](?!\w)",
    re.DOTALL,
)
#: Pointers to another place of the page or the book, and to whoever speaks: no antecedent in the text can help.
_ELSEWHERE = _patterns(
    rf"\bthe (?:above|below)\b|\b(?:{_WORKS}|{_ITEMS}|list|rule|case|method|function|one|value)s? (?:above|below)\b",
    r"\b(?:see|shown|described|given|mentioned|listed|discussed|defined|noted|stated|presented|explained|introduced|as"
    r"|seen) (?:above|below|earlier|previously|elsewhere|later)\b",
    r"(?<!from )(?:\babove|\bbelow)(?=\s*[.,;:?!)]|\s*$)|\babove-?mentioned\b|\baforementioned\b",
    r"\b(?:previously|earlier|already) (?:mentioned|described|defined|discussed|introduced|seen|shown|given|stated)\b",
    r"\bthe (?:previous|preceding|foregoing|next|last|earlier|present|accompanying)"
    rf" (?:{_WORKS}|{_ITEMS}|lines?|result)s?\b",
    rf"\b(?:{_NUMBERED})s?\s*(?:no\.?\s*|number\s*)?(?-i:[(\[]?(?:[A-Z]?\d[\w.\-]*|[IVX]+\b|[A-Z]\b(?![.\w'’])))"
    r"(?!\)?\s(?:\w+\s)?(?:of|in) (?:the )?(?-i:[A-Z]))|§\s*\d",
    r"\bas (?:mentioned|noted|discussed|described|seen|shown|stated|explained|before|we \w+)(?=\s*[.,;?]|\s*$)",
    rf"\b(?:according to|based on|as per|in|from) the (?:given |provided )?(?:{_WORKS}|{_ITEMS}|study)"
    r"(?=\s*[.,;:?!)]|\s*$)",
    r"\b(?:do|does|did|is|are|can) the (?:passage|excerpt|snippet|text|paper|article|chapter|section)\b(?! of)",
    r"\bthe (?:authors?|writers?)\b(?!['’]?s? of\b)",
    r"(?<![\w)\]])\((?!(?:1[0-9]|20)\d\d\b)[A-Z]?\d{1,3}(?:\.\d+)*[a-z]?\)|(?<=[\w.,] )\[\d{1,3}(?:,\s?\d{1,3})*\]",
    r"\bhere\b(?! and there)|\b(?:we|our|ours|ourselves|(?-i:us))\b(?! (?:solar|galaxy|sun|planet|species|universe)\b)",
)
#: Pointers to what may stand further down in the text itself.
_FOLLOWING = _patterns(
    r"\bthe following\b(?! (?:day|morning|night|week|month|year|season)\b)|\bas follows\b",
    rf"\bthe (?:given|provided|quoted|cited) (?:{_WORKS}|{_ITEMS})s?\b|\bbelow(?=\s*:)",
)
_MOST_POINTERS = 100  # "this" and "these" that are looked at in one text
_DEMONSTRATIVE = re.compile(r"\bth(?:is|ese)\b(?! days\b)(?:\s+([a-z][\w-]*))?", re.IGNORECASE)
#: What something named before in the text may resolve.
_PRONOUN = _patterns(
    r"\b(?:its?|itself|they|them|theirs?|themselves|he|him|his|she|hers?)\b",
    r"(?:^|[.;:,] |\b(?:of|for|to|with|from|by|on|at|under|during|after|before|about|like) )th(?:at|ose)\b"
    r"(?! (?:who|that|which|of|in|with|are|is|do|have|can|you|to|for|from|on|the|a|an|it|they|we|whose|where)\b)",
    r"^(?:(?:wh\w+|how) )?(?:does|do|did|is|was|can|will|would) that\b",
    r"\bsuch\b(?! (?:\w+ )?(?:as|that)\b|,)|\bthe (?:former|latter)\b",
    r"\b(?:another|the others?)\b(?! (?:name|names|term|word|way|example|phrase|than)\b)",
)
_EXPLETIVE = re.compile(
    r"\bit(?: (?:is|was|be|been|has|may|might|can|could|will|would|should|not|also|often|still|more|very|so))*"
    r" (?:[a-z]+(?:able|ible|ful|ant|ent|ary|al|ous|ive|less)|easier|easy|harder?|better|best|safer?|likely|unlikely"
    r"|true|false|clear|good|bad|wise|worth|common|rare|enough|known|said|believed|thought|assumed|estimated|shown"
    r"|proved|recommended|required|called|permitted|allowed|noted|follows|turns?|seems?|appears?|takes?"
    r"|took|means?|matters?|makes? sense|happens?|costs?|rain\w*)\b"
    r".{0,90}?\b(?:to|that|if|whether|when|for|what|how|why|who|where)\b"
    r"|\b(?:is|was) it (?:that|who)\b|\bit (?:is|was) .{1,60}? (?:that|who)\b|\bcalled it\b",
    re.IGNORECASE,
)
#: Stems that ask, and so name nothing a pronoun could mean.
_ASKING = word_set(
    "return do tak mean work happen us call mak giv need get show say tell explain describ list nam defin stat kind "
    "typ sort way purpos function rol differ differenc long far old big larg caus affect contain includ requir"
)
_UNNAMED = re.compile(
    r"\bthe (?:same |given |resulting )?(?:function|method|class|module|script|code|snippet|program|command|parameter"
    r"|argument|experiment|algorithm|theorem|proof|expression)\s*"
    r"(?:[?.]?\s*$|\b(?:returns?|does?|takes?|accepts?|raises?|prints?|output|used?|called|work)\b)",
    re.IGNORECASE,
)
_NAME = re.compile(r"QQ|(?<=[\w,] )[A-Z]|\w_\w|\w\(|\d")


def dangling(text: str) -> str | None:
    """The first phrase that refers to something outside of the text; None if the text stands alone.

    Pointers to a place ("Figure 3", "the following", "above") and to the speaker ("we") always count; pronouns
    and demonstratives only where nothing before them in the text can be meant. Quoted words and code are not read.
    """
    plain = _QUOTED.sub(lambda quoted: "Q" * len(quoted[0]), text)
    found = min(_references(plain), key=lambda match: match.start(), default=None)
    return text[slice(*found.span())].strip(" .,;:") if found else None


def _references(plain: str) -> Iterator[re.Match[str]]:
    for pattern in _ELSEWHERE:
        yield from pattern.finditer(plain)
    for pattern in _FOLLOWING:
        yield from (match for match in pattern.finditer(plain) if not _shows_below(plain, match.end()))
    pointing = islice(_DEMONSTRATIVE.finditer(plain), _MOST_POINTERS)
    yield from (match for match in pointing if not _is_explained(match, plain))
    empty = [expletive.span() for expletive in _EXPLETIVE.finditer(plain)]
    named = _first_name(plain)
    for pattern in _PRONOUN:
        for match in pattern.finditer(plain):
            if match.start() < named and not any(start <= match.start() < end for start, end in empty):
                yield match
    if not _NAME.search(plain):
        yield from _UNNAMED.finditer(plain)


def _shows_below(plain: str, start: int) -> bool:
    """Whether the text itself goes on to show what is announced, after a colon or on another line."""
    return bool(re.compile(r"[:\n]\s*\S.").search(plain, start))


def _is_explained(match: re.Match[str], plain: str) -> bool:
    """Whether "this" or "these" takes up a noun of the text, an earlier sentence, or points at what follows."""
    earlier = plain[: match.start()]
    repeated = match[1] and stem(match[1].lower()) in content_words(earlier)
    return bool(repeated) or len(sentences(earlier + "X")) > 1 or _shows_below(plain, match.end())


def _first_name(plain: str) -> int:
    """Where the first word ends that names something."""
    for word in _WORD.finditer(plain):
        if any(piece not in _ASKING for piece in content_words(word[0])):
            return word.end()
    return len(plain)


# --- language ---------------------------------------------------------------------------------------------------

_ENOUGH_WORDS = 8  # with fewer words, those of three letters and more counted, a language cannot be told
_LONGER_WORD = re.compile(r"[^\W\d_]{3,}")
_SAMPLE_CHARS = 20_000


@lru_cache(maxsize=512)
def language(text: str) -> str:
    """The ISO 639-1 code of the language, or the empty string where the text is too short to tell."""
    sample = text[:_SAMPLE_CHARS].encode("utf-8", "ignore").decode("utf-8")
    longer = len(_LONGER_WORD.findall(sample))
    spaced = len(sample.split())
    # Codes, numbers and single letters are no language. Chinese and its like do not part words.
    if (longer < _ENOUGH_WORDS or longer < 0.25 * spaced) and sample.isascii():
        return ""
    if sum(map(str.isalpha, sample)) < 3 * _ENOUGH_WORDS:
        return ""
    import py3langid

    code, _ = py3langid.classify(sample)
    return "" if code in ("zxx", "und", "mul") else str(code)


def is_english(text: str) -> bool:
    """Whether the text is English, as far as can be told: a text too short to tell is not held against it."""
    return language(text) in ("", "en")
