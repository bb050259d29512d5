"""Whether a problem and its solution can be read away from their page, and how they are put."""

from __future__ import annotations

import re

from qaextract.english import FUNCTION_WORDS, dangling, sentences
from qaextract.model import Document
from qaextract.recipes._environments import Environment
from qaextract.recipes._fitness import debris
from qaextract.recipes._subject import subject
from qaextract.recipes._verbs import word_set

#: What shows that a text sets a task.
TASK = re.compile(
    r"\?|(?:^|[.;:,]\s|\b(?:and|then|to)\s|\([a-z]\)\s|^[a-z]\)\s)(?:find|calculate|determine|compute|show"
    r"|prove|estimate|solve"
    r"|evaluate|derive|explain|describe|give|write|list|name|state|simplify|express|verify|convert|decide|say|construct"
    r"|prepare|compare|define|design|implement|discuss|choose|work out|identify|factori?[sz]?e?|expand|check|classify"
    r"|translate|add|subtract|multiply|divide|reduce|square|form|arrange|test|deduce|predict|obtain|complete|change)\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Tasks whose outcome is drawn or left to whoever solves them.
_NO_TEXT = re.compile(
    r"\b(?:sketch|draw|your own|experiment with|try (?:it|out)|shade|label the|(?:plot|graph) (?:the|a|an|your"
    r"|each))\b|^(?:plot|graph)\b",
    re.IGNORECASE,
)
#: Something that is taken as known: it must have been named before.
_KNOWN = re.compile(
    r"\b(?:the|these) (?:(?:two|three|four|five|six|seven|eight|\d+) |(?:same|other|above|given|remaining) )(\w+s)\b",
    re.IGNORECASE,
)
#: Things that a text shows rather than tells, or made up before.
_SHOWN = re.compile(
    r"\bthe (?:\w+ )?(?P<thing>figure|table|diagram|graph|picture|program|script|function|code|listing|circuit"
    r"|network|data"
    r"|data ?set|text|book|chapter|section|passage|proof|method|algorithm|formula|results?|example|class|file"
    r"|grammar|map"
    r"|image|sentence|rule|exercise|answer|solution|model)\b(?! (?:of|that|which|whose|for|to|in|with|by"
    r"|between|called|from)\b)",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^(?:\([a-z]\)\s)?(?:repeat|redo|continue|do the same|now|also|again|what if|and|but|so|then|in (?:this|that) case"
    r"|using (?:this|the)|with the same|as before|similarly|likewise|modify|extend|improve|rewrite|change|adapt"
    r"|generali[sz]e"
    r"|same|ditto|hence|there(?:fore)?(?! (?:is|are|was|were))|here|for each of|which of|the (?:same|above|other))\b"
    r"(?! (?:the )?(?:following|fraction|number)s?\b)",
    re.IGNORECASE,
)
_PROVISO = re.compile(
    r"^(?:\(|assume|take|use|suppose|give|neglect|ignore|round|let|you may|explain|justify|why|answer|write)",
    re.IGNORECASE,
)
_HINT = re.compile(r"\bhints?\b\s?[:.]", re.IGNORECASE)
_MOST_CHARS = 2400
#: What a solution may say although it points: at its problem, or at whoever solves it.
_HARMLESS = frozenset(
    [
        "we",
        "our",
        "us",
        "it",
        "its",
        "they",
        "their",
        "them",
        "this",
        "these",
        "here",
        "he",
        "she",
        "his",
        "her",
        "such",
    ]
)
_ELSEWHERE = re.compile(
    r"\b(?:Figures?|Figs?\.|Tables?|Theorems?|Lemma|Equations?|Eqs?\.|Sections?|Sec\.|Chapters?|Exercises?"
    r"|Exs?\.|Problems?"
    r"|Examples?|Listings?|pages?|Propositions?|Corollary|Appendix|Definitions?|Part|Art\."
    r"|Questions?)\s?\(?[\dA-Z]?\.?\d"
    r"|(?<![\w)])\((?:\d+\.)?\d+\)(?=[\s,.;])|§"
    r"|\b(?:previous|preceding|last|next|above|earlier|foregoing) (?:exercise|problem|example|section|question"
    r"|part|chapter)"
    r"|\b(?:this|the) (?:chapter|section|book|text|course|tutorial)\b|\bin (?:part|case) \([a-z]\)|\bby part \(",
    re.IGNORECASE,
)
_NO_SOLUTION = re.compile(
    r"\b(?:left (?:as|to|for)|omitted|similar(?:ly)? to|see (?!that\b)|answers? (?:may|will|can) vary|same as"
    r"|refer to|as above"
    r"|your own|consult|not given|obvious)\b|^(?:hint|proof\.?$|exercise|see|yes\.?$|no\.?$|true\.?$|false\.?$)",
    re.IGNORECASE,
)
_REASONS = re.compile(r"\b(?:explain|why|show that|prove|justify|describe|discuss|derive|reasons?)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!][”\"')\]]*$")
_MOST_BARE_WORDS = 6
_RATED = re.compile(
    r"^(?:[(\[]?(?:very )?(?:hard|easy|difficult|challenging|medium|optional|advanced|statement|task)(?:[.:]|[)\]])"
    r"|[*★☆]+|[(\[]\d+ (?:points?|marks?|pts\.?)[)\]])\s+(?=[A-Z])",
    re.IGNORECASE,
)
_POINTS = re.compile(r"[(\[]\d+ (?:points?|marks?|pts\.?)[)\]]\s+(?=[A-Z])")
_POINTER = re.compile(
    r"\s*[(\[](?:answer|solution|hint|soln?\.|ans\.)s?[^()\[\]]{0,30}[)\]]\s*$|\s*[(\[]\d+ (?:points?|marks?)[)\]]\s*$",
    re.IGNORECASE,
)
_PART = re.compile(r"(?:^|(?<=\s))\(?(?P<part>[a-h]|[ivx]{1,4})\)(?=\s)", re.MULTILINE)
_FEWEST_CHARS = 18

# --- formulas that came through garbled ---
_UNIT_POWER = re.compile(r"(\b(?:[kcdm]m|ft|in|yd)|(?<=[\d\s/·])[ms])⁻?[¹²³](?![⁰-⁹\d])")
_GARBLED = re.compile(
    r"[A-Za-z]{2,}[⁻⁺⁼⁽⁾⁰¹²³⁴-⁹]|[₀-₉][⁰¹²³⁴-⁹]|[⁰¹²³⁴-⁹][₀-₉]|[¯˙⃗ˆ˜∑∏∫√ˉ]|\ufffd"
    r"|(?<![\w.,’'-])\d+[a-z](?![\w’'])|(?<=\s)[⁻⁰¹²³⁴-⁹₀-₉]"
    r"|[=+×÷−<>≤≥]\s*(?=[.?!]?$)|^\s*[=<>≤≥]|[=+−×]\s[=×]|\b\d+ \d+ /|(?<![A-Za-z]{2})\w—\w(?![A-Za-z]{2})"
    r"|(?<=\s)[,;:.](?=\s)"
)
_VARIABLE = re.compile(r"(?<![\w’'.(-])[b-hj-zB-HJ-Z](?![\w’'.-])")
#: Short words of English and of mathematics; other short runs of letters next to a variable are products or powers.
_SHORT_WORDS = word_set(
    "am an as at be by do go he if in is it me my no of on or so to up us we ex ok vs mm cm km kg ml ms pm ft lb oz mg "
    "kw mv hz db ph sin cos tan log exp min max gcd lcm mod det sec ln lg why try dry fly sky my"
)


def fits(problem: Environment, solution: Environment) -> bool:
    """Whether both came through whole, the problem can be read alone and sets a task, and the solution answers."""
    question, answer = question_of(problem), solution.text
    if not (problem.whole and solution.whole and _is_sound(question) and _is_sound(answer)):
        return False
    if len(question) + len(answer) > _MOST_CHARS or len(question) < _FEWEST_CHARS or not re.search(r"\w", answer):
        return False
    if not _SENTENCE_END.search(question) or not _is_complete(answer):
        return False
    if _REASONS.search(question) and len(answer.split()) < 6:
        return False
    return reads_alone(question) and _answers(answer) and _parts(question) == _parts(answer)


def _answers(answer: str) -> bool:
    return (
        (dangling(answer) or "we").lower() in _HARMLESS
        and not _ELSEWHERE.search(answer)
        and not _NO_SOLUTION.search(answer)
        and not _HINT.search(answer)
    )


def _is_complete(answer: str) -> bool:
    """Whether an answer ends where a sentence ends; a short one may be a number or a name."""
    if _SENTENCE_END.search(answer):
        return True
    words = answer.split()
    whole = re.search(r"[\w%°£$€)]$", answer) is not None and words[-1].lower() not in FUNCTION_WORDS - {"i", "a"}
    return whole and len(words) <= _MOST_BARE_WORDS and "\n" not in answer


def _parts(text: str) -> list[str]:
    """The letters of the parts of a problem or of a solution, in order."""
    return [found["part"] for found in _PART.finditer(text)]


def reads_alone(text: str) -> bool:
    """Whether a problem sets its task, and ends with it, without anything that stands elsewhere."""
    if any(known[1].lower() not in text[: known.start()].lower().split() for known in _KNOWN.finditer(text)):
        return False
    if any(not _is_named(shown["thing"], text[: shown.start()]) for shown in _SHOWN.finditer(text)):
        return False
    if _CONTINUES.match(text) or _HINT.search(text) or _NO_TEXT.search(text):
        return False
    parts = [span.of(text) for span in sentences(text)]
    while len(parts) > 1 and _PROVISO.match(parts[-1]) and not parts[-1].endswith("?"):
        parts.pop()
    task = parts and TASK.search(parts[-1])
    return bool(task) and dangling(text) is None and not _ELSEWHERE.search(text)


def _is_named(thing: str, before: str) -> bool:
    return re.search(rf"\b{thing.rstrip('s')}", before, re.IGNORECASE) is not None


def _is_sound(text: str) -> bool:
    """Whether a text came through whole."""
    plain = _UNIT_POWER.sub(r"\1", text.replace("\n", " "))
    plain = _PART.sub(" ", plain)
    return debris(plain) is None and not garbled(plain)


def garbled(text: str) -> bool:
    """Whether formulas in the text may have lost what makes them formulas: a raised letter looks like a factor."""
    if _GARBLED.search(text):
        return True
    if not _VARIABLE.search(text):
        return False
    short = (word for word in re.findall(r"(?<![\w’'.-])[a-z]{2,3}(?![\w’'-])", text))
    return any(word not in _SHORT_WORDS and not (len(word) == 3 and re.search("[aeiouy]", word)) for word in short)


def question_of(problem: Environment) -> str:
    """The text of a problem, without a word on how hard it is before it or a pointer to its solution after it."""
    text = _RATED.sub("", problem.text)
    return _POINTER.sub("", _POINTS.sub("", text))


def answer_of(solution: Environment) -> str:
    """The text of a solution, as a sentence."""
    text = solution.text
    return text[:1].upper() + text[1:] if re.match(r"[a-z]{2,}[\s,]", text) else text


#: What is done otherwise in every language and by every program.
_TECHNICAL = re.compile(
    r"\b(?:write|define|implement|declare|call|run|type|enter|use|modify|create)\b.{0,40}\b(?:programs?"
    r"|functions?|scripts?|macros?|methods?"
    r"|procedures?|predicates?|class|quer(?:y|ies)|routines?|modules?|expressions?|commands?|loops?)\b"
    r"|\b(?:commands?|options?|syntax|compiler|regular expressions?|shell|keyword|built-?in|data types?)\b",
    re.IGNORECASE,
)


def asked_alone(document: Document, problem: str) -> str:
    """The problem as a question that names the language or program it is about; empty if nothing tells that."""
    if not _TECHNICAL.search(problem):
        return problem
    name = subject(document)
    if name and name.lower().strip("“”") in problem.lower():
        return problem
    # The title of a book on statistics does not say in which language its programs are written.
    about_code = name and not name.startswith("“") and any(block.kind == "code" for block in document.blocks)
    return f"In {name}: {problem}" if about_code else ""
