"""How fast to ask: fewer at once where the service says that it is too much, and waits that can be seen and ended."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition

from qaextract.errors import Overloaded, ProviderError, QAExtractError, RateLimited


class Stopped(QAExtractError):
    """The run is ending; nothing more is asked."""

    code = "stopped"


@dataclass
class Pace:
    """Turns to ask, at most `workers` at once.

    Additive increase, multiplicative decrease: a refusal for the rate halves how many are on their way at once,
    every answer lets a little more through again. No wait is longer than `longest_wait_s`, whatever the service asks.
    """

    workers: int
    longest_wait_s: float = 60.0
    first_wait_s: float = 0.5
    _allowed: float = 0.0
    _busy: int = 0
    _not_before: float = 0.0
    _cut_at: float = 0.0
    _reason: str = ""
    _stopped: bool = False
    _changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        self._allowed = float(self.workers)

    @contextmanager
    def turn(self) -> Iterator[float]:
        """Waits for a turn and holds it; gives the time it began. Raises `Stopped` where the run is ending."""
        with self._changed:
            while not self._stopped and (self._busy >= int(self._allowed) or self._not_before > time.monotonic()):
                left = self._not_before - time.monotonic()
                self._changed.wait(left if left > 0 else None)
            if self._stopped:
                raise Stopped("the run is ending")
            self._busy += 1
        try:
            yield time.monotonic()
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def went_well(self, pause_s: float = 0.0) -> None:
        """An answer came; `pause_s` is how long the service wants no further request, by its rate headers."""
        if self._allowed >= self.workers and not pause_s:
            return
        with self._changed:
            self._allowed = min(float(self.workers), self._allowed + 1 / self._allowed)
            if pause_s > 0:
                self._hold_all(pause_s, "the rate limit is used up")
            self._changed.notify_all()

    def wait_after(self, error: ProviderError, attempt: int, began: float) -> None:
        """Waits before the next attempt; holds the others too where the service says that it is too much."""
        asked = error.retry_after_s
        grown = self.first_wait_s * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
        wait_s = min(self.longest_wait_s, grown if asked is None else asked * random.uniform(1.0, 1.1))
        with self._changed:
            if isinstance(error, RateLimited | Overloaded):
                if began > self._cut_at:  # those on their way at once are refused for one reason
                    self._cut_at = time.monotonic()
                    self._allowed = max(1.0, self._allowed / 2)
                if asked is not None:
                    self._hold_all(wait_s, error.code.replace("_", " "))
            until = time.monotonic() + wait_s
            while not self._stopped and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
        if self._stopped:
            raise Stopped("the run is ending")

    def _hold_all(self, wait_s: float, reason: str) -> None:
        until = time.monotonic() + min(wait_s, self.longest_wait_s)
        if until > self._not_before:
            self._not_before, self._reason = until, reason

    @property
    def note(self) -> str:
        """Why nothing is asked just now, for the progress line; empty where there is no wait."""
        left = self._not_before - time.monotonic()
        return f"waiting {left:.0f} s: {self._reason}" if left > 1 else ""

    def stop(self, patience_s: float) -> None:
        """Give no more turns, and let what is on its way arrive: it is paid for."""
        until = time.monotonic() + patience_s
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            while self._busy and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
