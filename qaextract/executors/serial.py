"""One item after the other, in the caller's thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from qaextract.points import executors

T = TypeVar("T")
R = TypeVar("R")


@executors.register("serial")
@dataclass(frozen=True)
class Serial:
    """Work on one item after the other. There is one worker, whatever `workers` says."""

    workers: int = 1

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`work` of every item, in order."""
        for item in items:
            yield work(item)
