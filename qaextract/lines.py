"""Outcomes as lines of the run folder's files, both ways."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from qaextract.model import (
    BBox,
    DocumentRef,
    Draft,
    Evidence,
    Failure,
    Json,
    Outcome,
    PageBox,
    QAPair,
    Rejection,
    Span,
    Verdict,
)


def encoded(line: Json) -> str:
    """The line as JSON that every reader takes for one line of UTF-8."""
    text = json.dumps(line, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, from a damaged text: escaped, the line stays valid
        return json.dumps(line)
    # Some readers split lines at these too.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


def outcome_to_line(outcome: Outcome) -> Json:
    """The line of a pair, or of a rejection, as `pairs.jsonl` and `rejections.jsonl` hold it."""
    line: Json = {"id": outcome.id, "kind": outcome.kind, **outcome.draft.model_dump(mode="json")}
    if isinstance(outcome, Rejection):
        line["verdict"] = _verdict_to_json(outcome.verdict) | {"message": outcome.verdict.message}
        del line["verdict"]["ok"]
    return line | {
        "evidence": [_evidence_to_json(evidence) for evidence in outcome.evidence],
        "chunk_id": outcome.chunk_id,
        "headings": list(outcome.headings),
        "document": {"id": outcome.document.id, "uri": outcome.document.uri, "title": outcome.document.title},
        "model": outcome.model,
        "checks": [_verdict_to_json(verdict) for verdict in outcome.checks],
    }


def outcome_from_line(line: Mapping[str, Any], draft_type: type[Draft] = Draft) -> Outcome:
    """The outcome of a line; a line with a verdict is a rejection. Unknown keys are ignored.

    Raises `KeyError` or `ValueError` where the line lacks what an outcome needs.
    """
    shared: Json = {
        "kind": line["kind"],
        "draft": draft_from_line(line, draft_type),
        "evidence": tuple(_evidence_from_json(evidence) for evidence in line["evidence"]),
        "document": DocumentRef(**{name: line["document"][name] for name in ("id", "uri", "title")}),
        "chunk_id": line.get("chunk_id"),
        "headings": tuple(line.get("headings", ())),
        "model": line.get("model"),
        "checks": tuple(_verdict_from_json(verdict) for verdict in line.get("checks", ())),
    }
    if "verdict" in line:
        return Rejection(verdict=_verdict_from_json({"ok": False, **line["verdict"]}), **shared)
    return QAPair(**shared)


def draft_from_line(line: Mapping[str, Any], draft_type: type[Draft] = Draft) -> Draft:
    """The draft of a line; its quotes are `quotes` or, where there are none, `evidence[].quote`."""
    fields = {name: line[name] for name in draft_type.model_fields if name in line}
    if not fields.get("quotes"):
        fields["quotes"] = [evidence["quote"] for evidence in line.get("evidence", ())]
    try:
        return draft_type.model_validate(fields)
    except ValidationError:
        if draft_type is Draft:
            raise
        # A pair from elsewhere may bear the name of a recipe and not the fields of its drafts.
        return draft_from_line(line)


def failure_to_line(failure: Failure) -> Json:
    """The line of `failures.jsonl`."""
    return {name: getattr(failure, name) for name in Failure.__slots__}


def failure_from_line(line: Mapping[str, Any]) -> Failure:
    """The failure of a line; unknown keys are ignored."""
    return Failure(**{name: line[name] for name in Failure.__slots__ if name in line})


def _evidence_to_json(evidence: Evidence) -> Json:
    return {
        "quote": evidence.quote,
        "start": evidence.span.start,
        "end": evidence.span.end,
        "pages": list(evidence.pages),
        "boxes": [
            {"page": box.page} | {name: round(getattr(box.bbox, name), 2) for name in ("x0", "y0", "x1", "y1")}
            for box in evidence.boxes
        ],
        "lines": list(evidence.lines or ()),
        "match": evidence.match,
    }


def _evidence_from_json(data: Mapping[str, Any]) -> Evidence:
    boxes = (PageBox(box["page"], BBox(box["x0"], box["y0"], box["x1"], box["y1"])) for box in data["boxes"])
    lines = data["lines"]
    return Evidence(
        quote=data["quote"],
        span=Span(data["start"], data["end"]),
        pages=tuple(data["pages"]),
        boxes=tuple(boxes),
        lines=(lines[0], lines[-1]) if lines else None,
        match=data["match"],
    )


def _verdict_to_json(verdict: Verdict) -> Json:
    score = None if verdict.score is None else round(verdict.score, 4)
    return {"validator": verdict.validator, "ok": verdict.ok, "code": verdict.code, "score": score}


def _verdict_from_json(data: Mapping[str, Any]) -> Verdict:
    return Verdict(data["validator"], data["ok"], data["code"], data.get("message", ""), data.get("score"))
