"""The recipes that ask: their schemas, their shared prefix, and what becomes of good and of bad replies.

`asked_drafts.json` holds drafts as a good model would write them of the documents in corpora/, by kind.
"""

import copy
import json
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import pytest
from anthropic import transform_schema
from pydantic import ValidationError

import qaextract
from qaextract import assembly, points
from qaextract.api import settings as load_settings
from qaextract.asking import Asker, Job, advance
from qaextract.checking import Checks
from qaextract.model import Ask, Block, Chunk, Context, Document, QAPair, Reply, Request, Span, Usage
from qaextract.prompt import is_code, parts_of
from qaextract.recipes._arithmetic import agrees, computed, sides
from qaextract.run import Ledger
from qaextract.sources import find_sources

from .conftest import CORPORA
from .messages_server import bad_schema

KINDS = ("factual", "deduction_chain", "multiple_choice", "worked_problem", "code_use")
ASKING = (*KINDS, "definition")
DRAFTS = json.loads((Path(__file__).parent / "asked_drafts.json").read_text(encoding="utf-8"))


def solid(text):
    return "".join(text.split())


def quotes_of(draft):
    parts = [
        *draft.get("premises", ()),
        *draft.get("steps", ()),
        *([draft["conclusion"]] if "conclusion" in draft else ()),
    ]
    return [*draft.get("quotes", ()), *(quote for part in parts for quote in part.get("quotes", ()))]


def sent(draft):
    """What the model writes of a draft."""
    return {name: value for name, value in draft.items() if name != "document"}


@dataclass(frozen=True)
class Reader:
    """Answer each request with the good drafts of its kind whose quotes stand in the passage, or with none."""

    name: str
    asked: ClassVar[list[Request]] = []

    def ask(self, request: Request) -> Reply:
        self.asked.append(request)
        parsed = {"pairs": []} if "pairs" in request.schema["properties"] else {"chains": []}
        if self.name == "good":
            parsed = self.reply(request)
        return Reply(request.key, parsed, usage=Usage(1, 1), model=self.name)

    def reply(self, request):
        passage, task = solid(request.parts[1].text), request.parts[2].text
        if "turn this chain" in task:
            draft = next(d for d in DRAFTS["deduction_chain"] if f"Conclusion: {d['conclusion']['says']}" in task)
            return {"pairs": [{"question": draft["question"], "answer": draft["answer"]}]}
        kind = next(
            kind for kind in ASKING if getattr(points.recipes.get(kind), "prompt", "Task: find chains")[:25] in task
        )
        here = [sent(d) for d in DRAFTS[kind] if all(solid(quote) in passage for quote in quotes_of(d))]
        if kind != "deduction_chain":
            return {"pairs": here}
        return {"chains": [{name: d[name] for name in ("premises", "steps", "conclusion")} for d in here]}


@pytest.fixture
def reader(workdir, monkeypatch):
    points.providers.names()
    monkeypatch.setitem(points.providers._classes, "reader", Reader)
    monkeypatch.setattr(Reader, "asked", [])
    # A chunk of these dense documents holds more good drafts than are asked for in one.
    (workdir / "qaextract.toml").write_text("[recipes.deduction_chain]\nmost = 4\n")
    return workdir


@lru_cache
def document_of(name):
    settings = load_settings()
    document = assembly.parse_with(settings)(find_sources([CORPORA / name], "document").sources[0])
    return document, tuple(assembly.chunk_with(settings)(document).chunk(document))


def context_of(draft):
    """Where a draft belongs: its document, and the chunk of its first quote."""
    document, chunks = document_of(draft["document"])
    chunk = next(chunk for chunk in chunks if solid(quotes_of(draft)[0]) in solid(chunk.text))
    return Context(document, chunk, {}, "code" if is_code(document) else "en")


def checked(kind, draft, context=None):
    """The outcome of a draft under all validators."""
    settings = load_settings()
    checks = Checks(assembly.build_validators(settings), {kind: points.recipes.get(kind)()})
    cls = points.recipes.get(kind).draft
    fields = {"quotes": quotes_of(draft)} | sent(draft)
    return checks.check_draft(kind, cls.model_validate(fields), context or context_of(draft))


def a_draft(kind, n=0):
    return copy.deepcopy(DRAFTS[kind][n])


def first_ask(kind, context):
    recipe = points.recipes.get(kind)()
    if hasattr(recipe, "extract"):
        return next(recipe.extract(context.chunk, context))
    parts, schema = parts_of(recipe, context)
    return Ask("ask", parts, schema)


