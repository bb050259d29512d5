"""What the Messages API can answer, and what becomes of it: no paid reply is lost, and none is paid for twice."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import qaextract
from qaextract import points
from tests.messages_server import Answer, MessagesServer, error, events_of, message, pairs_for, serving

KEY = "sk-test-of-the-harbour-office"
TEXT = "A tide is the rise of the sea. It comes twice a day."


@pytest.fixture(autouse=True)
def one_chunk(workdir, monkeypatch):
    """One passage, one recipe, a key, and waits that a test can wait for."""

    from tests.test_asking import PromptAlone

    points.recipes.names()
    monkeypatch.setitem(points.recipes._classes, "alone", PromptAlone)
    (workdir / "sea.txt").write_text(TEXT)
    (workdir / "qaextract.toml").write_text("retries = 2\nlongest_wait_s = 0.05\n")
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    return workdir


def ask(server: MessagesServer, **options) -> qaextract.Run:
    return qaextract.document(
        "sea.txt", recipe=["alone"], model="anthropic:claude-test", base_url=server.url, **options
    )


def first_then_good(answer: Answer, *more: Answer):
    """A script: these answers, then good ones."""
    answers = [answer, *more]

    def script(body, times):
        return answers[server_count.pop(0)] if server_count and server_count[0] < len(answers) else None

    server_count = list(range(len(answers)))
    return script


GOOD_LATER = {
    "408": Answer(408, error("timeout_error")),
    "429 without retry-after": Answer(429, error("rate_limit_error")),
    "429 with retry-after": Answer(429, error("rate_limit_error"), {"retry-after": "0.01"}),
    "429 with an hour": Answer(429, error("rate_limit_error"), {"retry-after": "3600"}),
    "500": Answer(500, error("api_error")),
    "529": Answer(529, error("overloaded_error")),
    "dropped socket": Answer(0),
    "cut body": Answer(body=message("{}"), cut_at=20),
    "HTML with 200": Answer(body=b"<html>Welcome</html>", content_type="text/html"),
    "cut JSON": Answer(body=b'{"type": "message", "content": [{"ty'),
    "JSON that is no message": Answer(body=b'{"ok": true}'),
}


@pytest.mark.parametrize("answer", GOOD_LATER.values(), ids=GOOD_LATER)
def test_what_passes_is_asked_again_and_then_kept(answer):
    with serving(first_then_good(answer)) as server:
        run = ask(server)
    assert server.malformed == []
    assert run.report["counts"]["kept"] == 1
    assert run.failures == []
    assert len(server.requests) == 2
    assert run.report["tokens"]["input"] == 100


LASTING = {
    "400": (Answer(400, error("invalid_request_error")), "bad_request", 1),
    "413": (Answer(413, error("request_too_large")), "bad_request", 1),
    "429 for ever": (Answer(429, error("rate_limit_error")), "rate_limited", 3),
    "500 for ever": (Answer(500, error("api_error")), "overloaded", 3),
    "socket dropped for ever": (Answer(0), "unreachable", 3),
}


@pytest.mark.parametrize(("answer", "code", "attempts"), LASTING.values(), ids=LASTING)
def test_what_lasts_is_a_failure_that_the_same_command_asks_again(answer, code, attempts):
    with serving(lambda body, times: answer) as server:
        run = ask(server)
        assert [(f.code, f.attempts) for f in run.failures] == [(code, attempts)]
        assert run.report["counts"]["failed"] == 1
        server.script = lambda body, times: None
        again = ask(server)
    assert again.failures == []
    assert again.report["counts"]["kept"] == 1


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "authentication_error"), (403, "permission_error"), (404, "not_found_error")]
)
def test_a_refused_key_or_name_ends_the_run_at_once(status, kind, one_chunk):
    with (
        serving(lambda body, times: Answer(status, error(kind, "no"))) as server,
        pytest.raises(qaextract.QAExtractError, match=r"refused|knows no such model") as raised,
    ):
        ask(server)
    assert len(server.requests) == 1
    assert KEY not in str(raised.value)


FINAL = {
    "refusal with text": (message("I cannot help with that.", "refusal"), "refused"),
    "refusal without text": (message("", "refusal", content=[]), "refused"),
    "context exceeded": (message('{"pairs": [', "model_context_window_exceeded"), "truncated"),
}


@pytest.mark.parametrize(("body", "code"), FINAL.values(), ids=FINAL)
def test_what_is_final_is_paid_once_and_never_asked_again(body, code):
    with serving(lambda _, times: Answer(body=body)) as server:
        run = ask(server)
        again = ask(server)
    assert [f.code for f in run.failures] == [code]
    assert again.worked is False
    assert len(server.requests) == 1
    assert run.report["tokens"]["input"] == 100


RESHAPED = {
    "wrong schema": message('{"answers": []}'),
    "not JSON": message("Here are the pairs: one, two."),
    "empty content": message("", content=[]),
    "a list": message("[]"),
    "pause_turn": message("Let me think", "pause_turn"),
}


@pytest.mark.parametrize("body", RESHAPED.values(), ids=RESHAPED)
def test_a_wrong_shape_is_asked_for_once_more_with_what_was_wrong(body):
    with serving(first_then_good(Answer(body=body))) as server:
        run = ask(server)
    assert server.malformed == []
    assert run.report["counts"]["kept"] == 1
    assert run.report["tokens"]["input"] == 200
    assert [turn["role"] for turn in server.requests[1]["messages"]] == ["user", "assistant", "user"]


def test_a_wrong_shape_that_stays_is_final():
    with serving(lambda body, times: Answer(body=message('{"answers": []}'))) as server:
        run = ask(server)
        again = ask(server)
    assert [f.code for f in run.failures] == ["bad_reply"]
    assert again.worked is False
    assert len(server.requests) == 2


def test_two_blocks_of_text_are_one_reply():
    def script(body, times):
        text = pairs_for(body)
        return Answer(body=message("", content=[{"type": "text", "text": half} for half in (text[:9], text[9:])]))

    with serving(script) as server:
        assert ask(server).report["counts"]["kept"] == 1


def test_a_cut_reply_is_asked_for_with_more_room():
    def script(body, times):
        return Answer(body=message('{"pairs": [', "max_tokens")) if body["max_tokens"] < 8192 else None

    with serving(script) as server:
        run = ask(server)
    assert [body["max_tokens"] for body in server.requests] == [4096, 8192]
    assert [bool(body.get("stream")) for body in server.requests] == [False, True]
    assert run.report["counts"]["kept"] == 1
    assert run.report["tokens"]["input"] == 200


def test_a_reply_that_never_ends_is_truncated():
    with serving(lambda body, times: Answer(body=message('{"pairs": [', "max_tokens"))) as server:
        run = ask(server)
    assert [f.code for f in run.failures] == ["truncated"]
    assert len(server.requests) == 3


@pytest.fixture
def streaming(one_chunk):
    (one_chunk / "qaextract.toml").write_text(
        "retries = 2\nlongest_wait_s = 0.05\n[providers.anthropic]\nmax_tokens = 9000\n"
    )


def half_of(body) -> list:
    return events_of(message(pairs_for(body)))


STREAM_FAULTS = {
    "EOF in mid-stream": lambda body: Answer(events=half_of(body), cut_at=4),
    "overload in mid-stream": lambda body: Answer(
        events=[*half_of(body)[:4], ("error", error("overloaded_error", "Overloaded"))]
    ),
}


@pytest.mark.parametrize("fault", STREAM_FAULTS.values(), ids=STREAM_FAULTS)
def test_a_stream_that_breaks_is_asked_again_and_what_it_cost_is_counted(streaming, fault):
    done = []

    def script(body, times):
        done.append(times)
        return fault(body) if len(done) == 1 else None

    with serving(script) as server:
        run = ask(server)
    assert run.report["counts"]["kept"] == 1
    assert len(server.requests) == 2
    assert run.report["tokens"]["input"] >= 100


SLOW = {"slow first byte": Answer(before_s=0.3), "slow body": Answer(within_s=0.3)}


@pytest.mark.parametrize("name", SLOW)
def test_what_is_slow_is_waited_for(name):
    def script(body, times):
        slow = SLOW[name]
        return Answer(body=message(pairs_for(body)), before_s=slow.before_s, within_s=slow.within_s)

    with serving(script) as server:
        assert ask(server).report["counts"]["kept"] == 1
    assert len(server.requests) == 1


def test_no_key_is_in_any_file(one_chunk):
    with serving(lambda body, times: Answer(401, error("authentication_error", f"invalid x-api-key {KEY}"))) as server:
        with pytest.raises(qaextract.QAExtractError) as raised:
            ask(server)
        server.script = lambda body, times: None
        ask(server)
    assert KEY not in str(raised.value)
    for path in Path(one_chunk).rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path


def test_the_cache_is_offered_the_shared_beginning(one_chunk):
    def script(body, times):
        told = message(pairs_for(body))
        told["usage"] |= {"cache_creation_input_tokens": 900, "cache_read_input_tokens": 0}
        return Answer(body=told)

    with serving(script) as server:
        run = ask(server)
    (body,) = server.requests
    blocks = body["messages"][0]["content"]
    assert [("cache_control" in block) for block in blocks] == [True, False]
    assert "<passage>" in blocks[0]["text"]
    assert run.report["tokens"]["input"] == 1000
    with sqlite3.connect(one_chunk / "runs/sea/ledger.sqlite") as db:
        assert db.execute("SELECT count(*) FROM replies").fetchone() == (1,)
    db.close()


def test_every_reply_is_paid_once_whatever_happens(one_chunk):
    (one_chunk / "qaextract.toml").write_text('chunker = "window"\nretries = 3\nlongest_wait_s = 0.05\nworkers = 8\n')
    (one_chunk / "sea.txt").write_text("".join(f"Buoy {n} marks a tide. " * 150 + "\n\n" for n in range(12)))
    faults = [
        Answer(529, error("overloaded_error")),
        None,
        Answer(0),
        None,
        Answer(429, error("rate_limit_error")),
        None,
    ]

    def script(body, times):
        return faults[(len(server.requests) + times) % len(faults)]

    with serving(script) as server:
        ask(server)
        ask(server)
    assert server.malformed == []
    assert set(server.paid.values()) == {1}


def test_a_recording_is_played_without_the_service(one_chunk):
    def script(body, times):
        return Answer(body=message('{"pairs": [', "max_tokens")) if body["max_tokens"] < 8192 else None

    with serving(script) as server:
        first = ask(server, record="sea.jsonl", out="recorded")
    played = qaextract.document("sea.txt", recipe=["alone"], model="replay:sea.jsonl", out="played")
    assert [pair.answer for pair in played.pairs] == [pair.answer for pair in first.pairs] != []
    assert KEY not in (one_chunk / "sea.jsonl").read_text()
