"""Batches: submitted once, waited for over any number of runs, read in whatever order; what fails is asked again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qaextract
from qaextract import points
from qaextract.providers._batches import Batches
from tests.messages_server import Answer, error, message, pairs_for, serving


@pytest.fixture(autouse=True)
def four_chunks(workdir, monkeypatch):
    """Four passages, one recipe, a key, and a service that is looked at often."""
    from tests.test_asking import PromptAlone

    points.recipes.names()
    monkeypatch.setitem(points.recipes._classes, "alone", PromptAlone)
    (workdir / "sea.txt").write_text("".join(f"Buoy {n} marks a tide of the sea. " * 40 + "\n\n" for n in range(4)))
    (workdir / "qaextract.toml").write_text(
        'chunker = "window"\n[chunkers.window]\nmax_chars = 1500\n[providers.anthropic]\npoll_s = 0.01\n'
    )
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-none")
    return workdir


def ask(url: str = "", model: str = "anthropic:claude-test", **options) -> qaextract.Run:
    where = {"base_url": url, "batch": True} if url else {}
    return qaextract.document("sea.txt", recipe=["alone"], model=model, **where, **options)


def test_a_batch_is_submitted_waited_for_and_read_in_any_order():
    with serving() as server:
        run = ask(server.url)
        again = ask(server.url)
    assert server.malformed == []
    assert [len(requests) for requests in server.batches.values()] == [run.report["counts"]["chunks"]]
    assert run.failures == []
    assert run.report["counts"]["drafts"] == run.report["counts"]["chunks"] > 2
    assert again.worked is False


def test_a_run_that_was_killed_waits_for_the_batch_that_it_submitted(monkeypatch):
    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    with serving() as server:
        with monkeypatch.context() as patch:
            patch.setattr(Batches, "_has_ended", die)
            assert ask(server.url).report["stopped"] == "interrupted"
        run = ask(server.url)
    assert len(server.batches) == 1
    assert run.report["counts"]["drafts"] == run.report["counts"]["chunks"]


def test_a_batch_whose_submission_was_never_answered_is_found_again():
    with serving() as server:
        server.lose_batch = [Answer(0)]
        run = ask(server.url)
    assert len(server.batches) == 1, "it was paid for: it is not submitted a second time"
    assert run.report["counts"]["drafts"] == run.report["counts"]["chunks"]


PASSING = {
    "expired": {"type": "expired"},
    "canceled": {"type": "canceled"},
    "errored": {"type": "errored", "error": error("api_error")},
}


@pytest.mark.parametrize("result", PASSING.values(), ids=PASSING)
def test_what_passes_in_a_batch_is_asked_again(result):
    with serving() as server:
        server.batch_result = lambda params, times: (
            result if times == 1 else {"type": "succeeded", "message": message(pairs_for(params))}
        )
        run = ask(server.url)
    assert len(server.batches) == 2
    assert run.failures == []
    assert run.report["counts"]["drafts"] == run.report["counts"]["chunks"]


def test_what_a_batch_cannot_do_is_a_failure():
    with serving() as server:
        server.batch_result = lambda params, times: {"type": "errored", "error": error("invalid_request_error")}
        run = ask(server.url)
    assert {failure.code for failure in run.failures} == {"bad_request"}


def openai_row(key: str, text: str) -> dict:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    body = {"id": "1", "model": "phi", "choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 3}}
    return {"id": "1", "custom_id": key, "response": {"status_code": 200, "body": body}, "error": None}


def anthropic_row(key: str, text: str) -> dict:
    return {"custom_id": key, "result": {"type": "succeeded", "message": message(text)}}


@pytest.mark.parametrize("row", [openai_row, anthropic_row])
def test_a_folder_of_requests_is_answered_by_whoever_can(four_chunks, row):
    run = ask(model="batch:jobs?model=phi-4")
    chunks = run.report["counts"]["chunks"]
    assert (run.report["stopped"], run.report["pending_requests"]) == ("batch", chunks)
    folder = Path(four_chunks) / "jobs"
    files = sorted(path.name for path in (folder / "requests").iterdir())
    assert len(files) == 2
    asked = {}
    for path in (folder / "requests").glob("*.jsonl"):
        for line in map(json.loads, path.read_text().splitlines()):
            asked.setdefault(line["custom_id"], {}).update(line)
    assert len(asked) == chunks
    (folder / "results").mkdir(exist_ok=True)
    rows = [json.dumps(row(key, pairs_for(line["params"]))) for key, line in asked.items()]
    (folder / "results" / "half.jsonl").write_text("\n".join(rows[:2]))
    half = ask(model="batch:jobs?model=phi-4")
    assert half.report["pending_requests"] == chunks - 2
    (folder / "results" / "rest.jsonl").write_text("\n".join(rows[2:]) + "\n")
    run = ask(model="batch:jobs?model=phi-4")
    assert run.report["stopped"] is None
    assert run.report["counts"]["drafts"] == chunks
    assert sorted(path.name for path in (folder / "requests").iterdir()) == files, "nothing was written twice"


def test_a_broken_line_among_the_results_is_named(four_chunks):
    ask(model="batch:jobs?model=phi-4")
    (Path(four_chunks) / "jobs" / "results").mkdir(exist_ok=True)
    (Path(four_chunks) / "jobs" / "results" / "a.jsonl").write_text('{"custom_id": "x"\n')
    with pytest.raises(qaextract.QAExtractError, match=r"a\.jsonl, line 1"):
        ask(model="batch:jobs?model=phi-4")