# --- what is sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ASKING)
def test_the_schema_is_one_that_services_take(kind):
    context = context_of(a_draft(kind))
    schemas = [points.recipes.get(kind).draft.model_json_schema(), first_ask(kind, context).schema.model_json_schema()]
    for schema in schemas:
        assert bad_schema(transform_schema(schema)) == ""
    inner = json.dumps(transform_schema(schemas[1]))
    assert not any(f'"{word}":' in inner for word in ("page", "start", "end", "id", "offset", "chunk_id", "line"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "deduction_chain"])
def test_a_model_copies_the_quotes_before_it_writes_the_question(kind):
    context = context_of(a_draft(kind))
    schema = transform_schema(first_ask(kind, context).schema.model_json_schema())
    draft = schema["$defs"][points.recipes.get(kind).draft.__name__]
    assert next(iter(draft["properties"])) == draft["required"][0] == "quotes"
    assert draft["properties"].keys() == set(draft["required"])
    assert all(one.get("description") or "$ref" in one for one in draft["properties"].values())


def test_all_recipes_of_a_chunk_share_their_beginning():
    for kind in ("factual", "code_use"):
        context = context_of(a_draft(kind))
        asks = [first_ask(one, context) for one in ASKING]
        shared = [tuple(part for part in ask.parts if part.shared) for ask in asks]
        assert len(set(shared)) == 1
        assert len({ask.parts[-1].text for ask in asks}) == len(asks)
        assert all(ask.parts[: len(begun)] == begun for ask, begun in zip(asks, shared, strict=True))


def test_later_stages_share_the_beginning_too(reader):
    qaextract.document(CORPORA / "tides.pdf", recipe=["deduction_chain"], model="reader:good")
    by_passage = {}
    for request in Reader.asked:
        by_passage.setdefault(request.parts[1].text, []).append(request)
    several = [requests for requests in by_passage.values() if len(requests) > 1]
    assert several
    assert all(len({request.parts[:2] for request in requests}) == 1 for requests in several)


@pytest.mark.parametrize("kind", ASKING)
def test_a_task_is_short_and_says_its_kind(kind):
    task = first_ask(kind, context_of(a_draft(kind))).parts[-1].text
    assert task.startswith("Task: ")
    assert "not to be used" in task
    assert len(task.split()) <= 400


def test_what_is_not_worth_asking_is_not_asked():
    def accepts(kind, text, headings=()):
        return points.recipes.get(kind)().accepts(Chunk("0" * 16, Span(0, len(text)), text, headings))

    prose = "The gauge stands in the garden. It is read each morning, because the sun dries it in the afternoon. " * 5
    table = "12.4\t0.33\t1.80\n" * 40
    broken = "The di\ufffderence of the \ufffdrst and the \ufffdfth reading is o\ufffd by one. " * 10
    chinese = "雨量计安装在花园里。每天早上读取一次，因为下午太阳会把它晒干。" * 12
    body = "def read(day):\n    total = 0\n    return total + day\n"
    assert accepts("factual", prose)
    assert accepts("factual", chinese)
    assert accepts("deduction_chain", prose)
    assert accepts("deduction_chain", chinese)
    assert not accepts("deduction_chain", prose.replace("because", "and"))
    assert not accepts("worked_problem", prose)
    assert accepts("worked_problem", prose + "One millimetre is one litre on a square metre.")
    for text in ("", table, broken, "Short."):
        assert not any(accepts(kind, text) for kind in KINDS)
    assert accepts("code_use", body, ("gauge", "read"))
    for path in (("gauge",), ("gauge", "_read"), ("gauge", "test_read"), ("gauge", "_Gauge", "read")):
        assert not accepts("code_use", body, path)


# --- good replies ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_good_drafts_are_kept_from_end_to_end(reader, kind):
    drafts = DRAFTS[kind]
    work = qaextract.code if kind == "code_use" else qaextract.document
    files = [CORPORA / name for name in dict.fromkeys(draft["document"] for draft in drafts)]
    run = work(*files, recipe=[kind], model="reader:good")
    lost = [(rejection.verdict.code, rejection.question) for rejection in run.rejections]
    assert not run.failures
    assert run.report["counts"]["drafts"] == len(drafts) >= 20
    assert len(lost) <= 0.05 * len(drafts), lost
    for pair in run.pairs:
        assert type(pair.draft) is points.recipes.get(kind).draft
        assert pair.model == "reader:good"
        assert len(pair.evidence) == len(pair.draft.all_quotes())
    (reader / "qaextract.toml").write_text(f"recipe = ['{kind}']\n")
    again = qaextract.validate(run.folder)
    assert [pair.id for pair in again.pairs] == [pair.id for pair in run.pairs]


