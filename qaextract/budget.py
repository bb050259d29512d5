"""A limit on tokens and money that holds however many requests are on their way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

from qaextract.errors import BudgetReached
from qaextract.model import Usage


@dataclass
class Budget:
    """What may be spent; before a request goes out, the most that it can cost is set aside.

    `spent` tells what all stored replies cost. A request that does not fit waits for those on their way, which
    rarely cost as much as was set aside for them; only with none of these is the budget reached.
    """

    spent: Callable[[], Usage]
    tokens: int | None = None
    usd: float | None = None
    _tokens_aside: int = 0
    _usd_aside: float = 0.0
    _on_their_way: int = 0
    _changed: Condition = field(default_factory=Condition)

    @contextmanager
    def set_aside(self, tokens: int, usd: float) -> Iterator[None]:
        """Holds this much back while a request is on its way; raises `BudgetReached` where it cannot be had."""
        with self._changed:
            while not self._fits(tokens, usd):
                if not self._on_their_way:
                    raise self._reached()
                self._changed.wait()
            self._tokens_aside += tokens
            self._usd_aside += usd
            self._on_their_way += 1
        try:
            yield
        finally:
            with self._changed:
                self._tokens_aside -= tokens
                self._usd_aside -= usd
                self._on_their_way -= 1
                self._changed.notify_all()

    def has_room(self, tokens: int, usd: float) -> bool:
        """Whether this much could be set aside now."""
        with self._changed:
            return self._fits(tokens, usd)

    def _fits(self, tokens: int, usd: float) -> bool:
        spent = self.spent()
        used = spent.input_tokens + spent.output_tokens + self._tokens_aside
        dollars = spent.cost_usd + self._usd_aside
        return (self.tokens is None or used + tokens <= self.tokens) and (self.usd is None or dollars + usd <= self.usd)

    def _reached(self) -> BudgetReached:
        spent = self.spent()
        used = spent.input_tokens + spent.output_tokens
        tokens = self.tokens is not None
        limit = f"{self.tokens} tokens" if tokens else f"{self.usd} USD"
        so_far = f"{used} used" if tokens else f"{spent.cost_usd:.4f} spent"
        option = "--budget-tokens" if tokens else "--budget-usd"
        return BudgetReached(
            f"the next request may pass the budget of {limit} ({so_far})",
            f"what was answered is kept: run the same command with a larger {option} to go on",
        )
