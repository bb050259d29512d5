"""The run folder: nothing vanishes, a run is repeatable, an interrupted one goes on where it was."""

import json
import os
import signal
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qaextract
from qaextract.errors import SettingsError
from qaextract.lines import outcome_from_line, outcome_to_line
from qaextract.run import COUNTS, FILES, draft_type

from .conftest import CORPORA

TEXT = "The moon is a satellite.\nA tide is the rise of the sea.\nThe dratted fog is thick.\nNothing.\n"


def files(folder):
    return {name: (Path(folder) / name).read_bytes() for name in (*FILES, "manifest.json")}


def lines(path):
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def demo_text(workdir, demo_plugin, monkeypatch):
    (workdir / "sea.demo").write_text(TEXT)
    monkeypatch.setenv("QAEXTRACT_CHUNKER", "demo_lines")
    monkeypatch.setenv("QAEXTRACT_RETRIES", "0")  # the demo model fails at once, and for ever
    return workdir


def run_demo(**options):
    return qaextract.document("sea.demo", **{"recipe": ["demo_found", "demo_asked"]} | options)


def test_the_counts_come_first_and_add_up(demo_text):
    run = run_demo(model="demo_echo:ok")
    report = json.loads((run.folder / "report.json").read_text())
    assert next(iter(report)) == "counts"
    counts = report["counts"]
    assert tuple(counts) == COUNTS
    assert counts["drafts"] == counts["kept"] + counts["rejected"] == len(run.pairs) + len(run.rejections)
    assert counts["chunks"] == counts["asked"] + counts["failed"] + counts["skipped"] == 4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(["Sea", "Fog is thick.", "Rain is dratted.", "", "x is 5 m.", "x is 6 m."]), max_size=8
    ),
    model=st.sampled_from([None, "demo_echo:ok", "demo_echo:fail-Rain", "demo_echo:fail-x"]),
    limit=st.sampled_from([None, 1, 3]),
)
def test_nothing_vanishes(demo_text, words, model, limit):
    (demo_text / "sea.demo").write_text("\n".join(words) + "\n")
    counts = run_demo(model=model, limit=limit, out=f"out-{time.monotonic_ns()}").report["counts"]
    assert counts["drafts"] == counts["kept"] + counts["rejected"]
    assert counts["chunks"] == counts["asked"] + counts["failed"] + counts["skipped"]
    assert limit is None or counts["kept"] <= limit


def test_the_same_input_gives_the_same_bytes_for_any_number_of_workers(demo_text):
    one = run_demo(model="demo_echo:ok", workers=1, out="one")
    many = run_demo(model="demo_echo:ok", workers=16, out="many")
    backwards = qaextract.document(
        "sea.demo", recipe=["demo_found", "demo_asked"], model="demo_echo:ok", out="backwards", workers=3
    )
    assert files(one.folder) == files(many.folder) == files(backwards.folder)


def test_a_second_run_does_no_work(demo_text):
    calls = demo_text / "calls"
    os.environ["QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS"] = str(calls)
    try:
        first = run_demo(model="demo_echo:ok")
        before, paid = files(first.folder), calls.read_text()
        second = run_demo(model="demo_echo:ok")
    finally:
        del os.environ["QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS"]
    assert first.worked
    assert not second.worked
    assert files(second.folder) == before
    assert calls.read_text() == paid
    assert len(paid.splitlines()) == len(set(paid.splitlines()))


def test_changed_settings_recompute_the_files_from_stored_replies(demo_text, monkeypatch):
    calls = demo_text / "calls"
    monkeypatch.setenv("QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS", str(calls))
    run_demo(model="demo_echo:ok")
    paid = calls.read_text()
    monkeypatch.setenv("QAEXTRACT_VALIDATORS_DEMO_POLITE_RUDE", "tide")
    run = run_demo(model="demo_echo:ok")
    assert run.worked
    assert any(r.verdict.validator == "demo_polite" and "tide" in r.answer for r in run.rejections)
    assert calls.read_text() == paid


def test_files_that_somebody_changed_are_written_anew(demo_text):
    run = run_demo()
    before = files(run.folder)
    (run.folder / "pairs.jsonl").write_text("")
    again = run_demo()
    assert again.worked
    assert files(again.folder) == before


def test_fresh_sets_the_old_ledger_aside(demo_text):
    run = run_demo(model="demo_echo:ok")
    run_demo(model="demo_echo:ok", fresh=True)
    assert len(list(run.folder.glob("ledger-*.sqlite"))) == 1
    assert (run.folder / "ledger.sqlite").exists()


