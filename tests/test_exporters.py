"""Exported files: one line a kept pair, nothing lost, nothing half written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qaextract.exporters.chat import Chat
from qaextract.exporters.jsonl import JsonLines
from qaextract.lines import outcome_from_line
from qaextract.model import BBox, DocumentRef, Draft, Evidence, Outcome, PageBox, QAPair, Rejection, Span, Verdict
from qaextract.points import Exporter, exporters

DOCUMENT = DocumentRef("0123456789abcdef", "book.pdf", "Über den Tee")
VERDICT = Verdict("length", False, "too_long", "too long", 0.5)


class Listed(Draft):
    """A draft with a field of its own."""

    members: tuple[str, ...] = ()


def pair(answer: str = "100 °C", page: int = 3) -> QAPair:
    draft = Listed(question="At what temperature does water boil?", answer=answer, quotes=("100 °C",), members=("x",))
    evidence = Evidence("100 °C", Span(7, 13), (page,), (PageBox(page, BBox(1, 2, 3, 4)),))
    return QAPair("quantity", draft, (evidence,), DOCUMENT, "0123456789abcdef:0-40", ("Heat",), None)


def outcomes() -> list[Outcome]:
    rejected = Rejection("quantity", Draft(question="q", answer="a"), VERDICT, DOCUMENT)
    return [pair(), rejected, pair("212 °F\nor so", 5)]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_jsonl_is_the_run_folders_line(tmp_path: Path) -> None:
    [path] = JsonLines().write(outcomes(), tmp_path)
    assert path == tmp_path / "pairs.jsonl"
    lines = read(path)
    assert [outcome_from_line(line, Listed) for line in lines] == [pair(), pair("212 °F\nor so", 5)]
    assert list(lines[0])[:4] == ["id", "kind", "question", "answer"]
    assert "°C" in path.read_text(encoding="utf-8")


def test_chat_is_two_turns_and_where_they_come_from(tmp_path: Path) -> None:
    [path] = Chat().write(outcomes(), tmp_path)
    assert path == tmp_path / "chat.jsonl"
    assert read(path)[0] == {
        "messages": [
            {"role": "user", "content": "At what temperature does water boil?"},
            {"role": "assistant", "content": "100 °C"},
        ],
        "metadata": {
            "id": pair().id,
            "kind": "quantity",
            "source": {"uri": "book.pdf", "title": "Über den Tee"},
            "pages": [3],
            "quotes": ["100 °C"],
        },
    }


@pytest.mark.parametrize("exporter", [JsonLines(), Chat()])
class TestEvery:
    def test_rejections_are_left_out(self, tmp_path: Path, exporter: Exporter) -> None:
        [path] = exporter.write(outcomes(), tmp_path)
        assert len(read(path)) == 2

    def test_no_outcomes_make_an_empty_file(self, tmp_path: Path, exporter: Exporter) -> None:
        [path] = exporter.write([], tmp_path / "new" / "folder")
        assert path.read_bytes() == b""

    def test_an_interrupted_export_leaves_the_old_file(self, tmp_path: Path, exporter: Exporter) -> None:
        def interrupted() -> Iterator[Outcome]:
            yield pair()
            raise KeyboardInterrupt

        [path] = exporter.write(outcomes(), tmp_path)
        before = path.read_bytes()
        with pytest.raises(KeyboardInterrupt):
            exporter.write(interrupted(), tmp_path)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_twice_gives_the_same_bytes(self, tmp_path: Path, exporter: Exporter) -> None:
        first = exporter.write(outcomes(), tmp_path / "a")[0].read_bytes()
        assert exporter.write(iter(outcomes()), tmp_path / "b")[0].read_bytes() == first


def test_registered() -> None:
    assert {"chat", "jsonl"} <= set(exporters.names())
