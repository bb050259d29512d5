"""The contract of each extension point, run over every component there is: a new file is tested at once."""

import dataclasses
import inspect
import json
from pathlib import Path

import pytest

from qaextract import assembly, points
from qaextract.api import settings as load_settings
from qaextract.checking import Checks
from qaextract.model import Block, Chunk, Context, Document, Draft, QAPair, Request, Source, Span
from qaextract.points import PairValidator, SetValidator, asks_model, has_finder
from qaextract.sources import find_sources

from .conftest import CORPORA

EVERY = [(registry, name) for registry in points.REGISTRIES.values() for name in registry.names()]
DOCUMENTS = sorted(path for path in CORPORA.rglob("*") if path.suffix in (".pdf", ".md", ".txt", ".py"))


def of(plural):
    return points.REGISTRIES[plural].names()


def made(plural, name, **given):
    return assembly.build(points.REGISTRIES[plural], name, load_settings(), **given)


@pytest.fixture(scope="module")
def documents():
    settings = load_settings()
    sources = find_sources(DOCUMENTS, "document").sources
    return [assembly.parse_with(settings)(source) for source in sources]


@pytest.mark.parametrize(("registry", "name"), EVERY, ids=[f"{r.singular}-{n}" for r, n in EVERY])
def test_a_component_is_a_frozen_dataclass_that_says_what_it_does(registry, name):
    cls = registry.get(name)
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen
    assert inspect.cleandoc(cls.__doc__).splitlines()[0].endswith((".", "?"))
    assert not cls.__doc__.startswith(cls.__name__ + "("), "the docstring is dataclass's own"
    file = Path(inspect.getfile(cls))
    assert file.parent.name == registry.plural
    # "anthropic_api": a file may not shadow the library that it needs.
    assert file.stem == name or file.stem.startswith(f"{name}_"), "a component stands in the file of its name"


@pytest.mark.parametrize("name", of("parsers"))
def test_parser(name, documents, tmp_path):
    parser = made("parsers", name)
    ours = [d for d in documents if d.parser.split()[0] == name]
    for document in ours:
        last = 0
        for block in document.blocks:
            assert last <= block.span.start < block.span.end <= len(document.text)
            between = document.text[last : block.span.start]
            assert not between.strip(), f"in no block: {between!r}"
            last = block.span.end
        assert not document.text[last:].strip()
        as_json = json.loads(json.dumps(document.to_json()))
        assert Document.from_json(as_json).to_json() == as_json
        line_end = 0
        for line in document.lines:
            width, height = document.page_sizes[line.page - 1]
            assert line_end <= line.span.start <= line.span.end
            assert 0 <= line.bbox.x0 <= line.bbox.x1 <= width + 0.01
            assert 0 <= line.bbox.y0 <= line.bbox.y1 <= height + 0.01
            line_end = line.span.end
    empty = tmp_path / "nothing.bin"
    empty.write_bytes(b"\x00\x01\x02\x03" * 100)
    assert not parser.accepts(Source(empty, "nothing.bin", "0" * 64))


@pytest.mark.parametrize("name", of("chunkers"))
def test_chunker(name, documents):
    chunker = made("chunkers", name)
    nothing = Document("0" * 16, "", "", "", ())
    assert list(chunker.chunk(nothing)) == []
    for document in documents:
        if name == "symbols" and not document.parser.startswith("python_code"):
            continue
        chunks = list(chunker.chunk(document))
        assert "".join(chunk.text for chunk in chunks) == document.text
        assert all(chunk.text == chunk.span.of(document.text) for chunk in chunks)
        assert len({chunk.id for chunk in chunks}) == len(chunks)


@pytest.mark.parametrize("name", of("recipes"))
def test_recipe(name, documents):
    recipe = made("recipes", name)
    assert has_finder(recipe) or asks_model(recipe)
    assert issubclass(recipe.draft, Draft)
    assert isinstance(getattr(recipe, "quota", 3), int)
    found = 0
    settings = load_settings()
    for document in documents:
        for chunk in assembly.chunk_with(settings)(document).chunk(document):
            if not recipe.accepts(chunk) or not has_finder(recipe):
                continue
            drafts = list(recipe.find(chunk, document))
            assert drafts == list(recipe.find(chunk, document)), "a finder is deterministic"
            for draft in drafts:
                found += 1
                assert type(draft) is recipe.draft
                assert draft.question.strip() == draft.question != ""
                assert draft.answer.strip() == draft.answer != ""
                assert draft.all_quotes()
                assert all(quote in document.text for quote in draft.all_quotes()), "a finder quotes verbatim"
    assert found or not has_finder(recipe), f"{name} finds nothing in corpora/"


