"""Asking: through the ledger, round by round; a paid reply is not lost, and none is asked for twice."""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import pytest
from pydantic import BaseModel

import qaextract
from qaextract import points
from qaextract.asking import Asker, Job, advance, ask_all, estimate
from qaextract.errors import QAExtractError
from qaextract.executors.serial import Serial
from qaextract.model import Ask, Block, Chunk, Context, Document, Draft, Part, Reply, Request, Span, Usage
from qaextract.run import Ledger

TEXT = "The moon is a satellite.\nA tide is the rise of the sea.\n"


class Question(BaseModel):
    question: str


@dataclass(frozen=True)
class WholeDocument:
    """Ask one thing of the whole document."""

    draft: ClassVar[type[Draft]] = Draft
    unit: ClassVar[str] = "document"

    def accepts(self, chunk: Chunk) -> bool:
        return False

    def extract(self, unit: Document, context: Context):
        assert isinstance(unit, Document)
        draft = yield Ask("whole", (Part("user", unit.text), Part("user", "One question.")), Draft)
        return [] if draft is None else [draft]


@dataclass(frozen=True)
class WholeCorpus:
    """Ask one thing of all documents together."""

    draft: ClassVar[type[Draft]] = Draft
    unit: ClassVar[str] = "corpus"

    def accepts(self, chunk: Chunk) -> bool:
        return False

    def extract(self, unit: list[Document], context: Context):
        text = "\n".join(document.text for document in unit)
        draft = yield Ask("corpus", (Part("user", text), Part("user", "One question over all.")), Draft)
        return [] if draft is None else [draft]


@dataclass(frozen=True)
class PromptAlone:
    """A recipe with a prompt and nothing else."""

    draft: ClassVar[type[Draft]] = Draft
    prompt: ClassVar[str] = "Ask one question about the passage."

    def accepts(self, chunk: Chunk) -> bool:
        return "tide" in chunk.text


@dataclass(frozen=True)
class Scripted:
    """Answer with the first sentence of what is asked about, or as `name` says."""

    name: str

    def ask(self, request: Request) -> Reply:
        if self.name == "none":
            return Reply(request.key, None, usage=Usage(1, 1))
        if self.name == "refusal":
            return Reply(request.key, None, refusal="I would rather not.", usage=Usage(1, 1))
        if self.name == "shapeless":
            return Reply(request.key, {"unexpected": 1}, usage=Usage(1, 1))
        passage = next(part for part in request.parts if part.role == "user").text
        sentence = passage.replace("\n</passage>", "").strip().splitlines()[-1]
        pair = {"question": f"What is said of {sentence.split()[1]}s?", "answer": sentence, "quotes": [sentence]}
        parsed = {"pairs": [pair]} if "pairs" in request.schema["properties"] else pair
        return Reply(request.key, parsed, usage=Usage(1, 1), model=self.name)


@pytest.fixture
def scripted(workdir, monkeypatch):
    (workdir / "sea.txt").write_text(TEXT)
    (workdir / "air.txt").write_text("The wind is moving air.\n")
    added = {
        "recipes": {"whole": WholeDocument, "corpus": WholeCorpus, "alone": PromptAlone},
        "providers": {"scripted": Scripted},
    }
    for plural, classes in added.items():
        points.REGISTRIES[plural].names()
        for name, cls in classes.items():
            monkeypatch.setitem(points.REGISTRIES[plural]._classes, name, cls)
    return workdir


def test_a_recipe_may_ask_of_the_whole_document(scripted):
    run = qaextract.document("sea.txt", "air.txt", recipe=["whole"], model="scripted:a")
    assert [(p.document.uri, p.chunk_id) for p in run.pairs] == [("sea.txt", None), ("air.txt", None)]
    counts = run.report["counts"]
    assert counts["drafts"] == counts["kept"] + counts["rejected"] == 2
    assert counts["chunks"] == counts["asked"] + counts["failed"] + counts["skipped"]


def test_a_recipe_may_ask_of_all_documents_once(scripted):
    run = qaextract.document("sea.txt", "air.txt", recipe=["corpus"], model="scripted:a")
    assert run.report["counts"]["drafts"] == 1
    assert run.report["tokens"]["input"] == 1


def test_a_prompt_is_all_a_recipe_needs(scripted):
    run = qaextract.document("sea.txt", recipe=["alone"], model="scripted:a")
    assert [p.answer for p in run.pairs] == ["A tide is the rise of the sea."]
    assert run.pairs[0].model == "scripted:a"


