"""Servers of chat completions: what they take, what they answer, and what becomes of it."""

import time
from dataclasses import dataclass, replace
from threading import Thread
from typing import ClassVar, Literal

import pytest
from pydantic import BaseModel, Field

import qaextract
from qaextract import points
from qaextract.asking import Asker, Job, ask_all
from qaextract.errors import (
    AuthError,
    BadRequest,
    Overloaded,
    ProviderError,
    RateLimited,
    SettingsError,
    Truncated,
    Unreachable,
)
from qaextract.executors.serial import Serial
from qaextract.executors.threads import Threads
from qaextract.model import Block, Chunk, Context, Document, Draft, Part, Request, Span, Usage
from qaextract.pacing import Pace
from qaextract.providers.ollama import Ollama
from qaextract.providers.openai_api import OpenAI, duration_s
from qaextract.run import Ledger

from .chat_server import completion, error, not_strict, serving
from .messages_server import Answer

KEY = "sk-planted-0123456789"
SCHEMA = {"type": "object", "title": "Reply", "properties": {"a": {"type": "string"}}, "required": ["a"]}
GOOD = '{"a": "b"}'


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for name in ("OPENAI_BASE_URL", "OLLAMA_HOST", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


def always(answer):
    return lambda body, times: answer


def said(content, stop="stop", **message):
    return always(Answer(body=completion(content, stop, **message)))


def provider(server, **settings):
    return OpenAI("m", base_url=server.url + "/v1", **settings)


def request(asked, *parts, schema=SCHEMA):
    parts = parts or (Part("user", "What is a tide?"),)
    return Request("openai", asked.name, parts, schema, asked.parameters)


def answered(script, **settings):
    """The reply to a request, and the bodies that the server was sent."""
    with serving(script) as server:
        asked = provider(server, **settings)
        reply = asked.ask(request(asked))
        assert not server.malformed
        return reply, server.requests


# What is sent


def test_a_good_reply_comes_with_its_usage():
    reply, (body,) = answered(said(GOOD))
    assert reply.parsed == {"a": "b"}
    assert (reply.text, reply.problem, reply.refusal, reply.cut) == ("", "", None, False)
    assert (reply.model, reply.stop_reason) == ("gpt-test", "stop")
    usage = reply.usage
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens, usage.written_tokens) == (100, 20, 40, 0)
    assert usage.seconds > 0
    assert body["response_format"]["json_schema"]["name"] == "Reply"
    assert body["max_tokens"] == 4096


def test_parts_of_one_role_are_joined_and_the_shared_ones_come_first():
    parts = (
        Part("system", "Rules.", shared=True),
        Part("user", "Passage.", shared=True),
        Part("user", "Task."),
        Part("assistant", "Wrong."),
        Part("user", "Once more."),
        Part("system", "More rules."),
    )
    with serving(said(GOOD)) as server:
        asked = provider(server)
        asked.ask(request(asked, *parts))
    assert server.requests[0]["messages"] == [
        {"role": "system", "content": "Rules.\n\nMore rules."},
        {"role": "user", "content": "Passage.\n\nTask."},
        {"role": "assistant", "content": "Wrong."},
        {"role": "user", "content": "Once more."},
    ]


class Step(BaseModel):
    title: str = Field(min_length=2, pattern="^A")
    then: "Step | None" = None
    kind: Literal["a", "b"] = "a"


class Nested(Draft):
    first: Step = Field(description="the first step")
    second: Step
    both: tuple[Step | str, ...] = Field(min_length=2, max_length=3)
    most: int = Field(1, le=10)


def test_a_schema_is_made_strict_and_keeps_its_limits_in_words():
    with serving(said(GOOD)) as server:
        asked = provider(server)
        asked.ask(request(asked, schema=Nested.model_json_schema()))
        assert not server.malformed
    schema = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert not_strict(schema) == ""
    assert schema["required"] == ["question", "answer", "quotes", "first", "second", "both", "most"]
    assert schema["properties"]["both"]["description"] == "(maxItems: 3, minItems: 2)"
    assert schema["properties"]["first"]["description"] == "the first step"
    assert schema["properties"]["first"]["properties"]["title"]["description"] == "(minLength: 2, pattern: ^A)"
    assert schema["properties"]["second"] == {"$ref": "#/$defs/Step"}
    assert not_strict(Nested.model_json_schema())


def test_a_schema_within_itself_is_written_out_once():
    inner = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Link", "description": "the next one"}}}
    schema = {"$defs": {"Link": inner}, "$ref": "#/$defs/Link"}
    with serving(said(GOOD)) as server:
        asked = provider(server)
        asked.ask(request(asked, schema=schema))
        assert not server.malformed
    sent = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert sent["type"] == "object"
    assert sent["properties"]["next"] == {"$ref": "#/$defs/Link"}