@pytest.mark.parametrize("name", of("recipes"))
def test_a_finder_survives_any_chunk(name):
    recipe = made("recipes", name)
    if not has_finder(recipe):
        return
    for text in ("", "\n\n", "is a", "\ufffd\x00\udcff", "(" * 5000, "A (B) is a C. " * 500, "1. \n2. \n" * 200):
        for parser in ("pdf_pymupdf 1", "markdown 1", "python_code 1"):
            if parser.startswith("python_code") and text.strip():
                continue  # such a document is valid Python, or it is none
            for kind in ("paragraph", "list", "table", "heading", "term", "caption", "code"):
                blocks = (Block(kind, Span(0, len(text)), line=1, level=1),) if text.strip() else ()
                document = Document("0" * 16, "x", "x", text, blocks, parser=parser)
                list(recipe.find(Chunk(document.id, Span(0, len(text)), text, ()), document))


def pair(question="What is a tide?", answer="A tide is the rise of the sea.", quote="A tide is the rise of the sea."):
    text = f"Tides. {quote} It falls again."
    document = Document("0" * 16, "sea.txt", "Tides", text, (Block("paragraph", Span(0, len(text))),))
    chunk = Chunk(document.id, Span(0, len(text)), text)
    outcome = Checks({}).check_draft(
        "pair", Draft(question=question, answer=answer, quotes=(quote,)), Context(document, chunk)
    )
    assert isinstance(outcome, QAPair)
    return outcome, Context(document, chunk)


@pytest.mark.parametrize("name", of("validators"))
def test_validator(name):
    validator = made("validators", name)
    good, context = pair()
    hostile = ["", "x" * 1_000_000, "\x00\x1b[31m", "\udcff", "((((a+)+)+)+)$" * 50, "1e999999 " * 50, "?" * 10_000]
    verdicts = []
    if isinstance(validator, PairValidator):
        verdicts.append(validator.check(good, context))
        for text in hostile:
            bad, _ = pair(question=text, answer=text)
            verdicts.append(validator.check(bad, context))
    if isinstance(validator, SetValidator):
        both = [good, pair(question="What is a neap tide?")[0]]
        assert list(validator.check_all([])) == []
        answer = list(validator.check_all(both))
        assert len(answer) == 2
        verdicts += answer
        verdicts += list(validator.check_all([pair(question=text)[0] for text in hostile]))[:1]
    assert verdicts
    assert verdicts[0].ok, "a good pair passes"
    for verdict in verdicts:
        assert verdict.validator == name
        assert verdict.code == verdict.code.lower().replace(" ", "_") != ""
        assert verdict.score is None or 0 <= verdict.score <= 1
        assert verdict.ok or verdict.message, "a failure says why"


@pytest.mark.parametrize("name", of("exporters"))
def test_exporter(name, tmp_path):
    exporter = made("exporters", name)
    outcome, _ = pair()
    for folder, outcomes in (("none", []), ("one", [outcome])):
        (tmp_path / folder).mkdir()
        paths = exporter.write(iter(outcomes), tmp_path / folder)
        assert paths
        assert all(path.is_file() and path.is_relative_to(tmp_path / folder) for path in paths)
    assert outcome.question in "".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("name", of("executors"))
def test_executor(name):
    executor = made("executors", name, workers=3)
    assert executor.workers == 3 or name == "serial"
    assert sorted(executor.map(lambda n: n * n, range(50))) == [n * n for n in range(50)]
    assert list(executor.map(str, [])) == []

    def fail(n):
        raise KeyError(n)

    with pytest.raises(KeyError):
        list(executor.map(fail, [1]))


@pytest.mark.parametrize("name", of("providers"))
def test_provider(name):
    cls = points.providers.get(name)
    assert "name" in {field.name for field in dataclasses.fields(cls)}
    assert list(inspect.signature(cls.ask).parameters) == ["self", "request"]
    assert Request("p", "m", ()).key == Request("p", "m", ()).key != Request("p", "n", ()).key
