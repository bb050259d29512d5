"""Pairs, rejections and verdicts as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qaextract.model import Outcome, QAPair, Rejection, Span, Verdict
from qaextract.view import _html as h
from qaextract.view._passages import passages_of, place


def outcome_lines(outcome: Outcome) -> str:
    """A pair or rejection as plain text."""
    where = place(outcome.evidence)
    lines = f"Q {outcome.question}\nA {outcome.answer}" + (f"  ({where})" if where else "")
    return f"{lines}\nrejected: {outcome.verdict.code}" if isinstance(outcome, Rejection) else lines


def pair_html(pair: QAPair) -> str:
    """Question, answer, and the evidence highlighted where it stands."""
    return h.frame(
        _origin(pair),
        h.element("div", h.element("strong", h.text(pair.question)), h.WRAPPED),
        h.element("div", h.text(pair.answer), h.WRAPPED),
        _more_fields(pair),
        h.passages(passages_of(pair)),
    )


def rejection_html(rejection: Rejection) -> str:
    """The reason, with what the message names highlighted in question and answer, and the evidence if any was found."""
    verdict = rejection.verdict
    reason = f"Rejected by <strong>{h.text(verdict.validator)}</strong>: {h.text(h.words(verdict.code))}"
    quotes = () if rejection.evidence else rejection.draft.all_quotes()
    named = _named(verdict.message) if rejection.evidence else []
    return h.frame(
        h.element("div", reason),
        h.element("div", h.text(verdict.message), h.WRAPPED) if verdict.message else "",
        _origin(rejection),
        h.element("div", h.element("strong", _highlighted(rejection.question, named)), h.WRAPPED),
        h.element("div", _highlighted(rejection.answer, named), h.WRAPPED),
        _more_fields(rejection),
        h.passages(passages_of(rejection)),
        h.note("Quoted, but not located:") + _quotes(quotes) if quotes else "",
        _verdicts_besides(rejection),
    )


def _origin(outcome: Outcome) -> str:
    parts = [outcome.kind, outcome.document.title or outcome.document.uri, h.path(outcome.headings)]
    model = f"asked of {outcome.model}" if outcome.model else ""
    return h.note(h.text(" · ".join(part for part in (*parts, model) if part)))


def _more_fields(outcome: Outcome) -> str:
    """The fields that a recipe's draft has beyond question, answer and quotes, where they say more."""
    fields = outcome.draft.model_dump(mode="json", exclude={"question", "answer", "quotes"})
    said = _folded(f"{outcome.question} {outcome.answer}")
    more = {name: value for name, value in fields.items() if not _is_said(value, said)}
    rows = [(h.text(h.words(name)), h.text(_plain(value))) for name, value in more.items()]
    return h.table((), rows) if rows else ""


def _is_said(value: object, said: str) -> bool:
    parts = value if isinstance(value, list) else [value]
    return all(part is None or _folded(_plain(part)) in said for part in parts)


def _folded(content: str) -> str:
    return " ".join(content.casefold().split())


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_plain(part)}" for name, part in value.items() if name not in ("quote", "quotes"))
    return "; ".join(map(_plain, value)) if isinstance(value, list) else str(value)


def _quotes(quotes: Iterable[str]) -> str:
    return "".join(
        h.element("blockquote", h.text(quote), "white-space: pre-wrap; margin: 0.3em 1em") for quote in quotes
    )


def _verdicts_besides(rejection: Rejection) -> str:
    """The other checks that failed: the first one is the reason."""
    others = [
        verdict for verdict in rejection.checks if not verdict.ok and verdict.validator != rejection.verdict.validator
    ]
    said = ", ".join(f"{v.validator} ({h.words(v.code)})" for v in others)
    return h.note(h.text(f"It also failed {said}.")) if others else ""


_NAMED = re.compile(r"'([^']+)'|\"([^\"]+)\"|“([^”]+)”|‘([^’]+)’")


def _named(message: str) -> list[str]:
    """What a verdict's message puts in quotation marks: the words it objects to."""
    return [next(filter(None, groups)) for groups in _NAMED.findall(message)]


def _highlighted(content: str, named: Iterable[str]) -> str:
    words = sorted({re.escape(word) for word in named}, key=len, reverse=True)
    found = re.finditer(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", content) if words else ()
    return h.marked(content, [Span(*match.span()) for match in found])


def verdicts_html(verdicts: Sequence[Verdict]) -> str:
    """A table of verdicts."""
    rows = [("✓" if v.ok else "✗", h.text(v.validator), h.text(v.code), _score(v), h.text(v.message)) for v in verdicts]
    return h.frame(h.table(("", "validator", "code", "score", "message"), rows, [3]))


def _score(verdict: Verdict) -> str:
    return "" if verdict.score is None else f"{verdict.score:.2f}"


def pairs_html(pairs: Sequence[QAPair]) -> str:
    """A table of pairs."""
    rows = [(h.text(p.kind), h.cut(p.question), h.cut(p.answer), h.text(place(p.evidence))) for p in pairs]
    return h.long_table(("kind", "question", "answer", "place"), rows)


def rejections_html(rejections: Sequence[Rejection]) -> str:
    """A table of rejections."""
    rows = [
        (h.text(r.verdict.validator), h.text(h.words(r.verdict.code)), h.cut(r.question), h.text(r.kind))
        for r in rejections
    ]
    return h.long_table(("by", "reason", "question", "kind"), rows)
