"""What a term is, as its spelling, the heading or the sentence above its list says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qaextract.english import sentences
from qaextract.recipes._verbs import word_set

NOUNS = (
    "environment variable|variable|command[- ]line option|command "
    "option|option|command|function|method|parameter|argument"
    "|keyword|directive|macro|operator|field|attribute|property|properties|switch|flag|modifier|setting|primitive|builtin"
    "|format specifier|expression|device driver|driver|statement|predicate|constant|utility|utilities|tool|subcommand"
)
_NOUN_LEAD = re.compile(
    rf"\b(?:the|these|following|available|supported|several|some|other|possible|valid|recognized|additional|two|three"
    rf"|four|five"
    rf"|defines?|provides?)\s+(?:[\w-]+\s+){{0,2}}?(?P<noun>{NOUNS})s\b(?=.{{0,80}}:$|[^.]{{0,40}}\.?$)",
    re.IGNORECASE,
)
_NOUN_HEAD = re.compile(rf"(?:^|\s)(?P<noun>{NOUNS})(?:s|es)$", re.IGNORECASE)
_AFTER_HEAD = re.compile(
    r"\s+(?:of|for|in|to|that|which|on|by|used|with|from|and their)\s.*$|\s*[(:].*$", re.IGNORECASE
)
_SECTION_NUMBER = re.compile(r"^(?:(?:chapter|appendix|section)\s+)?[\dA-Z]+(?:\.\d+)*\.?\s+(?=\S)", re.IGNORECASE)
_SINGULAR = {"properties": "property", "utilities": "utility", "classes": "class", "switches": "switch"}
_OPTION = re.compile(r"(?:--?|\+)[A-Za-z0-9?#@][\w+-]*(?:[ =\[<⟨].{0,30})?(?:,\s*--?\w[\w-]*(?:[ =\[].{0,30})?)*")
#: Types that a signature may begin with; other words there are types if their spelling shows it.
_TYPES = word_set("static const extern inline unsigned signed long short int void char double float bool auto struct")
_TYPE_SHAPE = re.compile(r"[A-Z]{2,}\w*|.*(?:[*&<>]|::|_t$|_).*|[A-Z][a-z0-9]+(?:[A-Z]\w*)+")
_CATEGORY = re.compile(
    r"^(?:\[(?P<a>[A-Z][a-z]+(?: [A-Z]?[a-z]+){0,2})\]|(?P<b>(?:Built-in |Library )?(?:Function|Macro|Variable|Command"
    r"|Method|Option"
    r"|Environment Variable|User Option|Special Form|Data Type|Constant)):)\s*(?=\S)"
)
_CATEGORY_BEHIND = re.compile(r"\s\[([A-Z][a-z]+(?: [A-Za-z]+){0,2})\]$")
SIGNATURE = re.compile(
    r"(?:(?:static|const|extern|inline|unsigned|long|int|void|char|double|float|bool|size_t|GEN|auto"
    r"|[A-Za-z_][\w:]*(?:<[^<>]*>)?)"
    r"[\s*&]+){0,4}(?P<name>~?[A-Za-z_][\w.:]*)\s?\((?P<arguments>[^()]{0,120})\)(?:\s+const)?"
)
_FILE = re.compile(r"\.(?:c|h|cc|cpp|py|txt|cfg|conf|pdf|tex|sty|exe|asm|sh|pl|ini|xml|html)$")


def noun_of_signature(term: str) -> str:
    """What the spelling of a term alone says that it is."""
    if _OPTION.fullmatch(term):
        return "option" if term.startswith("-") else ""
    return "function" if is_signature(term) else ""


def is_signature(term: str) -> bool:
    """Whether the term is a name with arguments in brackets, and what stands before the name is a type."""
    found = SIGNATURE.fullmatch(term)
    if (
        found is None
        or re.fullmatch(r"\d\w*", found["arguments"])
        or re.search(r"[‘’“”]|\b(?:see|the|and|or|of)\b", found["arguments"])
    ):
        return False
    before = term[: found.start("name")].replace("*", "* ").split()
    return all(word in _TYPES or _TYPE_SHAPE.fullmatch(word) for word in before)


#: "ASCII Table Extension", "Boolean network (BN)".
_PHRASE = re.compile(r"(?=.*\b[A-Z][a-z]+\b)[A-Za-z]+(?:[ -][A-Za-z]+)+(?: \([A-Z]+s?\))?")


def is_code(term: str) -> bool:
    """Whether the spelling shows that the term is no ordinary word."""
    if " " in term and re.fullmatch(r"[A-Za-z][\w.]*(?: [a-z\d][\w.-]*)+(?: [A-Z][\w.-]*)*", term):
        return False
    if _PHRASE.fullmatch(term):
        return False
    return bool(re.search(r"[_\\$%@#=<>(\[{*^~|]|^[-+.]|\w[.:/]\w|\d|[a-z][A-Z]|^[A-Z]{2,}(?:\W|$)", term))


def fitting(noun: str, term: str) -> str:
    """The noun of the list, unless the spelling of the term speaks against it."""
    if term.startswith("\\"):
        return noun if noun in ("command", "macro", "parameter", "primitive") else ""
    if noun in ("function", "method") and (_FILE.search(term) or not re.fullmatch(r"[\w.:%<-]+", term)):
        return ""
    return noun


def same_thing(terms: Sequence[str]) -> bool:
    """Whether all terms are spellings of one: an option short and long, a function with other arguments."""
    if all(re.match(r"--?\w", term) for term in terms):
        return True
    names = {found["name"] if (found := SIGNATURE.fullmatch(term)) else term for term in terms}
    return len(names) == 1


def without_category(term: str) -> tuple[str, str]:
    """The term without the word in brackets beside it that says what it is, and that word."""
    found = _CATEGORY.match(term)
    behind = _CATEGORY_BEHIND.search(term)
    if found is None and behind is None:
        return term, ""
    category = (found["a"] or found["b"]) if found else behind[1] if behind else ""
    category = category.lower().removeprefix("built-in ").removeprefix("library ")
    term = term[found.end() :] if found else _CATEGORY_BEHIND.sub("", term)
    return term.strip(), category if re.fullmatch(NOUNS, category) else ""


def noun_of_heading(text: str) -> str:
    title = _AFTER_HEAD.sub("", _SECTION_NUMBER.sub("", text.strip().rstrip(":.")))
    found = None if re.search(r", | and ", title) else _NOUN_HEAD.search(title)
    return _singular(found["noun"]) if found else ""


def noun_of_lead(text: str) -> str:
    last = sentences(text)[-1].of(text) if text else ""
    found = _NOUN_LEAD.search(last) if last.endswith(":") or "following" in last else None
    return _singular(found["noun"]) if found else ""


def _singular(noun: str) -> str:
    low = noun.lower()
    return _SINGULAR.get(low, low)
