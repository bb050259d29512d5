"""Which phrases are terms, and which descriptions say what a thing is."""

from __future__ import annotations

import re

from qaextract.english import content_words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words of grammar that no term holds; a term may hold "of", "and" and an article after "of".
_NOT_IN_TERMS = _words(
    "that which who whom whose this these those it its they their he she we you your our i is are was were be been "
    "has have had do does did can could may might must shall should will would not no if when while where why how "
    "because since although though than then so as but or in on at for from to by with without into about between "
    "among through during before after above below under over only also just even very more most less least many "
    "much few several all each every some any both either neither one two three four five other another such same "
    "there here what consequently however therefore thus itself themselves himself hundred thousand million billion "
    "dozen half quarter"
)
#: Nouns that say what role something plays in the text or in an argument, and name no thing.
_ROLES = _words(
    "example variation variant way problem approach reason idea goal aim purpose result advantage disadvantage "
    "difference solution alternative exception drawback point thing case question answer note section chapter book "
    "paper manual document figure choice part kind type sort form version remark trick tip warning caveat "
    "consequence possibility benefit need lot matter fact issue task job rest majority side end beginning start "
    "effect situation thought discussion explanation description definition step strategy practice workaround "
    "limitation restriction requirement conclusion observation assumption key secret motivation intention hint bit "
    "mistake error bug trouble risk danger feature improvement attempt list author user reader name use usage "
    "default argument output input total remainder following text word words code sample method methods examples "
    "ways things cases options people others reasons results commands functions packages files changes names values "
    "arguments details topics sections chapters"
)
#: Adjectives that judge, count or pick out; a term that begins with one is a description of something.
_PICKING = _words(
    "good bad better best worse worst nice useful common simple typical popular new old further first second third "
    "fourth last next final previous similar different possible important main major minor particular certain whole "
    "obvious alternative slight small large big huge long short given following single complete correct wrong "
    "proper easy hard difficult easier simpler quick convenient interesting powerful real true basic key more less "
    "additional extra separate special specific usual original current actual entire full own related remaining "
    "right left top bottom great little sensible reasonable natural likely frequent recent early late classic "
    "famous well-known preferred recommended default resulting corresponding desired required necessary optional "
    "rare safe modern latter former equivalent later earlier general subtle trivial practical other valid invalid "
    "underlying"
)
_MARKED_AFTER_ALL = _words(
    "simple complete special general basic single proper valid real natural default main key new"
)
_WORD = re.compile(r"[\w+/.-]+(?:['’]\w+)?$|C#$")


_LITTLE = _words("of and a an the")


def is_phrase(term: str) -> bool:
    """Whether the words can be a term: one to five of them, none of them grammar."""
    words = term.split()
    if not 1 <= len(words) <= 5 or not all(map(_WORD.match, words)):
        return False
    if len(term) < 3 and not (len(term) == 2 and term.isupper()):
        return False
    low = [word.lower() for word in words]
    if len(set(low)) < len(low) or re.match(r"[a-z]+ [A-Z][a-z]{3}", term):
        return False  # a heading that ran into the sentence
    if _NOT_IN_TERMS & set(low) or low[0] in _LITTLE or low[-1] in _LITTLE:
        return False
    if any(word.endswith("ing") for word in low[1:-1]) or (low[0].endswith("ing") and len(low) > 3):
        return False
    return not any(low[i] in ("a", "an", "the") and low[i - 1] != "of" for i in range(1, len(low)))


#: Words that are a term only with another before them; in capitals they are placeholders.
_BARE = _words(
    "field data option argument parameter value variable function command file name line item entry element type mode "
    "key column row list table number string integer range expression statement keyword attribute property setting "
    "input output result model image step method object"
)


#: What an author calls something in passing.
_DISCOURSE = frozenset(
    {
        "building block",
        "dual notion",
        "notion",
        "concept",
        "key idea",
        "approach",
        "idea",
        "example",
        "advantage",
        "disadvantage",
        "problem",
        "solution",
        "goal",
        "aim",
    }
    | {"difference", "drawback", "reason", "result", "consequence", "alternative", "workaround", "exception", "trick"}
    | {
        "complication",
        "complications",
        "condition",
        "caveat",
        "point",
        "feature",
        "possibility",
        "remark",
        "rule of thumb",
    }
)


def is_term(term: str, marked: bool) -> bool:
    """Whether a phrase names a thing that can be asked for; `marked` where the print sets it apart."""
    low = term.lower().split()
    if not content_words(term) or not re.search(r"[A-Za-z]{2}", term):
        return False
    if re.fullmatch(r"[A-Z]{2,}\d*(?: [A-Z]{2,}\d*)+", term) or " ".join(low) in _DISCOURSE:
        return False
    if re.fullmatch(r"[A-Z]{6,}(?:_[A-Z]+)*", term) or (len(low) == 1 and {low[0], low[0].removesuffix("s")} & _BARE):
        return False
    if {low[-1], low[-1].removesuffix("s")} & _ROLES or low[0].startswith("non-") or low[0].endswith("ly"):
        return False
    if "of" in low and low[low.index("of") - 1] in _ROLES:
        return False
    if low[0] in _PICKING:
        return marked and low[0] in _MARKED_AFTER_ALL and len(low) > 1
    return True


_NO_FIELD = _words(
    "this that these those such general particular practice fact addition a an contrast other any all each some "
    "case short turn most order principle theory example section chapter figure table above following first second "
    "third latter former last next many both its our their essence effect reality summary conclusion words mode "
    "version versions one"
)


def field_fits(field: str) -> bool:
    """Whether "In ..., " at the beginning names a field, a system or a language."""
    words = field.lower().split()
    return len(words) <= 4 and not _NO_FIELD & set(words)


_NOUN = re.compile(
    r"(?:tion|sion|ment|ness|ity|ism|ance|ence|ancy|ency|graphy|ology|metry|ics|ship|hood|dom|ture|sis|gen|cy|acy|age|ery"
    r"|ing)$"
)


def is_noun(term: str) -> bool:
    """Whether the form of the term shows a noun, so that it cannot be an adjective or a parameter's name."""
    return " " in term or _NOUN.search(term) is not None