def test_a_folder_of_other_sources_is_refused(demo_text):
    run_demo(out="out")
    (demo_text / "sea.demo").write_text("Another is text.\n")
    with pytest.raises(SettingsError, match=r"belongs to sea\.demo.*--out"):
        run_demo(out="out")


def test_what_failed_is_asked_again_and_the_rest_is_not(demo_text, monkeypatch):
    calls = demo_text / "calls"
    monkeypatch.setenv("QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS", str(calls))
    monkeypatch.setenv("QAEXTRACT_RETRIES", "0")
    run = run_demo(model="demo_echo:fail-tide", recipe=["demo_asked"])
    assert run.report["counts"]["failed"] == 1
    assert [f.code for f in run.failures] == ["overloaded"]
    paid = calls.read_text().splitlines()
    run_demo(model="demo_echo:fail-tide", recipe=["demo_asked"])
    asked_again = calls.read_text().splitlines()[len(paid) :]
    assert len(asked_again) == 1


def test_a_budget_stops_cleanly_and_the_next_run_goes_on(demo_text):
    run = run_demo(model="demo_echo:ok", recipe=["demo_asked"], budget_tokens=70, workers=1)
    assert run.report["stopped"] == "budget"
    assert run.report["tokens"]["input"] + run.report["tokens"]["output"] <= 70
    assert run.report["skipped"] == {"budget": run.report["counts"]["skipped"]}
    assert any("--budget-tokens" in line for line in run.report["explanation"])
    full = run_demo(model="demo_echo:ok", recipe=["demo_asked"])
    assert full.report["stopped"] is None
    assert full.report["counts"]["asked"] == 4


def test_a_dry_run_asks_and_writes_nothing(demo_text, monkeypatch):
    calls = demo_text / "calls"
    monkeypatch.setenv("QAEXTRACT_PROVIDERS_DEMO_ECHO_CALLS", str(calls))
    run = run_demo(model="demo_echo:ok", recipe=["demo_asked"], dry_run=True)
    assert run.report["requests"] == 4
    assert not calls.exists()
    assert not run.folder.exists()


def test_replies_are_recorded_and_replayed(demo_text):
    recorded = run_demo(model="demo_echo:ok", recipe=["demo_asked"], record="tape.jsonl", out="live")
    replayed = run_demo(model="replay:tape.jsonl", recipe=["demo_asked"], out="replayed")
    assert [p.answer for p in replayed.pairs] == [p.answer for p in recorded.pairs]
    (demo_text / "sea.demo").write_text("A question nobody recorded.\n")
    with pytest.raises(qaextract.QAExtractError, match=r"has no reply to.*--record"):
        run_demo(model="replay:tape.jsonl", recipe=["demo_asked"], out="other")


def test_lines_and_nouns_are_converted_both_ways(demo_text):
    run = run_demo(model="demo_echo:ok")
    for path in ("pairs.jsonl", "rejections.jsonl"):
        for line in lines(run.folder / path):
            outcome = outcome_from_line(line, draft_type(line["kind"]))
            assert outcome_to_line(outcome) == line
            assert outcome.id == line["id"]


def test_quotes_of_nested_steps_are_located_too(demo_text):
    pair = next(p for p in run_demo(model="demo_echo:ok").pairs if p.kind == "demo_asked")
    assert [e.quote for e in pair.evidence] == [pair.draft.quotes[0], pair.draft.steps[0].quotes[0]]


@pytest.mark.parametrize("delay_s", [0.3, 0.6, 0.9, 1.2, 1.6, 2.0])
def test_a_kill_at_any_moment_leaves_a_folder_that_goes_on(qaextract_command, delay_s):
    options = ("pdf", CORPORA / "tides.pdf", "--out")
    reference = qaextract_command(*options, "whole")
    assert reference.returncode == 0, reference.stderr
    process = qaextract_command.start(*options, "killed")
    time.sleep(delay_s)
    process.kill()
    process.communicate()
    again = qaextract_command(*options, "killed")
    assert again.returncode == 0, again.stderr
    assert files(qaextract_command.folder / "killed") == files(qaextract_command.folder / "whole")


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT to one process")
def test_an_interrupt_writes_what_there_is_and_says_how_to_go_on(qaextract_command):
    process = qaextract_command.start("pdf", CORPORA / "tides.pdf", CORPORA / "sundials.pdf", "--out", "out")
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    if process.returncode == 130:
        assert "run the same command again" in errors
        assert "Traceback" not in errors
    assert qaextract_command("pdf", CORPORA / "tides.pdf", CORPORA / "sundials.pdf", "--out", "out").returncode == 0
