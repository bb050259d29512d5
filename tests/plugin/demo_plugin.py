"""A plugin package: one component for each extension point, offered by entry points alone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel

from qaextract.errors import Overloaded
from qaextract.model import (
    Ask,
    Block,
    Chunk,
    Context,
    Document,
    Draft,
    Outcome,
    Part,
    QAPair,
    Reply,
    Request,
    Source,
    Span,
    Usage,
    Verdict,
)

ENTRY_POINTS = """\
[qaextract.parsers]
demo_text = demo_plugin:DemoText
[qaextract.chunkers]
demo_lines = demo_plugin:DemoLines
[qaextract.recipes]
demo_found = demo_plugin:DemoFound
demo_asked = demo_plugin:DemoAsked
demo_prompt = demo_plugin:DemoPrompt
[qaextract.providers]
demo_echo = demo_plugin:DemoEcho
[qaextract.validators]
demo_polite = demo_plugin:DemoPolite
[qaextract.exporters]
demo_list = demo_plugin:DemoList
[qaextract.executors]
demo_backwards = demo_plugin:DemoBackwards
"""


def offer(folder: Path) -> None:
    """Make `folder` hold what an installed package of this module would: its metadata with the entry points."""
    info = folder / "demo_plugin-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: demo-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)


@dataclass(frozen=True)
class DemoText:
    """Read files named `.demo`: one paragraph a line."""

    priority: ClassVar[int] = 10

    def accepts(self, source: Source) -> bool:
        return source.path.suffix == ".demo"

    def parse(self, source: Source) -> Document:
        text = source.path.read_text(encoding="utf-8")
        blocks, start = [], 0
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            blocks.append(Block("paragraph", Span(start, start + len(line.rstrip("\n"))), line=number))
            start += len(line)
        return Document(source.document_id, source.uri, source.path.stem, text, tuple(blocks), parser="demo_text 1.0")


@dataclass(frozen=True)
class DemoLines:
    """One chunk a line."""

    def chunk(self, document: Document) -> Iterator[Chunk]:
        for block in document.blocks:
            end = min(block.span.end + 1, len(document.text))
            span = Span(block.span.start, end)
            yield Chunk(document.id, span, span.of(document.text), (document.title, f"line {block.line}"))


@dataclass(frozen=True)
class DemoFound:
    """Find `X is Y.` and ask what X is."""

    draft: ClassVar[type[Draft]] = Draft
    default: ClassVar[bool] = False
    quota: int = 3

    def accepts(self, chunk: Chunk) -> bool:
        return " is " in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[Draft]:
        sentence = chunk.text.strip()
        subject = sentence.split(" is ")[0]
        yield Draft(question=f"What is {subject}?", answer=sentence, quotes=(sentence,))


class Topic(BaseModel):
    """What the first stage asks for."""

    topic: str


class Step(BaseModel):
    """A step with a quote of its own."""

    quotes: tuple[str, ...]


class Reasoned(Draft):
    """A draft with a field of its own, and quotes nested in its steps."""

    topic: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class DemoAsked:
    """Ask in two stages: for the topic, then for a question about it."""

    draft: ClassVar[type[Draft]] = Reasoned
    default: ClassVar[bool] = False

    def accepts(self, chunk: Chunk) -> bool:
        return bool(chunk.text.strip())

    def extract(self, unit: Chunk, context: Context) -> Generator[Ask, Any, Iterable[Draft]]:
        passage = Part("user", unit.text, shared=True)
        topic = yield Ask("topic", (passage, Part("user", "Name the topic.")), Topic)
        if topic is None:
            return []
        draft = yield Ask("question", (passage, Part("user", f"Ask about {topic.topic}.")), Reasoned)
        return [] if draft is None else [draft]


@dataclass(frozen=True)
class DemoPrompt:
    """Ask by a prompt alone."""

    draft: ClassVar[type[Draft]] = Draft
    default: ClassVar[bool] = False
    prompt: ClassVar[str] = "Ask what the passage tells."

    def accepts(self, chunk: Chunk) -> bool:
        return bool(chunk.text.strip())


CALLS = threading.Lock()


@dataclass(frozen=True)
class DemoEcho:
    """Answer from the passage itself. `name`: `ok`, or `fail-WORD` to fail where the passage holds the word.

    Every call adds a line to the file named by `calls`, so that a test counts what was paid.
    """

    name: str
    calls: str = ""
    delay_s: float = 0.0

    def ask(self, request: Request) -> Reply:
        time.sleep(self.delay_s)
        with CALLS, Path(self.calls or "/dev/null").open("a", encoding="utf-8") as file:
            file.write(request.key + "\n")
        passage = request.parts[0].text.strip()
        if self.name.startswith("fail-") and self.name.removeprefix("fail-") in passage:
            raise Overloaded("the demo model is overloaded", "run the same command again")
        first = passage.split()[0]
        parsed: dict[str, Any] = {"topic": first}
        if "steps" in json.dumps(request.schema):
            parsed |= {"question": f"What is known of {first} at sea?", "answer": passage, "quotes": [passage]}
            parsed |= {"steps": [{"quotes": [first]}]}
        usage = Usage(input_tokens=10, output_tokens=5, cost_usd=0.01, seconds=0.5)
        return Reply(request.key, parsed, usage=usage, model=self.name, stop_reason="end_turn")


@dataclass(frozen=True)
class DemoPolite:
    """Reject pairs that hold the word set as `rude`."""

    tier: ClassVar[int] = 0
    rude: str = "dratted"

    def check(self, pair: QAPair, context: Context) -> Verdict:
        ok = self.rude not in pair.answer
        return Verdict("demo_polite", ok, "ok" if ok else "rude", "" if ok else f"says {self.rude!r}")


@dataclass(frozen=True)
class DemoList:
    """Write the questions, one a line."""

    def write(self, outcomes: Iterable[Outcome], folder: Path) -> list[Path]:
        path = folder / "questions.txt"
        path.write_text("".join(f"{o.question}\n" for o in outcomes if isinstance(o, QAPair)), encoding="utf-8")
        return [path]


@dataclass(frozen=True)
class DemoBackwards:
    """Do the last item first."""

    workers: int = 1
    seen: list[str] = field(default_factory=list, init=False)

    def map(self, work: Any, items: Iterable[Any]) -> Iterator[Any]:
        for item in reversed(list(items)):
            yield work(item)
