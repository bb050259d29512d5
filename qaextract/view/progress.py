"""A progress bar on anything longer than a second, on stderr and only for people."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: What lasts less than this shows no bar.
PATIENCE_S = 1.0
LABELS = {"parse": "Reading", "find": "Finding", "ask": "Asking", "check": "Checking"}


class Bar:
    """One bar, relabelled from stage to stage; nothing where stderr is not a terminal."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._stage = ""
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._note: Callable[[], str] = str

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._progress is not None:
            self._progress.stop()

    def watch(self, note: Callable[[], str]) -> None:
        """Show what `note` says beside the bar: money, and why nothing goes on just now."""
        self._note = note

    def who_confirms(self) -> Callable[[float], bool] | None:
        """How a person is asked for leave to spend; None where nobody is at the terminal."""
        return self._confirm if sys.stdin.isatty() and sys.stderr.isatty() else None

    def _confirm(self, usd: float) -> bool:
        if self._progress is not None:
            self._progress.stop()
        sys.stderr.write(f"This will cost about {usd:.2f} USD. Go on? [y/N] ")
        sys.stderr.flush()
        agreed = sys.stdin.readline().strip().lower() in ("y", "yes")
        if self._progress is not None:
            self._progress.start()
        return agreed

    def update(self, stage: str, done: int, total: int) -> None:
        """Say that `done` of `total` things of this stage are done."""
        if self._progress is None:
            if time.monotonic() - self._began < PATIENCE_S:
                return
            self._progress = self._start()
        if stage != self._stage:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(LABELS.get(stage, stage))
            self._stage = stage
        assert self._task is not None
        self._progress.update(self._task, completed=done, total=total)

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            ProgressColumn,
            Task,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.text import Text

        console = Console(stderr=True)

        class Note(ProgressColumn):
            """What is noted at the moment the bar is drawn: a wait counts down without any reply."""

            def render(_, task: Task) -> Text:  # noqa: N805 - the bar is `self` here
                return Text(self._note())

        columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), Note())
        progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        progress.start()
        return progress
