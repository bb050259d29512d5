"""Whether a problem and its solution can be read away from their page."""

from __future__ import annotations

import re

from qaextract.english import dangling, sentences
from qaextract.recipes._environments import Environment
from qaextract.recipes._fitness import debris

#: What shows that a text sets a task.
TASK = re.compile(
    r"\?|(?:^|[.;:,]\s|\b(?:and|then|to)\s)(?:find|calculate|determine|compute|show|prove|estimate|solve|evaluate|derive|explain"
    r"|describe|give|write|sketch|draw|list|name|state|simplify|express|verify|convert|decide|say|construct|use|prepare|compare"
    r"|define|design|implement|discuss|choose|work out|identify|factor|expand|check|classify|translate|test)\b",
    re.IGNORECASE | re.MULTILINE,
)
#: Something that is taken as known: it must have been named before.
_KNOWN = re.compile(
    r"\b(?:the|these) (?:(?:two|three|four|five|six|seven|eight|\d+) |(?:same|other|above|given|remaining) )(\w+s)\b",
    re.IGNORECASE,
)
_PROVISO = re.compile(r"^(?:\(|assume|take|use|suppose|give|neglect|ignore|round|hint|let|you may)", re.IGNORECASE)
_MOST_CHARS = 2400
#: What a solution may say although it points: at its problem, or at whoever solves it.
_HARMLESS = frozenset(["we", "our", "us", "it", "its", "they", "this", "these", "here"])
_ELSEWHERE = re.compile(
    r"\b(?:Figure|Fig\.|Table|Theorem|Lemma|Equation|Eq\.|Section|Chapter|Exercise|Problem|Example|Listing|page|Proposition"
    r"|Corollary|Appendix|Definition|Part)\s?\(?\d|(?<![\w)])\((?:\d+\.)?\d+\)(?=[\s,.;])"
    r"|\b(?:previous|preceding|last|next|above|earlier) (?:exercise|problem|example|section|question|part)"
)
_NO_SOLUTION = re.compile(
    r"\b(?:left (?:as|to|for)|omitted|similar(?:ly)? to|see the|answers? (?:may|will) vary)\b", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.?!][”\"')\]]*$")


def fits(problem: Environment, solution: Environment) -> bool:
    """Whether both came through whole, the problem can be read alone and sets a task, and the solution answers."""
    if not (problem.whole and solution.whole and _is_sound(problem.text) and _is_sound(solution.text)):
        return False
    if len(problem.text) + len(solution.text) > _MOST_CHARS or len(problem.text) < 25 or len(solution.text) < 8:
        return False
    return (
        reads_alone(problem.text)
        and (dangling(solution.text) or "we").lower() in _HARMLESS
        and not _ELSEWHERE.search(solution.text)
        and not _NO_SOLUTION.search(solution.text)
    )


def reads_alone(text: str) -> bool:
    """Whether a problem sets its task, and ends with it, without anything that stands elsewhere."""
    if any(known[1].lower() not in text[: known.start()].lower().split() for known in _KNOWN.finditer(text)):
        return False
    parts = [span.of(text) for span in sentences(text)]
    while len(parts) > 1 and _PROVISO.match(parts[-1]):
        parts.pop()
    task = parts and TASK.search(parts[-1])
    return bool(task) and dangling(text) is None and not _ELSEWHERE.search(text)


def _is_sound(text: str) -> bool:
    """Whether a text came through whole and ends where a sentence ends."""
    return debris(text.replace("\n", " ")) is None and _SENTENCE_END.search(text) is not None
