"""Several items at once, in threads: for work that waits, as asking a service does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Generic, TypeVar

from qaextract.errors import SettingsError
from qaextract.points import executors

T = TypeVar("T")
R = TypeVar("R")


@executors.register("threads")
@dataclass(frozen=True)
class Threads:
    """Work on `workers` items at once.

    Results come as they are ready, in any order. At most twice `workers` items are taken ahead of the results, so
    that an endless iterator is fine. When an item raises, or the caller stops or is interrupted, what has not begun
    never begins, and what runs is not waited for: its threads are daemons, and their results are dropped.
    """

    workers: int = 8

    def __post_init__(self) -> None:
        if self.workers < 1:
            raise SettingsError(f"workers = {self.workers}: nothing would be worked on", "set it to 1 or more")

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """`work` of every item, as each is done; the first exception of an item is raised here."""
        crew: _Crew[T, R] = _Crew(work)
        waiting = iter(items)
        try:
            for item in islice(waiting, 2 * self.workers):
                crew.give(item, self.workers)
            while crew.in_flight:
                result = crew.take()
                for item in islice(waiting, 1):
                    crew.give(item, self.workers)
                yield result
        finally:
            crew.dismiss()


@dataclass
class _Done(Generic[R]):
    """What became of one item: a value, or the exception to raise."""

    value: R | None = None
    error: BaseException | None = None


@dataclass
class _Crew(Generic[T, R]):
    """Daemon threads that take items from one queue and put results into another.

    `concurrent.futures` is not used because the interpreter waits for its threads at exit: an interrupt would hang
    until the last request has been answered.
    """

    work: Callable[[T], R]
    in_flight: int = 0
    _threads: int = 0
    _stopped: Event = field(default_factory=Event)
    _items: SimpleQueue[tuple[T] | None] = field(default_factory=SimpleQueue)
    _results: SimpleQueue[_Done[R]] = field(default_factory=SimpleQueue)

    def give(self, item: T, workers: int) -> None:
        """Queue an item; another thread starts while there are fewer than `workers`."""
        self.in_flight += 1
        self._items.put((item,))
        if self._threads < workers:
            self._threads += 1
            Thread(target=self._run, name=f"qaextract-{self._threads}", daemon=True).start()

    def take(self) -> R:
        """The next result; raises what its item raised."""
        done = self._results.get()
        self.in_flight -= 1
        if done.error is not None:
            raise done.error
        return done.value  # type: ignore[return-value]  # None only where `work` returned None

    def dismiss(self) -> None:
        """Forget what has not begun, and let every thread end after what it is at."""
        self._stopped.set()
        while True:
            try:
                self._items.get_nowait()
            except Empty:
                break
        for _ in range(self._threads):
            self._items.put(None)

    def _run(self) -> None:
        while (given := self._items.get()) is not None and not self._stopped.is_set():
            self._results.put(self._attempt(given[0]))

    def _attempt(self, item: T) -> _Done[R]:
        try:
            return _Done(value=self.work(item))
        except BaseException as error:  # noqa: BLE001  # carried to the caller's thread and raised there
            return _Done(error=error)
