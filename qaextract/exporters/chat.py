"""The kept pairs as conversations of two turns, for fine-tuning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qaextract.exporters._json_lines import write_json_lines
from qaextract.model import Json, Outcome, QAPair
from qaextract.points import exporters


@exporters.register("chat")
@dataclass(frozen=True)
class Chat:
    """`chat.jsonl`: the question as the user's message, the answer as the assistant's, and where it comes from.

    `metadata` holds the id and the kind of the pair, its source, and the pages and quotes of its evidence. Rejections
    are left out.
    """

    def write(self, outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
        """Write `chat.jsonl` into the folder."""
        lines = (_conversation(outcome) for outcome in outcomes if isinstance(outcome, QAPair))
        return [write_json_lines(folder / "chat.jsonl", lines)]


def _conversation(pair: QAPair) -> Json:
    return {
        "messages": [
            {"role": "user", "content": pair.question},
            {"role": "assistant", "content": pair.answer},
        ],
        "metadata": {
            "id": pair.id,
            "kind": pair.kind,
            "source": {"uri": pair.document.uri, "title": pair.document.title},
            "pages": sorted({page for evidence in pair.evidence for page in evidence.pages}),
            "quotes": [evidence.quote for evidence in pair.evidence],
        },
    }
