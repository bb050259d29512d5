"""Quotas: at most so many pairs of a kind in a section, and so large a share of all."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from qaextract.checking import Checks
from qaextract.model import DocumentRef, Draft, Evidence, QAPair, Span

BOOK = DocumentRef("0" * 16, "book.pdf", "Book")


@dataclass(frozen=True)
class Kind:
    quota: int = 3
    share: float = 1.0


RECIPES = {"definition": Kind(), "table": Kind(quota=50, share=0.2), "signature": Kind(quota=50, share=0.15)}


def pair(kind, section, n):
    draft = Draft(question=f"{kind} {section} {n}?", answer="x", quotes=("x",))
    return QAPair(kind, draft, (Evidence("x", Span(n, n + 1)),), BOOK, f"c{section}", (f"Section {section}",))


@given(st.lists(st.tuples(st.sampled_from(sorted(RECIPES)), st.integers(0, 6)), max_size=120))
def test_quotas_and_shares_hold_and_nothing_vanishes(made):
    pairs = [pair(kind, section, n) for n, (kind, section) in enumerate(made)]
    settled = Checks({}, RECIPES).settle(pairs)
    kept = [outcome for outcome in settled if isinstance(outcome, QAPair)]
    assert [outcome.draft for outcome in settled] == [p.draft for p in pairs]
    assert all(n <= 3 for n in Counter((p.kind, p.headings) for p in kept if p.kind == "definition").values())
    for kind in ("table", "signature"):
        assert sum(p.kind == kind for p in kept) <= RECIPES[kind].share * len(kept) + 1e-9


def test_a_share_is_used_up_where_there_is_enough_else():
    pairs = [pair("definition", n, n) for n in range(8)] + [pair("table", n, 100 + n) for n in range(8)]
    kept = [o for o in Checks({}, RECIPES).settle(pairs) if isinstance(o, QAPair)]
    assert Counter(p.kind for p in kept) == {"definition": 8, "table": 2}


def test_a_kind_that_was_asked_for_alone_has_no_share():
    pairs = [pair("table", n, n) for n in range(5)]
    assert len([o for o in Checks({}, {"table": Kind(share=0.2)}).settle(pairs) if isinstance(o, QAPair)]) == 5


def test_a_limit_is_spread_over_the_sections():
    pairs = [pair("definition", section, 10 * section + n) for section in range(8) for n in range(3)]
    kept = [o for o in Checks({}, RECIPES).settle(pairs, limit=8) if isinstance(o, QAPair)]
    assert len({p.headings for p in kept}) == 8


@given(st.integers(1, 99), st.integers(0, 120), st.integers(0, 120))
def test_any_share_is_settled_and_ends(percent, tables, others):
    # 0.29 * 100 is a little less than 29: a share that is just kept must not be cut at for ever.
    recipes = {"table": Kind(quota=500, share=percent / 100), "definition": Kind(quota=500)}
    pairs = [pair("table", n, n) for n in range(tables)] + [pair("definition", n, 500 + n) for n in range(others)]
    kept = Counter(o.kind for o in Checks({}, recipes).settle(pairs) if isinstance(o, QAPair))
    assert kept["definition"] == others
    assert 100 * kept["table"] <= percent * kept.total()
    assert kept["table"] == tables or 100 * (kept["table"] + 1) > percent * (kept.total() + 1)


def test_a_share_that_is_exactly_kept_is_left_alone():
    recipes = {"table": Kind(quota=500, share=0.29), "definition": Kind(quota=500)}
    pairs = [pair("table", n, n) for n in range(29)] + [pair("definition", n, 500 + n) for n in range(71)]
    assert all(isinstance(outcome, QAPair) for outcome in Checks({}, recipes).settle(pairs))