def test_without_a_schema_none_is_asked_for():
    with serving(said(GOOD)) as server:
        asked = provider(server)
        asked.ask(request(asked, schema=None))
    assert "response_format" not in server.requests[0]


def test_what_decides_a_reply_is_in_the_key():
    plain, roomy, weaker = OpenAI("m"), OpenAI("m", max_tokens=9), OpenAI("m", schema_mode="prompt")
    assert len({request(one).key for one in (plain, roomy, weaker)}) == 3


# What is answered


def test_a_cut_reply_is_cut():
    reply, _ = answered(said('{"a": "b', "length"))
    assert reply.cut
    assert reply.parsed is None
    assert reply.text == '{"a": "b'
    assert reply.usage.output_tokens == 20


@pytest.mark.parametrize(
    ("script", "refusal"),
    [
        (said(None, refusal="I cannot help with that."), "I cannot help with that."),
        (said("", "content_filter"), "the service's filter stopped the reply"),
        (
            always(Answer(400, error("the prompt triggers the policy", "content_filter"))),
            "the prompt triggers the policy",
        ),
    ],
    ids=["refusal", "content filter", "content filter on the prompt"],
)
def test_a_refusal_is_final(script, refusal):
    reply, bodies = answered(script)
    assert reply.refusal == refusal
    assert reply.parsed is None
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the reply is empty"),
        (None, "the reply is empty"),
        ("Here you are.", "the reply is not JSON"),
        ('["a"]', "the reply is JSON, but no object"),
        ("[" * 100_000, "the reply is JSON nested too deeply"),
    ],
    ids=["empty", "null", "prose", "list", "deep"],
)
def test_a_reply_of_the_wrong_shape_has_a_problem_and_its_usage(content, problem):
    reply, _ = answered(said(content))
    assert reply.parsed is None
    assert reply.problem.startswith(problem)
    assert reply.text == (content or "")
    assert reply.usage.input_tokens == 100


@pytest.mark.parametrize(
    "content",
    [
        f"```json\n{GOOD}\n```",
        f"<think>It may be {{}}.\n</think>\n{GOOD}",
        [{"type": "text", "text": GOOD[:4]}, {"type": "text", "text": GOOD[4:]}],
    ],
    ids=["fenced", "thought", "blocks"],
)
def test_an_object_is_found_where_servers_put_it(content):
    reply, _ = answered(said(content))
    assert reply.parsed == {"a": "b"}


@pytest.mark.parametrize("usage", [None, {}, "free", {"prompt_tokens": None, "prompt_tokens_details": None}])
def test_a_server_may_count_nothing(usage):
    reply, _ = answered(always(Answer(body=completion(GOOD, None) | {"usage": usage, "model": None})))
    assert reply.parsed == {"a": "b"}
    assert reply.usage == Usage(seconds=reply.usage.seconds)
    assert (reply.model, reply.stop_reason) == ("", "")


# What goes wrong

FAULTS = {
    "400": (Answer(400, error("no")), BadRequest),
    "401": (Answer(401, error(f"Incorrect API key provided: {KEY}")), AuthError),
    "403": (Answer(403, error("not yours")), AuthError),
    "404": (Answer(404, error("no such model", "model_not_found")), AuthError),
    "408": (Answer(408, error("too slow")), Unreachable),
    "413": (Answer(413, error("too large")), BadRequest),
    "429": (Answer(429, error("slow down")), RateLimited),
    "429, no money": (Answer(429, error("you exceeded your quota", "insufficient_quota")), AuthError),
    "500": (Answer(500, error("the server had an error")), Overloaded),
    "503": (Answer(503, b"<html>busy</html>", content_type="text/html"), Overloaded),
    "too long": (Answer(400, error("maximum context length is 8192 tokens; reduce max_tokens")), Truncated),
    "dropped socket": (Answer(0), Unreachable),
    "HTML with 200": (Answer(200, b"<html>hello</html>", content_type="text/html"), Unreachable),
    "cut body": (Answer(body=completion(GOOD), cut_at=60), Unreachable),
    "cut JSON": (Answer(body=b'{"choices": [{"mess'), Unreachable),
    "deep JSON": (Answer(body=b"[" * 100_000), Unreachable),
    "error with 200": (Answer(body=error(f"upstream refused {KEY}")), Unreachable),
    "no choices": (Answer(body=completion(GOOD) | {"choices": []}), Unreachable),
    "choices of nothing": (Answer(body=completion(GOOD) | {"choices": [None]}), Unreachable),
}


