"""Draft to outcome: locate its quotes, run the validators from cheap to dear, then what is said of all together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from qaextract.model import (
    Context,
    Document,
    DocumentRef,
    Draft,
    Evidence,
    Outcome,
    QAPair,
    Rejection,
    Span,
    Verdict,
)
from qaextract.points import PairValidator, Recipe, SetValidator, Validator
from qaextract.quotes import QuoteFinder
from qaextract.seeds import spread

LOCATE = "locate"


@dataclass(frozen=True)
class Checks:
    """The validators of a run, by name, and the recipes whose quotas count."""

    validators: Mapping[str, Validator]
    recipes: Mapping[str, Recipe] = field(default_factory=dict)

    def check_draft(self, kind: str, draft: Draft, context: Context, model: str | None = None) -> Outcome:
        """The outcome of one draft, as far as it can be said without the others."""
        evidence, verdict = locate_draft(draft, context)
        if not verdict.ok:
            return _reject(_Fields(kind, draft, context, model, evidence), verdict, (verdict,))
        chunk = context.chunk
        pair = QAPair(
            kind=kind,
            draft=draft,
            evidence=evidence,
            document=document_ref(context.document),
            chunk_id=chunk.id if chunk else None,
            headings=chunk.headings if chunk else (),
            model=model,
            checks=(verdict,),
        )
        wanted = getattr(self.recipes.get(kind), "checks", None)
        for verdicts in self._tiers(pair, context, wanted):
            pair = replace(pair, checks=pair.checks + verdicts)
            failed = next((v for v in verdicts if not v.ok), None)
            if failed is not None:
                return rejected(pair, failed)
        return pair

    def verdicts(self, draft: Draft, context: Context) -> list[Verdict]:
        """What every validator of one pair says, `locate` first, also after a failure."""
        evidence, located = locate_draft(draft, context)
        nowhere = Evidence("", Span(0, 0))
        pair = QAPair("pair", draft, evidence or (nowhere,), document_ref(context.document), checks=(located,))
        return [located, *(v for tier in self._tiers(pair, context, None) for v in tier)]

    def _tiers(self, pair: QAPair, context: Context, wanted: Sequence[str] | None) -> Iterable[tuple[Verdict, ...]]:
        ordered = in_order(self.validators)
        usable = [(n, v) for n, v in ordered if isinstance(v, PairValidator) and (wanted is None or n in wanted)]
        for _, tier in groupby(usable, key=lambda item: tier_of(item[1])):
            yield tuple(validator.check(pair, context) for _, validator in tier)

    def settle(self, outcomes: Sequence[Outcome], limit: int | None = None) -> list[Outcome]:
        """What can only be said of all outcomes together: sets of pairs, quotas, and the limit on kept pairs."""
        settled = list(outcomes)
        for _, validator in in_order(self.validators):
            if isinstance(validator, SetValidator):
                kept = [n for n, outcome in enumerate(settled) if isinstance(outcome, QAPair)]
                pairs = [outcome for outcome in settled if isinstance(outcome, QAPair)]
                for n, verdict in zip(kept, validator.check_all(pairs), strict=True):
                    pair = settled[n]
                    assert isinstance(pair, QAPair)
                    pair = replace(pair, checks=(*pair.checks, verdict))
                    settled[n] = pair if verdict.ok else rejected(pair, verdict)
        return _limited(_within_shares(_within_sections(settled, self.recipes), self.recipes), limit)


def in_order(validators: Mapping[str, Validator]) -> list[tuple[str, Validator]]:
    """Cheap ones first, then by name."""
    return sorted(validators.items(), key=lambda item: (tier_of(item[1]), item[0]))


def tier_of(validator: Validator) -> int:
    """The cost tier of a validator; 0 where it does not say."""
    tier: int = getattr(validator, "tier", 0)
    return tier


def document_ref(document: Document) -> DocumentRef:
    """What a pair keeps of its document."""
    return DocumentRef(document.id, document.uri, document.title)


@lru_cache(maxsize=4)
def _finder(text: str) -> QuoteFinder:
    return QuoteFinder(text)


def locate_draft(draft: Draft, context: Context) -> tuple[tuple[Evidence, ...], Verdict]:
    """The places of the quotes that can be found, and whether all were; the chunk is looked in before the document."""
    found: list[Evidence] = []
    missing: list[str] = []
    quotes = draft.all_quotes()
    finder = _finder(context.document.text)
    for quote in quotes:
        match = finder.find(quote, within=context.chunk.span) if context.chunk else None
        match = match or finder.find(quote)
        if match is None:
            missing.append(quote)
        else:
            found.append(evidence_at(match.span, context.document, match.match))
    if missing:
        message = f"not in the document: {missing[0][:200]!r}"
        return tuple(found), Verdict(LOCATE, False, "quote_not_found", message, 1 - len(missing) / len(quotes))
    if not quotes:
        return (), Verdict(LOCATE, False, "no_quote", "the draft quotes nothing", 0.0)
    return tuple(found), Verdict(LOCATE, True, "ok", "", 1.0)


def evidence_at(span: Span, document: Document, match: Any = "exact") -> Evidence:
    """The evidence that `span` of the document is."""
    return Evidence(
        quote=span.of(document.text),
        span=span,
        pages=document.pages(span),
        boxes=document.boxes(span),
        lines=document.line_numbers(span),
        match=match,
    )


@dataclass(frozen=True)
class _Fields:
    kind: str
    draft: Draft
    context: Context
    model: str | None
    evidence: tuple[Evidence, ...]


def _reject(fields: _Fields, verdict: Verdict, checks: tuple[Verdict, ...]) -> Rejection:
    chunk = fields.context.chunk
    return Rejection(
        kind=fields.kind,
        draft=fields.draft,
        verdict=verdict,
        document=document_ref(fields.context.document),
        evidence=fields.evidence,
        chunk_id=chunk.id if chunk else None,
        headings=chunk.headings if chunk else (),
        model=fields.model,
        checks=checks,
    )


def rejected(pair: QAPair, verdict: Verdict) -> Rejection:
    """The rejection that a pair becomes."""
    return Rejection(
        kind=pair.kind,
        draft=pair.draft,
        verdict=verdict,
        document=pair.document,
        evidence=pair.evidence,
        chunk_id=pair.chunk_id,
        headings=pair.headings,
        model=pair.model,
        checks=pair.checks,
    )


def section_of(pair: QAPair) -> tuple[str, ...]:
    """The section a pair is counted under: its headings or, where there are none, its chunk."""
    return (pair.document.id, *(pair.headings or (pair.chunk_id or "",)))


def _within_sections(outcomes: list[Outcome], recipes: Mapping[str, Recipe]) -> list[Outcome]:
    seen: Counter[tuple[str, ...]] = Counter()
    for n, outcome in enumerate(outcomes):
        quota = getattr(recipes.get(outcome.kind), "quota", None)
        if quota is None or not isinstance(outcome, QAPair):
            continue
        key = (outcome.kind, *section_of(outcome))
        seen[key] += 1
        if seen[key] > quota:
            message = f"the section has {quota} pairs of this kind already"
            outcomes[n] = rejected(outcome, Verdict("quota", False, "over_quota", message))
    return outcomes


def _within_shares(outcomes: list[Outcome], recipes: Mapping[str, Recipe]) -> list[Outcome]:
    shares = {kind: getattr(recipe, "share", 1.0) for kind, recipe in recipes.items()} if len(recipes) > 1 else {}
    while True:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for n, outcome in enumerate(outcomes):
            if isinstance(outcome, QAPair):
                places[outcome.kind].append(n)
        total = sum(map(len, places.values()))
        # What is cut of one kind makes the rest fewer, and so another kind's share larger: until nothing is cut.
        cut = False
        for kind, at in sorted(places.items()):
            share = shares.get(kind, 1.0)
            if share >= 1:
                continue
            # k of this kind among k + others may be at most its share.
            most = int(share * (total - len(at)) / (1 - share) + 1e-9)
            message = f"pairs of this kind are at most {share:.0%} of all"
            for n in spread(at)[most:]:
                cut = True
                pair = outcomes[n]
                assert isinstance(pair, QAPair)
                outcomes[n] = rejected(pair, Verdict("quota", False, "over_share", message))
        if not cut:
            return outcomes


def _limited(outcomes: list[Outcome], limit: int | None) -> list[Outcome]:
    if limit is None:
        return outcomes
    sections: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, outcome in enumerate(outcomes):
        if isinstance(outcome, QAPair):
            sections[section_of(outcome)].append(n)
    queues = spread(list(sections.values()))
    rounds = max(map(len, queues), default=0)
    order = [queue[i] for i in range(rounds) for queue in queues if i < len(queue)]
    for n in order[limit:]:
        pair = outcomes[n]
        assert isinstance(pair, QAPair)
        outcomes[n] = rejected(pair, Verdict("quota", False, "over_limit", f"{limit} pairs were asked for"))
    return outcomes
