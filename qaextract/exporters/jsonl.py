"""The kept pairs, as `pairs.jsonl` of a run has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qaextract.exporters._json_lines import write_json_lines
from qaextract.lines import outcome_to_line
from qaextract.model import Outcome, QAPair
from qaextract.points import exporters


@exporters.register("jsonl")
@dataclass(frozen=True)
class JsonLines:
    """`pairs.jsonl`: one JSON object a line for each pair, with its evidence and checks. Rejections are left out."""

    def write(self, outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
        """Write `pairs.jsonl` into the folder."""
        lines = (outcome_to_line(outcome) for outcome in outcomes if isinstance(outcome, QAPair))
        return [write_json_lines(folder / "pairs.jsonl", lines)]
