"""Pairs that there are already are checked against their sources, and a run again with today's settings."""

import json

import pytest

import qaextract
from qaextract.errors import SourceError

from .conftest import CORPORA

SENTENCE = "A spring tide is a tide of greater than average range that occurs near new moon and full moon"


def write(path, *pairs):
    path.write_text("".join(json.dumps(pair) + "\n" for pair in pairs), encoding="utf-8")
    return path


def test_pairs_from_anywhere_are_located_in_the_source_that_has_them(workdir):
    quote = SENTENCE.replace(" tide is", "\n tide  is")
    mine = write(
        workdir / "mine.jsonl",
        {"question": "What is a spring tide?", "answer": "A tide of greater than average range.", "quotes": [quote]},
        {"question": "What is a spring tide?", "answer": "A tide of less than average range.", "quotes": [quote]},
        {"question": "What is a spring tide?", "answer": "A tide.", "quotes": [SENTENCE.replace("greater", "less")]},
    )
    run = qaextract.validate(mine, source=[CORPORA / "sundials.pdf", CORPORA / "tides.pdf"], out="out")
    assert [pair.document.title.startswith("The Tides") for pair in run.pairs] == [True]
    assert run.pairs[0].evidence[0].pages == (4,)
    assert run.pairs[0].evidence[0].match == "normalized"
    assert run.pairs[0].headings[-1].endswith("Springs and neaps")
    assert {r.verdict.validator: r.verdict.code for r in run.rejections} == {
        "support": "direction_differs",
        "locate": "quote_not_found",
    }


def test_a_pair_s_document_is_the_one_it_names(workdir):
    run = qaextract.pdf(CORPORA / "tides.pdf", out="run")
    again = qaextract.validate("run/pairs.jsonl", source=[CORPORA / "sundials.pdf", CORPORA / "tides.pdf"], out="out")
    assert len(again.pairs) == len(run.pairs)
    assert again.report["counts"]["drafts"] == len(run.pairs)
    assert [pair.evidence for pair in again.pairs] == [pair.evidence for pair in run.pairs]


def test_a_run_is_checked_again_with_today_s_settings(workdir):
    run = qaextract.pdf(CORPORA / "tides.pdf", out="run")
    before = (run.folder / "pairs.jsonl").read_bytes()
    (workdir / "strict.toml").write_text("[validators.length]\nmax_chars = 90\n")
    strict = qaextract.validate(run, config="strict.toml", out="strict")
    assert 0 < len(strict.pairs) < len(run.pairs)
    assert all(len(pair.answer) <= 90 for pair in strict.pairs)
    assert strict.report["counts"]["drafts"] == run.report["counts"]["drafts"]
    assert strict.report["counts"]["chunks"] == run.report["counts"]["chunks"]
    same = qaextract.validate(run)
    assert (same.folder / "pairs.jsonl").read_bytes() == before


def test_a_run_whose_source_changed_is_not_checked(workdir):
    (workdir / "a.md").write_text("# Tides\n\nA *spring tide* is a tide of greater than average range.\n")
    qaextract.document("a.md", out="run")
    (workdir / "a.md").write_text("Something else.\n")
    with pytest.raises(SourceError, match="gone or has changed"):
        qaextract.validate("run")


def test_check_gives_every_verdict_also_after_a_failure():
    verdicts = qaextract.check(
        question="How high is the tide at Dover?",
        answer="6.8 m",
        context="At Dover the range is 6.0 m.",
        quotes=["7 m"],
    )
    names = [verdict.validator for verdict in verdicts]
    assert names[0] == "locate"
    assert set(names) >= {"support", "numbers", "self_contained", "leak", "length"}
    assert not verdicts[0].ok
    assert [v.ok for v in verdicts if v.validator == "numbers"] == [False]


def test_deduplicate_names_the_first_of_each_group_and_guards_numbers():
    questions = [
        "When did the war begin in 1914?",
        "When did the war begin in 1918?",
        "when did the war begin in 1914",
        "Is the sea level rising?",
        "Is the sea level not rising?",
    ]
    assert qaextract.deduplicate(questions) == [None, None, 0, None, None]
