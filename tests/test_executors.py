"""Work is done once, results come as they are ready, and nothing begins after a stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qaextract.errors import SettingsError
from qaextract.executors.serial import Serial
from qaextract.executors.threads import Threads
from qaextract.points import Executor, executors

EVERY = [Serial(), Threads(1), Threads(4)]


def reciprocal(number: int) -> float:
    return 1 / number


@pytest.mark.parametrize("executor", EVERY)
class TestEvery:
    @settings(deadline=None, max_examples=30)
    @given(numbers=st.lists(st.integers(), max_size=40))
    def test_every_item_has_one_result(self, executor: Executor, numbers: list[int]) -> None:
        assert sorted(executor.map(lambda number: number + 1, numbers)) == sorted(number + 1 for number in numbers)

    def test_none_is_a_result(self, executor: Executor) -> None:
        assert list(executor.map(lambda _: None, range(3))) == [None] * 3

    def test_the_exception_of_an_item_is_raised(self, executor: Executor) -> None:
        with pytest.raises(ZeroDivisionError):
            list(executor.map(reciprocal, [1, 2, 0, 4]))

    def test_an_exception_of_the_items_is_raised(self, executor: Executor) -> None:
        def items() -> Iterator[int]:
            yield 1
            raise LookupError

        with pytest.raises(LookupError):
            list(executor.map(reciprocal, items()))

    def test_items_are_not_taken_far_ahead(self, executor: Executor) -> None:
        taken = []

        def items() -> Iterator[int]:
            for number in count():
                taken.append(number)
                yield number

        assert len(list(islice(executor.map(str, items()), 10))) == 10
        assert len(taken) <= 10 + 2 * executor.workers + 1

    def test_after_the_first_failure_nothing_begins(self, executor: Executor) -> None:
        begun = []

        def work(number: int) -> None:
            begun.append(number)
            time.sleep(0.01)
            raise ValueError(number)

        with pytest.raises(ValueError, match=r"^\d+$"):
            list(executor.map(work, range(100)))
        time.sleep(0.05)
        assert len(begun) <= 2 * executor.workers

    def test_a_caller_that_leaves_ends_the_work(self, executor: Executor) -> None:
        begun = []
        results = executor.map(begun.append, range(100))
        next(results)
        results.close()  # type: ignore[attr-defined]
        seen = len(begun)
        time.sleep(0.05)
        assert len(begun) <= seen + executor.workers


def test_threads_run_at_once() -> None:
    together = threading.Barrier(4, timeout=5)
    assert len(list(Threads(4).map(lambda _: together.wait(), range(8)))) == 8


def test_results_come_as_they_are_ready() -> None:
    late = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            late.wait(5)
        return number

    results = Threads(2).map(work, range(4))
    first = [next(results) for _ in range(3)]
    late.set()
    assert sorted(first) == [1, 2, 3]
    assert list(results) == [0]


def test_threads_end_with_the_work() -> None:
    list(Threads(3).map(str, range(9)))
    deadline = time.monotonic() + 5
    while any(thread.name.startswith("qaextract-") for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_at_least_one_worker() -> None:
    with pytest.raises(SettingsError, match="workers = 0"):
        Threads(0)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_does_not_wait_for_what_runs() -> None:
    program = """
        import sys, time
        from qaextract.executors.threads import Threads
        def work(number):
            print(number, flush=True)
            time.sleep(30)
        try:
            list(Threads(2).map(work, range(100)))
        except KeyboardInterrupt:
            sys.exit(130)
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 130
    assert time.monotonic() - started < 5


def test_registered() -> None:
    assert {"serial", "threads"} <= set(executors.names())