@pytest.mark.parametrize(("answer", "kind"), FAULTS.values(), ids=FAULTS)
def test_what_goes_wrong_is_typed_and_tells_no_key(answer, kind):
    with serving(always(answer)) as server:
        asked = provider(server)
        with pytest.raises(ProviderError) as raised:
            asked.ask(request(asked))
        assert len(server.requests) == 1, "a provider does not try again"
    assert type(raised.value) is kind
    link = raised.value
    while link is not None:
        assert KEY not in f"{link} {link!r}"
        link = link.__cause__


def test_a_key_that_no_header_can_hold_is_not_told(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted\nsk-second")
    with serving() as server:
        asked = provider(server)
        with pytest.raises(ProviderError) as raised:
            asked.ask(request(asked))
    assert "planted" not in str(raised.value)


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "7"}, (7, 7)),
        ({"retry-after": "3600"}, (3600, 3600)),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m0s"}, (59, 60)),
    ],
    ids=["7", "3600", "reset"],
)
def test_how_long_to_wait_is_told(headers, wait_s):
    with serving(always(Answer(429, error("slow down"), headers))) as server:
        asked = provider(server)
        with pytest.raises(RateLimited) as raised:
            asked.ask(request(asked))
    assert wait_s[0] <= raised.value.retry_after_s <= wait_s[1]


def test_a_server_that_is_not_there_is_named():
    with serving() as server:
        url = server.url
    for asked, remedy in ((OpenAI("m", f"{url}/v1"), "--base-url"), (Ollama("m", url), "ollama serve")):
        with pytest.raises(Unreachable, match=remedy) as raised:
            asked.ask(request(asked))
        assert f"{url}/v1" in str(raised.value)
        assert "refused" in str(raised.value)


def test_an_address_without_a_scheme_is_no_address():
    with pytest.raises(SettingsError, match="http://HOST"):
        OpenAI("m", "localhost:8000/v1").ask(request(OpenAI("m")))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1), ("6m0s", 360), ("20ms", 0.02), ("1h2m0.5s", 3720.5), ("", 1), ("soon", 1), ("59.99", 1)],
)
def test_durations(text, seconds):
    assert duration_s(text) == pytest.approx(seconds)


