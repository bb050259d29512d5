"""Why a run gave what it gave: no empty result goes without a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qaextract.model import Document, Failure, QAPair, Rejection
from qaextract.pipeline import Plan, Result
from qaextract.prompt import is_code

#: Fewer pairs than one in so many pages is called few.
PAGES_PER_PAIR = 5
#: Languages by their ISO 639-1 codes, as far as they are likely; others are named by the code.
LANGUAGES = {
    "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese", "nl": "Dutch",
    "ru": "Russian", "pl": "Polish", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "ar": "Arabic",
    "tr": "Turkish", "sv": "Swedish", "cs": "Czech", "el": "Greek", "la": "Latin", "uk": "Ukrainian",
}  # fmt: skip
A_MODEL = "a model (--model PROVIDER:NAME) would add questions on facts and on chains of reasoning"


def explain(plan: Plan, result: Result, failures: Sequence[Failure]) -> list[str]:
    """Sentences for a person, none where there is nothing to explain."""
    lines = [f"{document.uri}: {warning}" for document in result.documents for warning in document.warnings]
    lines += [_language(document.uri, code) for document, code in _foreign(result)]
    kept = sum(isinstance(outcome, QAPair) for outcome in result.outcomes)
    rejected = sum(isinstance(outcome, Rejection) for outcome in result.outcomes)
    if result.stopped is not None:
        lines.append(f"stopped before the end: {result.advice}")
    if plan.dry_run or plan.limit is not None or result.stopped is not None:
        return lines
    if failures:
        lines.append(f"{len(failures)} files or chunks could not be worked on: see failures.jsonl")
    readable = [d for d in result.documents if d.text.strip()]
    lines += [f"{d.uri}: there is no text in it" for d in result.documents if not d.text.strip() and not d.warnings]
    pages = sum(document.page_count for document in readable)
    if kept == 0 and rejected:
        lines.append(f"all {rejected} drafts were rejected: `qaextract show` names the reasons")
    elif readable and result.tally.skipped and not result.tally.asked and not result.tally.failed:
        reasons = ", ".join(f"{n} for {reason}" for reason, n in Counter(result.tally.skipped.values()).most_common())
        lines.append(f"no chunk was looked at; skipped: {reasons}")
    elif kept == 0 and readable:
        lines.append(f"the finders looked at {len(result.tally.asked)} chunks and found no pair they could vouch for")
    elif pages > PAGES_PER_PAIR * kept:
        lines.append(
            f"{kept} pairs on {pages} pages are few: the finders keep to definitions, lists, tables, exercises and "
            "other plain forms, of which narrative prose has few"
        )
    if plan.asker.provider is None and pages > PAGES_PER_PAIR * kept:
        lines.append(A_MODEL)
    return lines


def _foreign(result: Result) -> list[tuple[Document, str]]:
    languages = result.languages
    return [(d, languages[d.id]) for d in result.documents if not is_code(d) and languages[d.id] not in ("en", "")]


def _language(uri: str, code: str) -> str:
    name = LANGUAGES.get(code, f"the language {code!r}")
    return f"{uri} is in {name}: the finders read English only; a model (--model PROVIDER:NAME) reads others too"