@pytest.mark.parametrize("kind", KINDS)
def test_no_pair_here_is_a_good_reply(reader, kind):
    name = "lunar/tides.py" if kind == "code_use" else "tides.pdf"
    work = qaextract.code if kind == "code_use" else qaextract.document
    run = work(CORPORA / name, recipe=[kind], model="reader:none")
    counts = run.report["counts"]
    assert counts["drafts"] == counts["failed"] == 0
    assert counts["asked"] == len(Reader.asked) > 0, "asked once a chunk: no chain ends after the first stage"


def test_a_definition_is_asked_for_only_where_none_is_found(reader):
    run = qaextract.document(CORPORA / "sundials.pdf", recipe=["definition"], model="reader:good")
    found = {pair.chunk_id for pair in run.pairs if pair.model is None}
    asked = [pair for pair in run.pairs if pair.model is not None]
    assert found
    assert [pair.draft.term for pair in asked] == ["eccentricity part"]
    assert not found & {pair.chunk_id for pair in asked}
    assert all(document_of("sundials.pdf")[0].title in request.parts[1].text for request in Reader.asked)


def test_the_chain_carries_the_quotes_of_all_its_parts(reader):
    run = qaextract.document(CORPORA / "notes.txt", recipe=["deduction_chain"], model="reader:good")
    for pair in run.pairs:
        draft = pair.draft
        parts = (*draft.premises, *draft.steps, draft.conclusion)
        assert set(draft.quotes) == {quote for part in parts for quote in part.quotes}


def test_the_right_option_stands_anywhere(reader):
    run = qaextract.document(CORPORA / "tides.pdf", recipe=["multiple_choice"], model="reader:good")
    for pair in run.pairs:
        assert pair.draft.options["ABCD".index(pair.draft.correct)] == pair.answer
    assert {pair.draft.correct for pair in run.pairs} == set("ABCD")
    shown = sorted(draft["correct"] for draft in DRAFTS["multiple_choice"] if draft["document"] == "tides.pdf")
    assert sorted(pair.draft.correct for pair in run.pairs) != shown, "a model's favourite place is given up"


# --- bad replies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_paraphrased_quote_is_rejected(kind):
    for n in range(len(DRAFTS[kind])):
        draft = a_draft(kind, n)
        holder = draft["conclusion"] if kind == "deduction_chain" else draft
        words = holder["quotes"][0].split(" ")
        holder["quotes"][0] = " ".join([*words[:-2], "roughly", *words[-2:]])
        assert checked(kind, draft, context_of(DRAFTS[kind][n])).verdict.code == "quote_not_found"


@pytest.mark.parametrize(("kind", "n", "number", "other"), [
    ("factual", 1, "46", "64"),
    ("factual", 5, "25", "52"),
    ("multiple_choice", 1, "24 hours and 50", "24 hours and 15"),
    ("deduction_chain", 2, "50", "15"),
    ("deduction_chain", 7, "1.0159", "1.0951"),
])  # fmt: skip
def test_a_changed_number_is_rejected(kind, n, number, other):
    draft = a_draft(kind, n)
    assert isinstance(checked(kind, draft), QAPair)
    draft["answer"] = draft["answer"].replace(number, other)
    if "options" in draft:
        draft["options"] = [option.replace(number, other) for option in draft["options"]]
    assert checked(kind, draft).verdict.code in ("number_not_in_source", "number_not_in_evidence")


def with_change(kind, n, change):
    draft = a_draft(kind, n)
    change(draft)
    return checked(kind, draft).verdict.code


def test_a_worked_problem_is_computed_again():
    def steps(draft, text, n=0):
        draft["steps"][n]["calculation"] = text

    bad = {
        "wrong sum": ("calculation_wrong", lambda d: steps(d, "6.0 - 1.2 = 4.6")),
        "number from nowhere": ("calculation_wrong", lambda d: steps(d, "6.5 - 1.7 = 4.8")),
        "not arithmetic": ("calculation_wrong", lambda d: steps(d, "__import__('os').getpid() = 4.8")),
        "huge": ("calculation_wrong", lambda d: steps(d, "9**9**9**9 = 4.8")),
        "no result": ("calculation_wrong", lambda d: steps(d, "6.0 - 1.2")),
        "nothing computed": ("calculation_wrong", lambda d: [steps(d, "", n) for n in range(3)]),
        "another result": ("number_not_given", lambda d: d.update(answer=d["answer"].replace("2.4 m", "2.7 m"))),
        "answer without result": ("result_differs", lambda d: d.update(answer=d["answer"].replace("2.4", "that"))),
        "result of another step": ("result_differs", lambda d: d.update(result="4.8 m")),
        "given but not told": ("value_not_stated", lambda d: d.update(given=[*d["given"], "draught: 1.7 m"])),
        "constant of its own": ("number_not_given", lambda d: d.update(answer=d["answer"] + " That is 7.87 feet.")),
    }  # fmt: skip
    assert {name: with_change("worked_problem", 0, change) for name, (_, change) in bad.items()} == {
        name: code for name, (code, _) in bad.items()
    }