@pytest.mark.parametrize(("name", "code"), [("none", None), ("refusal", "refused"), ("shapeless", "bad_reply")])
def test_no_pair_a_refusal_and_a_bad_shape_are_final(scripted, name, code):
    run = qaextract.document("sea.txt", recipe=["alone"], model=f"scripted:{name}")
    assert run.report["counts"]["drafts"] == 0
    assert run.report["counts"]["failed" if code else "asked"] == 1
    assert run.report["pending_requests"] == 0
    assert [failure.code for failure in run.failures] == [code] * bool(code)
    again = qaextract.document("sea.txt", recipe=["alone"], model=f"scripted:{name}")
    assert again.worked is False


def test_without_a_model_nothing_is_asked(scripted):
    run = qaextract.document("sea.txt", recipe=["alone"])
    assert run.report["counts"]["skipped"] == run.report["counts"]["chunks"] == 1
    assert run.report["skipped"] == {"not_accepted": 1}


def job(text, recipe):
    document = Document("0" * 16, "x", "x", text, (Block("paragraph", Span(0, len(text))),))
    chunk = Chunk(document.id, Span(0, len(text)), text)
    return Job("alone", recipe, chunk, Context(document, chunk))


def test_identical_requests_are_asked_once(tmp_path):
    class Counting(Scripted):
        asked: ClassVar[list[str]] = []

        def ask(self, request):
            self.asked.append(request.key)
            return super().ask(request)

    ledger = Ledger(tmp_path / "ledger.sqlite")
    asker = Asker(ledger, Counting("a"), "counting")
    jobs = [job("A tide rises here.", PromptAlone()) for _ in range(5)]
    assert list(ask_all(jobs, asker, Serial())) == []
    assert len(Counting.asked) == 1
    assert all(isinstance(advance(j, asker), Iterable) for j in jobs)
    ledger.close()


def test_a_request_s_key_holds_all_that_decides_the_reply():
    base = {"provider": "p", "model": "m", "parts": (Part("user", "x"),), "sample": 0}
    base |= {"schema": {"a": 1}, "parameters": {"t": 1}}
    others = [
        {"provider": "q"},
        {"model": "n"},
        {"parts": (Part("user", "y"),)},
        {"schema": {"a": 2}},
        {"parameters": {"t": 2}},
        {"sample": 1},
    ]
    keys = {Request(**base).key, *(Request(**base | other).key for other in others)}
    assert len(keys) == 1 + len(others)
    assert Request(**base).key == Request(**base).key
    assert estimate(Request(**base | {"parameters": {"max_tokens": 100}}))[1] == 100


def test_replies_survive_in_the_ledger_and_usage_adds_up(tmp_path):
    request = Request("p", "m", (Part("user", "ein Wort: Größe"),))
    reply = Reply(request.key, {"a": ["b"]}, usage=Usage(3, 4, 1, 0.5, 2.0), model="m", stop_reason="end_turn")
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger.put(request, reply)
    ledger.close()
    again = Ledger(tmp_path / "ledger.sqlite")
    assert again.get(request.key) == reply
    assert again.get("other") is None
    assert again.usage() == reply.usage
    again.close()


def test_a_second_writer_is_refused(tmp_path):
    first = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(QAExtractError, match="another process"):
        Ledger(tmp_path / "ledger.sqlite")
    first.close()


def test_a_damaged_ledger_is_named(tmp_path):
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(QAExtractError, match=r"damaged.*--fresh"):
        Ledger(tmp_path / "ledger.sqlite")


def test_killed_while_asking_no_reply_is_lost_or_paid_twice(qaextract_command, plugin_path):
    folder = qaextract_command.folder
    (folder / "sea.demo").write_text("".join(f"Buoy {n} is a mark in the fairway.\n" for n in range(60)))
    (folder / "qaextract.toml").write_text('chunker = "demo_lines"\nworkers = 2\n')
    environ = {"PYTHONPATH": plugin_path, "QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS": str(folder / "calls")}
    environ["QAEXTRACT_PROVIDERS_DEMO_ECHO_DELAY_S"] = "0.02"
    options = ("document", "sea.demo", "--recipe", "demo_asked", "--model", "demo_echo:ok", "--out", "out")
    for delay_s in (0.9, 1.2, 1.5):
        process = qaextract_command.start(*options, **environ)
        time.sleep(delay_s)
        process.kill()
        process.communicate()
    assert qaextract_command(*options, **environ).returncode == 0
    paid = (folder / "calls").read_text().split()
    with sqlite3.connect(folder / "out/ledger.sqlite") as db:
        stored = {key for (key,) in db.execute("SELECT key FROM replies")}
    db.close()
    assert set(paid) == stored
    assert len(stored) == 120
    # At a kill the replies on their way, at most one for each worker, were paid for and did not arrive.
    assert len(paid) - len(stored) <= 3 * 2