def test_what_the_rate_headers_say_is_waited_for():
    told = {"x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "6m0s"}
    used_up = told | {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}
    with serving(always(Answer(body=completion(GOOD), headers=told))) as server:
        asked = provider(server)
        asked.ask(request(asked))
        assert asked.pause_s() == 0
        server.script = always(Answer(body=completion(GOOD), headers=used_up))
        asked.ask(request(asked))
    assert 355 < asked.pause_s() <= 360


# What servers do not take


def without_format(*refused_types):
    """Refuses these ways to ask for a shape."""

    def script(body, times):
        kind = body.get("response_format", {}).get("type")
        if kind in refused_types:
            return Answer(400, error(f"response_format of type {kind} is not supported"))
        return Answer(body=completion(GOOD))

    return script


@pytest.mark.parametrize(
    ("refused", "asked_as"),
    [
        (["json_schema"], ["json_schema", "json_object", "json_object"]),
        (["json_schema", "json_object"], ["json_schema", "json_object", None, None]),
    ],
    ids=["json_object", "prompt"],
)
def test_a_refused_format_is_asked_for_more_weakly_from_then_on(refused, asked_as):
    with serving(without_format(*refused)) as server:
        asked = provider(server)
        assert asked.ask(request(asked)).parsed == {"a": "b"}
        assert asked.ask(request(asked)).parsed == {"a": "b"}
        assert not server.malformed
    assert [body.get("response_format", {}).get("type") for body in server.requests] == asked_as
    last = server.requests[-1]["messages"][-1]["content"]
    assert last.startswith("What is a tide?\n\nReply with one JSON object")
    assert '"additionalProperties": false' in last


def test_a_late_refusal_teaches_nothing_new():
    refusing = without_format("json_schema", "json_object")

    def script(body, times):
        answer = refusing(body, times)
        late = times == 0 and "late" in str(body["messages"]) and answer.status != 200
        return replace(answer, before_s=0.3) if late and "json_schema" in str(body) else answer

    with serving(script) as server:
        asked = provider(server)
        waiting = Thread(target=asked.ask, args=(request(asked, Part("user", "late")),))
        waiting.start()
        while not server.requests:
            time.sleep(0.005)
        asked.ask(request(asked))
        waiting.join()
        before = len(server.requests)
        asked.ask(request(asked))
    assert before == len(["json_schema, late", "json_schema", "json_object", "prompt", "prompt, late"])
    assert ["response_format" in body for body in server.requests[before:]] == [False]


@pytest.mark.parametrize("mode", ["json_object", "prompt"])
def test_a_weaker_mode_can_be_set(mode):
    reply, (body,) = answered(said(GOOD), schema_mode=mode)
    assert reply.parsed == {"a": "b"}
    assert body.get("response_format", {"type": "prompt"})["type"] == mode
    assert "JSON Schema" in body["messages"][-1]["content"]


@pytest.mark.parametrize("content", ["A tide is the rise of the sea.", '{"answer": "b"}'])
def test_a_server_that_passes_over_the_schema_is_told_it_from_then_on(content):
    with serving(said(content)) as server:
        asked = provider(server)
        for _ in range(3):
            asked.ask(request(asked))
    types = [body["response_format"]["type"] for body in server.requests]
    assert types == ["json_schema", "json_object", "json_object"]


def test_a_limit_of_another_name_is_used_from_then_on():
    taken = ["max_completion_tokens"]

    def script(body, times):
        if taken[0] not in body:
            other = next(name for name in body if name.startswith("max_"))
            return Answer(400, error(f"Unsupported parameter: '{other}'. Use '{taken[0]}' instead.", param=other))
        return Answer(body=completion(GOOD))

    with serving(script) as server:
        asked = provider(server)
        used = []
        for taken[0] in ("max_completion_tokens", "max_completion_tokens", "max_tokens"):
            before = len(server.requests)
            assert asked.ask(request(asked)).parsed == {"a": "b"}
            used.append([next(k for k in body if k.startswith("max_")) for body in server.requests[before:]])
    assert used == [
        ["max_tokens", "max_completion_tokens"],
        ["max_completion_tokens"],
        ["max_completion_tokens", "max_tokens"],
    ]


def test_a_server_that_takes_neither_limit_is_asked_twice_and_no_more():
    def script(body, times):
        return Answer(422, error("max_tokens, max_completion_tokens: extra inputs are not permitted"))

    with serving(script) as server:
        asked = provider(server)
        with pytest.raises(BadRequest):
            asked.ask(request(asked))
    assert len(server.requests) == 2


def test_a_limit_that_is_too_large_is_not_a_name_that_is_not_taken():
    with serving(always(Answer(400, error("max_tokens is too large: 9. At most 4.")))) as server:
        asked = provider(server)
        with pytest.raises(BadRequest):
            asked.ask(request(asked))
    assert len(server.requests) == 1


def test_openai_itself_is_given_the_limit_under_its_new_name():
    body = OpenAI("m").body(request(OpenAI("m")))
    assert body["max_completion_tokens"] == 4096
    assert "max_tokens" not in body


# Keys, addresses and prices


def test_a_server_of_one_s_own_needs_no_key_and_openai_does(monkeypatch):
    with serving(said(GOOD)) as server:
        asked = provider(server)
        asked.ask(request(asked))
        monkeypatch.delenv("OPENAI_API_KEY")
        asked = provider(server)
        asked.ask(request(asked))
        assert server.keys == [KEY, "none"]
    with pytest.raises(AuthError, match="set OPENAI_API_KEY"):
        OpenAI("m").ask(request(OpenAI("m")))


def test_only_openai_s_own_prices_are_known(monkeypatch):
    assert OpenAI("m").vendor == "openai"
    assert OpenAI("m", "http://127.0.0.1:1/v1").vendor is None
    assert Ollama("m").vendor is None
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    assert OpenAI("m").vendor is None


@pytest.mark.parametrize(
    ("host", "address"),
    [
        (None, "http://127.0.0.1:11434/v1"),
        ("", "http://127.0.0.1:11434/v1"),
        ("box", "http://box:11434/v1"),
        (":8080", "http://127.0.0.1:8080/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("[::1]:8080", "http://[::1]:8080/v1"),
        ("https://box", "https://box:443/v1"),
        ("http://box:8080/ollama/", "http://box:8080/ollama/v1"),
    ],
)
def test_where_ollama_is(monkeypatch, host, address):
    if host is not None:
        monkeypatch.setenv("OLLAMA_HOST", host)
    assert Ollama("m").address == address
    assert Ollama("m", "http://other:1/v1/").address == "http://other:1/v1"


def test_an_address_that_is_none_is_refused():
    with pytest.raises(SettingsError, match="http://HOST:PORT"):
        _ = Ollama("m", "http://box:port").address


def test_ollama_is_asked_without_the_key_of_openai(monkeypatch):
    with serving(said(GOOD)) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        asked = Ollama("m")
        assert asked.ask(request(asked)).parsed == {"a": "b"}
    assert server.keys == ["none"]
    assert server.requests[0]["max_tokens"] == 4096


# In a run

TEXT = "The moon is a satellite.\nA tide is the rise of the sea.\n"


@dataclass(frozen=True)
class PromptAlone:
    """A recipe with a prompt and nothing else."""

    draft: ClassVar[type[Draft]] = Draft
    prompt: ClassVar[str] = "Ask one question about the passage."

    def accepts(self, chunk: Chunk) -> bool:
        return True


@pytest.fixture
def sea(workdir, monkeypatch):
    (workdir / "sea.txt").write_text(TEXT)
    points.recipes.names()
    monkeypatch.setitem(points.recipes._classes, "alone", PromptAlone)
    return workdir


@pytest.mark.parametrize("refused", [[], ["json_schema"], ["json_schema", "json_object"]])
def test_from_a_file_to_its_pairs(sea, refused):
    fresh = without_format(*refused)

    def script(body, times):
        answer = fresh(body, times)
        return answer if answer.status != 200 else None

    with serving(script) as server:
        run = qaextract.document("sea.txt", model="openai:m", base_url=server.url + "/v1", recipe=["alone"])
        assert not server.malformed
    assert [pair.answer for pair in run.pairs] == ["The moon is a satellite."]
    assert run.report["tokens"]["input"] == 100
    assert not any(KEY in path.read_text(errors="replace") for path in sea.rglob("*") if path.is_file())


def test_a_bad_shape_is_asked_for_once_more_with_the_schema_beside_it(sea):
    def script(body, times):
        return Answer(body=completion("Certainly!")) if len(body["messages"]) == 2 else None

    with serving(script) as server:
        run = qaextract.document("sea.txt", model="openai:m", base_url=server.url + "/v1", recipe=["alone"])
        assert not server.malformed
    assert len(run.pairs) == 1
    first, second = server.requests
    assert [turn["role"] for turn in second["messages"]] == ["system", "user", "assistant", "user"]
    assert first["messages"][0] == second["messages"][0]
    assert "JSON Schema" in second["messages"][-1]["content"]


def test_ollama_in_a_run(sea, monkeypatch):
    with serving() as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        run = qaextract.document("sea.txt", model="ollama:phi4", recipe=["alone"])
    assert len(run.pairs) == 1
    assert {body["model"] for body in server.requests} == {"phi4"}


def job(n):
    text = f"Buoy {n} is a mark in the fairway.\n"
    document = Document(f"{n:016}", "x", "x", text, (Block("paragraph", Span(0, len(text))),))
    chunk = Chunk(document.id, Span(0, len(text)), text)
    return Job("alone", PromptAlone(), chunk, Context(document, chunk))


@pytest.mark.parametrize("status", [408, 429, 500, 503, 0, 200])
def test_what_passes_is_tried_again(tmp_path, status):
    def script(body, times):
        return Answer(status, b"<html>busy</html>", content_type="text/html") if times == 0 else None

    with serving(script) as server:
        ledger = Ledger(tmp_path / "ledger.sqlite")
        asker = Asker(ledger, provider(server), "openai", pace=Pace(2, first_wait_s=0.01))
        assert list(ask_all([job(0), job(1)], asker, Serial())) == []
        assert asker.new_replies == 2
        assert len(server.requests) == 4
        ledger.close()


def test_many_at_once_learn_from_one_refusal(tmp_path):
    refusing = without_format("json_schema", "json_object")

    def script(body, times):
        answer = refusing(body, times)
        return answer if answer.status != 200 else None

    with serving(script, latency_s=0.02) as server:
        ledger = Ledger(tmp_path / "ledger.sqlite")
        asker = Asker(ledger, provider(server), "openai", pace=Pace(16))
        assert list(ask_all((job(n) for n in range(100)), asker, Threads(16))) == []
        assert asker.new_replies == 100
        assert len(server.requests) <= 100 + 2 * 16
        assert set(server.paid.values()) == {1}
        ledger.close()


@pytest.mark.slow
def test_a_request_takes_little_of_the_processor():
    with serving(said(GOOD)) as server:
        asked = provider(server)
        bare = asked._client.chat.completions.with_raw_response
        one = request(asked)
        body = asked.body(one)
        spent = {}
        for name, work in (("bare", lambda: bare.create(**body)), ("ours", lambda: asked.ask(one))) * 2:
            began = time.thread_time()
            for _ in range(200):
                work()
            spent[name] = (time.thread_time() - began) / 200
    assert spent["ours"] - spent["bare"] < 0.003