@pytest.mark.parametrize(("calculation", "fits"), [
    ("2.08 * (sqrt(36) + sqrt(4)) = 16.64", True),
    ("2.08 × (√36 + √4) ≈ 16.6", True),
    ("1,852 * 2 = 3,704", True),
    ("3^2 = 9", True),
    ("-3 + 1 = -2", True),
    ("360 / 1.0159 = 354.4", True),
    ("360 / 1.0159 = 345.4", False),
    ("10 / 3 = 3.34", False),
    ("10 / 3 = 3.33", True),
    ("201 + 3 = 206", False),
])  # fmt: skip
def test_arithmetic_agrees_as_it_is_written(calculation, fits):
    expression, stated, written = sides(calculation)
    assert agrees(computed(expression), stated, written) is fits


def test_an_example_uses_what_the_quotes_show():
    def code(draft, old, new, **fields):
        draft.update(answer=draft["answer"].replace(old, new), **fields)

    bad = {
        "invented argument": ("name_not_quoted", lambda d: code(d, "threshold=", "limit=", uses=["is_spring"])),
        "invented function": ("name_not_quoted", lambda d: code(d, "is_spring", "is_neap", uses=["is_neap"])),
        "value of its own": ("number_not_given", lambda d: code(d, "2460310.5", "2460311.5")),
        "result of its own": ("number_not_given", lambda d: code(d, "1.2))", "1.2))  # 1.46")),
    }
    assert {name: with_change("code_use", 3, change) for name, (_, change) in bad.items()} == {
        name: code for name, (code, _) in bad.items()
    }


WRONG_SHAPES = {
    "letter of another option": ("multiple_choice", {"correct": "D"}, "`correct` names"),
    "answer in other words": ("multiple_choice", {"answer": "At new and full moon"}, "`correct` names"),
    "three options": ("multiple_choice", {"options": ["a", "b", "c"]}, "options"),
    "options alike": ("multiple_choice", {"options": ["Near full moon", "a", "A.", "b"]}, "same"),
    "refuted answer": (
        "multiple_choice",
        {"refuted": [{"option": "Near new moon and full moon", "says": "x", "quotes": ["y"]}]},
        "distractors",
    ),
    "no code": ("code_use", {"answer": "Call `relative_range`."}, "code block"),
    "two blocks": ("code_use", {"answer": "```python\nx\n```\n```python\ny\n```"}, "code block"),
    "no Python": ("code_use", {"answer": "```python\nrelative_range(\n```"}, "not valid Python"),
    "name not used": ("code_use", {"uses": ["is_spring"]}, "`uses` names"),
    "no quote": ("factual", {"quotes": []}, "quotes"),
    "an offset": ("factual", {"start": 12}, "start"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_a_wrong_shape_is_asked_for_again_with_what_is_wrong(name, tmp_path):
    kind, change, told = WRONG_SHAPES[name]
    with pytest.raises(ValidationError, match=told):
        points.recipes.get(kind).draft.model_validate(sent(a_draft(kind)) | change)
    context = context_of(a_draft(kind))
    job = Job(kind, points.recipes.get(kind)(), context.chunk, context)
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        asker = Asker(ledger, Reader("bad"), "reader")
        request = advance(job, asker)
        ledger.put(request, Reply(request.key, {"pairs": [sent(a_draft(kind)) | change]}))
        again = advance(job, asker)
        assert isinstance(again, Request)
        assert told.strip("`") in again.parts[-1].text
        ledger.put(again, Reply(again.key, {"pairs": [sent(a_draft(kind))]}))
        assert len(advance(job, asker)) == 1


def test_one_sentence_is_no_chain():
    chain = first_ask("deduction_chain", context_of(a_draft("deduction_chain"))).schema
    said = {"says": "x", "quotes": ["One sentence."]}
    with pytest.raises(ValidationError, match="two different quotes"):
        chain.model_validate({"chains": [{"premises": [said], "steps": [said], "conclusion": said}]})


def test_other_languages_are_asked_too():
    text = (
        "Die Flut steigt zweimal am Tag. Weil der Mond das nahe Wasser stärker anzieht, läuft es der Erde voraus. " * 5
    )
    document = Document("0" * 16, "x", "Gezeiten", text, (Block("paragraph", Span(0, len(text))),))
    chunk = Chunk(document.id, Span(0, len(text)), text)
    assert points.recipes.get("deduction_chain")().accepts(chunk)
    assert "Write in the language of the passage" in first_ask("factual", Context(document, chunk)).parts[0].text
