"""Budgets that hold, waits that end, fewer at once where a service says that it is too much."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from qaextract.asking import Asker, Job, ask_all
from qaextract.budget import Budget
from qaextract.errors import BudgetReached, ProviderError, RateLimited, Unreachable
from qaextract.executors.threads import Threads
from qaextract.model import Block, Chunk, Context, Document, Reply, Request, Span, Usage
from qaextract.pacing import Pace, Stopped
from qaextract.prices import Price, known_price
from qaextract.run import Ledger
from qaextract.tokens import estimate_tokens
from tests.test_asking import PromptAlone


@dataclass
class Slow:
    """Answers after a moment; counts how many are on their way at once, and what they cost together."""

    name: str = "slow"
    delay_s: float = 0.01
    output_tokens: int = 50
    fail: list[ProviderError] = field(default_factory=list)
    now: int = 0
    most: int = 0
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    parameters: ClassVar[dict[str, int]] = {"max_tokens": 100}

    def ask(self, request: Request) -> Reply:
        with self.lock:
            self.now += 1
            self.asked += 1
            self.most = max(self.most, self.now)
            error = self.fail.pop(0) if self.fail else None
        time.sleep(self.delay_s)
        with self.lock:
            self.now -= 1
        if error is not None:
            raise error
        return Reply(request.key, {"pairs": []}, usage=Usage(60, self.output_tokens))


def jobs(count: int) -> list[Job]:
    made = []
    for n in range(count):
        text = f"Buoy {n} marks the tide."
        document = Document(f"{n:016}", "x", "x", text, (Block("paragraph", Span(0, len(text))),))
        chunk = Chunk(document.id, Span(0, len(text)), text)
        made.append(Job("alone", PromptAlone(), chunk, Context(document, chunk)))
    return made


def asker(provider: Slow, workers: int = 32, **options) -> Asker:
    ledger = Ledger(":memory:")
    limits = {name: options.pop(name) for name in ("tokens", "usd") if name in options}
    budget = Budget(ledger.usage, **limits) if limits else None
    return Asker(ledger, provider, "slow", budget=budget, pace=Pace(workers, 0.2, 0.01), **options)


@pytest.mark.parametrize("limit", [3_000, 20_000, 40_000])
def test_a_limit_on_tokens_holds_with_many_on_their_way(limit):
    provider = Slow()
    asking = asker(provider, tokens=limit)
    with pytest.raises(BudgetReached, match="--budget-tokens"):
        list(ask_all(jobs(500), asking, Threads(32)))
    spent = asking.ledger.usage()
    assert spent.input_tokens + spent.output_tokens <= limit
    # What was set aside for those on their way is used in the end: no more than one request is left unasked for it.
    assert spent.input_tokens + spent.output_tokens > limit - 1_500
    assert provider.most > 1


def test_a_limit_on_money_holds_with_many_on_their_way():
    price = Price(3.0, 15.0, 0.3, 3.75, "made up")
    asking = asker(Slow(), usd=0.05, price=price)
    with pytest.raises(BudgetReached, match="--budget-usd"):
        list(ask_all(jobs(500), asking, Threads(32)))
    assert 0.04 < asking.ledger.usage().cost_usd <= 0.05


def test_refusals_for_the_rate_let_fewer_through_and_answers_more_again():
    provider = Slow(fail=[RateLimited("too often") for _ in range(4)])
    asking = asker(provider, workers=16)
    assert list(ask_all(jobs(60), asking, Threads(16))) == []
    assert provider.asked == 64
    assert asking.ledger.usage().output_tokens == 60 * 50
    assert asking.pace is not None
    assert 1 <= asking.pace._allowed <= 16


def test_one_that_fails_holds_no_other():
    provider = Slow(fail=[Unreachable("gone") for _ in range(3)])
    began = time.monotonic()
    asking = asker(provider, workers=4)
    assert list(ask_all(jobs(40), asking, Threads(4))) == []
    assert time.monotonic() - began < 5


def test_a_wait_of_an_hour_is_capped_seen_and_ended():
    pace = Pace(2, longest_wait_s=30)
    ended: list[type[BaseException]] = []

    def wait() -> None:
        try:
            pace.wait_after(RateLimited("too often", retry_after_s=3600), 1, time.monotonic())
        except Stopped:
            ended.append(Stopped)

    thread = threading.Thread(target=wait)
    thread.start()
    while not pace.note:
        time.sleep(0.01)
    assert pace.note.startswith(("waiting 30 s", "waiting 29 s"))
    pace.stop(0.1)
    thread.join(2)
    assert ended == [Stopped]


def test_what_is_on_its_way_at_an_end_arrives():
    provider = Slow(delay_s=0.2)
    asking = asker(provider, workers=4)
    walk = ask_all(
        iter(jobs(40)), asking, Threads(4), on_progress=lambda done: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        list(walk)
    stored = asking.ledger.usage().output_tokens // 50
    assert stored == provider.asked, "a reply that was paid for was not waited for"


def test_the_price_table_knows_the_models_of_today_and_says_who_says_so():
    price = known_price("anthropic", "claude-haiku-5-5")
    assert price is not None
    assert price.source.startswith("genai-prices")
    assert 0 < price.cached < price.input < price.written < price.output
    assert known_price("anthropic", "phi-4-of-my-own") is None
    assert price.cost(Usage(1_000_000, 0)) == pytest.approx(price.input)
    assert price.cost(Usage(1_000_000, 0, cached_tokens=1_000_000)) == pytest.approx(price.cached)
    assert price.halved().output == pytest.approx(price.output / 2)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [("", 0, 1), ("A tide is the rise of the sea.", 8, 12), ("1914", 2, 5), ("def height(port):\n    return 1", 9, 18)],
)
def test_tokens_are_estimated_on_the_high_side(text, least, most):
    assert least <= estimate_tokens(text) <= most


def test_where_nobody_answers_the_run_ends_soon():
    provider = Slow(fail=[Unreachable("gone") for _ in range(1000)])
    asking = asker(provider, workers=2, retries=1)
    failed = []
    with pytest.raises(Unreachable):
        failed.extend(ask_all(jobs(100), asking, Threads(2)))
    assert provider.asked < 30


def test_those_who_wait_for_a_request_that_failed_ask_one_after_another():
    provider = Slow(delay_s=0.02, fail=[ProviderError("no") for _ in range(6)])
    asking = asker(provider, workers=8, retries=0)
    (job,) = jobs(1)
    list(ask_all([job] * 24, asking, Threads(8)))
    assert provider.most == 1, "the same request was on its way twice at once"
    assert asking.ledger.usage().output_tokens == 50
    assert asking._asking == {}
