"""Reject drafts that contradict themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from qaextract.model import Context, QAPair, Verdict
from qaextract.points import validators


@validators.register("consistent")
@dataclass(frozen=True)
class Consistent:
    """What a draft says of itself holds: its calculations come out, its values are given, its names are quoted.

    A kind of draft that can be held against itself has a method `fault`, which tells (code, message), or None.
    """

    tier: ClassVar[int] = 0

    def check(self, pair: QAPair, context: Context) -> Verdict:
        """The code of the draft's fault, or `ok`."""
        fault = getattr(pair.draft, "fault", None)
        if callable(fault) and (found := fault()) is not None:
            code, message = found
            return Verdict("consistent", False, code, message, 0.0)
        return Verdict("consistent", True, "ok", "", 1.0)
