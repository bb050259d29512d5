"""What attacks on the command line and the run folder have found: each was a crash, a hang or a silent loss."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pymupdf
import pytest

import qaextract
from qaextract import api, cli
from qaextract.errors import (
    DamagedSource,
    QAExtractError,
    SettingsError,
    SourceError,
    SourceLimit,
    UnsupportedSource,
)
from qaextract.parsers import _unpacked
from qaextract.sources import find_sources, real_type

from .conftest import CORPORA
from .test_command_line import refused, write_pdf

SEA = "# Tides\n\nA spring tide is a tide of greater than average range.\n"
PAIR = {
    "question": "What is a spring tide?",
    "answer": "A tide of greater than average range.",
    "quotes": ["a tide of greater than average range"],
}


def call(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.call([str(argument) for argument in arguments])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def sea(workdir):
    (workdir / "sea.md").write_text(SEA)
    return workdir


@pytest.fixture
def made(sea):
    shutil.copy(CORPORA / "glossary.md", "sea.md")
    assert qaextract.document("sea.md", out="out").pairs
    return sea / "out"


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "y/" * 3000 + "a.pdf"])
def test_a_name_that_no_file_can_have_is_refused(workdir, name):
    code, _, err = call("pdf", name)
    assert code == 2
    assert "cannot be read" in err
    assert "unexpected" not in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(workdir):
    os.mkfifo("pipe.pdf")
    with pytest.raises(SourceError, match="no ordinary file"):
        qaextract.pdf("pipe.pdf")


def test_a_text_that_speaks_of_pdf_headers_is_no_pdf(workdir):
    (workdir / "head.py").write_text('HEAD = b"%PDF-1.4"\n')
    (workdir / "head.md").write_text("A file that begins with %PDF-1.4 is a PDF.\n")
    assert qaextract.parse("head.py").parser.startswith("python_code")
    assert qaextract.parse("head.md").parser.startswith("markdown")


def test_an_archive_that_holds_a_pdf_is_no_pdf(workdir):
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write(write_pdf(workdir / "good.pdf"), "good.pdf")
    assert real_type(workdir / "a.zip") == "document"


def test_the_error_of_one_file_has_the_type_of_its_cause(workdir):
    Path("cut.pdf").write_bytes(write_pdf(workdir / "good.pdf").read_bytes()[:300])
    with pytest.raises(DamagedSource):
        qaextract.pdf("cut.pdf")
    with pytest.raises(UnsupportedSource):
        qaextract.code("good.pdf")


def test_junk_before_the_header_is_no_other_type(workdir):
    junk = b"X" * 2000 + write_pdf(workdir / "good.pdf").read_bytes()
    (workdir / "junk.pdf").write_bytes(junk)
    assert "rise of the sea" in qaextract.parse("junk.pdf").text


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_pdf_whose_name_is_not_utf8_is_read(workdir):
    write_pdf(workdir / "good.pdf")
    name = os.fsdecode(b"\xff.pdf")
    shutil.move("good.pdf", name)
    assert "rise of the sea" in qaextract.parse(name).text


def test_a_folder_is_not_parsed_as_its_first_file(sea):
    with pytest.raises(SourceError, match="is a folder"):
        qaextract.parse(".")


def test_run_folders_below_a_folder_are_no_sources(made):
    assert [source.uri for source in find_sources(["."], "document").sources] == ["sea.md"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs files that cannot be read")
def test_what_cannot_be_read_in_a_folder_is_said_and_the_rest_is_read(sea):
    (sea / "a.md").write_text("Closed.\n")
    (sea / "a.md").chmod(0)
    (sea / "shut").mkdir(mode=0)
    found = find_sources(["."], "document")
    assert [source.uri for source in found.sources] == ["sea.md"]
    assert {failure.source for failure in found.failures} == {"a.md", "shut"}


def test_a_name_with_a_line_break_is_named_once(workdir):
    write_pdf(workdir / "a\nb.pdf")
    _, _, err = call("code", "a\nb.pdf")
    assert err.count("a b.pdf: ") == 1


def test_a_page_that_unpacks_without_end_is_a_limit(workdir, monkeypatch):
    monkeypatch.setattr(_unpacked, "MAX_BYTES", 100_000)
    file = pymupdf.open(write_pdf(workdir / "good.pdf"))
    (content,) = file[0].get_contents()
    file.update_stream(content, b"(" + b"A" * 200_000 + b") Tj")
    file.save("bomb.pdf", deflate=True)
    with pytest.raises(SourceLimit, match="unpacks"):
        qaextract.parse("bomb.pdf")


def test_unpacking_stops_at_the_limit():
    assert _unpacked._unpacked_size(zlib.compress(bytes(10**6)), 5000) == 5000
    assert _unpacked._unpacked_size(b"broken", 5000) == 6


BAD_SETTINGS = {
    "deep": "a = " + "[" * 5000,
    "tool is no table": "tool = 1",
    "presets are no table": "presets = 1",
    "preset is no table": "[presets]\nx = 1",
    "no number": "[recipes.definition]\nshare = nan",
}


@pytest.mark.parametrize("case", BAD_SETTINGS)
def test_settings_of_the_wrong_shape_are_refused(workdir, case):
    name = "pyproject.toml" if "tool" in case else "qaextract.toml"
    text = BAD_SETTINGS[case]
    (workdir / name).write_text(text)
    with pytest.raises(SettingsError):
        api.settings(preset="x" if "preset" in case else None)


DAMAGE = {
    "cut": lambda data: data[: len(data) // 2],
    "not UTF-8": lambda data: b"\xff" + data,
    "null": lambda data: b"null\n",
    "empty object": lambda data: b"{}\n",
    "deep": lambda data: b"[" * 100_000,
    "a number for a text": lambda data: data.replace(b'"A ', b'5, "x": "A '),
}


@pytest.mark.parametrize("case", DAMAGE)
@pytest.mark.parametrize("name", ["pairs.jsonl", "report.json"])
def test_a_damaged_run_says_so_and_is_mended_by_the_same_command(made, name, case):
    before = (made / name).read_bytes()
    (made / name).write_bytes(DAMAGE[case](before))
    if (made / name).read_bytes() != before:
        code, out, err = call("show", "out")
        assert code == 2, (out, err)
        assert (out, len(err.splitlines())) == ("", 1)
        assert "unexpected" not in err
    qaextract.document("sea.md", out="out")
    assert (made / name).read_bytes() == before


def test_a_damaged_manifest_is_no_manifest(made):
    before = (made / "manifest.json").read_bytes()
    (made / "manifest.json").write_text('{"sources": [5]}')
    with pytest.raises(QAExtractError, match="names no sources"):
        qaextract.validate("out")
    qaextract.document("sea.md", out="out")
    assert (made / "manifest.json").read_bytes() == before


def test_a_chunk_id_or_a_document_that_is_none_is_refused(made):
    lines = (made / "pairs.jsonl").read_text()
    for old, new in (('"chunk_id": "[^"]*"', '"chunk_id": "x"'), ('"document": {"id": "', '"document": {"id": "0')):
        (made / "pairs.jsonl").write_text(re.sub(old, new, lines))
        with pytest.raises(QAExtractError, match="run the command"):
            qaextract.validate("out")


def test_fresh_never_overwrites_an_older_ledger(made):
    for _ in range(3):
        qaextract.document("sea.md", out="out", fresh=True)
    assert len(list(made.glob("ledger-*.sqlite"))) == 3


def test_a_file_that_is_missing_now_and_not_before_is_said(sea):
    assert not qaextract.document("sea.md", out="out").failures
    assert qaextract.document("sea.md", "none.md", out="out").failures
    assert not qaextract.document("sea.md", out="out").failures


def test_a_finished_run_can_still_be_recorded(made):
    qaextract.document("sea.md", out="out", record="tape.jsonl")
    assert Path("tape.jsonl").exists()
    with pytest.raises(SettingsError, match="--record"):
        qaextract.document("sea.md", out="out", record="no/tape.jsonl")


def test_a_dry_run_makes_no_shared_ledger(sea):
    qaextract.document("sea.md", dry_run=True, ledger="shared.sqlite")
    assert [path.name for path in sea.iterdir()] == ["sea.md"]


def test_a_parser_that_raises_stops_no_other_file(made, demo_plugin, monkeypatch):
    Path("b.demo").write_text("A tide is the rise of the sea.\n")
    monkeypatch.setattr(demo_plugin.DemoText, "parse", lambda self, source: 1 / 0)
    run = qaextract.document("sea.md", "b.demo", out="both")
    assert [(failure.source, failure.code) for failure in run.failures] == [("b.demo", "parser_error")]
    assert run.pairs


def test_a_run_that_was_limited_stays_so_when_checked_again(sea):
    (sea / "sea.md").write_text(SEA + "\nA neap tide is a tide of less than average range.\n")
    run = qaextract.document("sea.md", out="out", recipe=["definition"], limit=1)
    before = (run.folder / "pairs.jsonl").read_bytes(), (run.folder / "rejections.jsonl").read_bytes()
    qaextract.validate("out")
    assert ((run.folder / "pairs.jsonl").read_bytes(), (run.folder / "rejections.jsonl").read_bytes()) == before


@pytest.mark.parametrize("extra", [{"kind": "definition"}, {"kind": 5}, {"kind": None}, {"model": ["x"]}])
def test_a_pair_from_elsewhere_needs_no_fields_of_a_recipe(sea, extra):
    (sea / "mine.jsonl").write_text(json.dumps({**PAIR, **extra}) + "\n")
    run = qaextract.validate("mine.jsonl", source="sea.md", out="out")
    assert (len(run.pairs), run.failures) == (1, [])


def test_pages_beyond_the_end_are_said(workdir):
    write_pdf(workdir / "good.pdf")
    run = qaextract.pdf("good.pdf", pages="7")
    assert "skipped: 1 for pages" in " ".join(run.report["explanation"])


@pytest.mark.parametrize("to", ["jsonl", "chat"])
def test_lone_surrogates_and_line_separators_are_exported_as_one_line(sea, to):
    text = "A spring tide is \ud800 a tide\u2028 of greater than average range."
    (sea / "mine.jsonl").write_text(json.dumps({**PAIR, "answer": text}) + "\n")
    (path,) = qaextract.validate("mine.jsonl", source="sea.md", out="out").export(to)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert all(json.loads(line) for line in lines)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to be had here")
def test_a_full_disk_is_said_in_one_line(qaextract_command):
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "qaextract", "recipes"]
        run = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, env=qaextract_command.environ)
    refused(subprocess.CompletedProcess(command, run.returncode, "", run.stderr), "No space left")


def test_a_closed_stdout_is_no_error(qaextract_command):
    command = f"{sys.executable} -m qaextract recipes >&-"
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=qaextract_command.environ)
    assert (run.returncode, run.stderr) == (0, "")
