"""Bad input: one line that says what to do, the right exit code, nothing lost, no traceback."""

import json
import shutil
import time

import pymupdf
import pytest

from .conftest import CORPORA, ROOT


def refused(run, *words):
    assert run.returncode == 2, (run.returncode, run.stdout, run.stderr)
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert run.stderr.startswith("qaextract: ")
    assert "; " in run.stderr
    assert "Traceback" not in run.stderr
    for word in words:
        assert word in run.stderr


def write_pdf(path, text="A tide is the rise of the sea.", **save):
    document = pymupdf.open()
    page = document.new_page()
    if text:
        page.insert_text((72, 100), text)
    else:
        page.draw_rect(pymupdf.Rect(50, 50, 300, 300), fill=(0.5, 0.5, 0.5))
    document.save(path, **save)
    return path


BAD_CALLS = {
    "missing file": (["pdf", "nowhere.pdf"], ["nowhere.pdf", "no such file"]),
    "empty folder": (["pdf", "empty"], ["empty", "no file"]),
    "empty file": (["pdf", "empty.pdf"], ["empty.pdf"]),
    "not a pdf": (["pdf", "page.html"], ["page.html", "qaextract document"]),
    "html named pdf": (["pdf", "web.pdf"], ["web.pdf", "is not a PDF"]),
    "python as pdf": (["pdf", "prog.py"], ["use: qaextract code prog.py"]),
    "pdf as code": (["code", "good.pdf"], ["use: qaextract pdf good.pdf"]),
    "encrypted": (["pdf", "locked.pdf"], ["locked.pdf", "--password"]),
    "wrong password": (["pdf", "locked.pdf", "--password", "no"], ["locked.pdf", "--password"]),
    "garbage after the header": (["pdf", "junk.pdf"], ["junk.pdf"]),
    "unknown command": (["frobnicate"], ["frobnicate"]),
    "unknown option": (["pdf", "good.pdf", "--frob"], ["--frob"]),
    "no file": (["pdf"], ["--help"]),
    "unknown recipe": (["pdf", "good.pdf", "--recipe", "poem"], ["'poem'", "definition"]),
    "unknown provider": (["pdf", "good.pdf", "--model", "oracle:one"], ["'oracle'", "replay"]),
    "model without a name": (["pdf", "good.pdf", "--model", "replay"], ["replay:NAME"]),
    "recording that is missing": (["pdf", "good.pdf", "--model", "oracle"], ["'oracle'"]),
    "bad pages": (["pdf", "good.pdf", "--pages", "9-3"], ["9-3", "3-40"]),
    "pages from zero": (["pdf", "good.pdf", "--pages", "0"], ["'0'"]),
    "bad limit": (["pdf", "good.pdf", "--limit", "0"], ["limit", "argument"]),
    "limit that is no number": (["pdf", "good.pdf", "--limit", "many"], ["--limit"]),
    "bad ocr": (["pdf", "good.pdf", "--ocr", "maybe"], ["ocr", "'maybe'"]),
    "unknown preset": (["pdf", "good.pdf", "--preset", "all"], ["'all'"]),
    "missing settings file": (["pdf", "good.pdf", "--config", "none.toml"], ["none.toml"]),
    "broken settings file": (["pdf", "good.pdf", "--config", "broken.toml"], ["broken.toml", "TOML"]),
    "unknown setting": (["pdf", "good.pdf", "--config", "unknown.toml"], ["validators.length.max_char", "max_"]),
    "setting of the wrong type": (["pdf", "good.pdf", "--config", "wrong.toml"], ["workers", "'lots'", "wrong.toml"]),
    "unwritable folder": (["pdf", "good.pdf", "--out", "good.pdf"], ["good.pdf", "--out"]),
    "folder that is no run": (["show", "empty"], ["empty", "run folder"]),
    "unknown exporter": (["export", "empty", "--to", "jsonl"], ["empty"]),
    "unknown component": (["components", "none"], ["'none'", "definition"]),
    "pairs without a source": (["validate", "pairs.jsonl"], ["--source"]),
    "pairs that are missing": (["validate", "none.jsonl", "--source", "good.pdf"], ["none.jsonl"]),
    "source that is missing": (["validate", "pairs.jsonl", "--source", "none.pdf"], ["none.pdf"]),
}


@pytest.fixture
def shelf(qaextract_command):
    folder = qaextract_command.folder
    (folder / "empty").mkdir()
    (folder / "empty.pdf").touch()
    (folder / "page.html").write_text("<html><body><p>Hello</p></body></html>")
    (folder / "web.pdf").write_text("<html><body><p>404</p></body></html>")
    (folder / "prog.py").write_text("x = 1\n")
    (folder / "junk.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    (folder / "broken.toml").write_text("workers = [")
    (folder / "unknown.toml").write_text("[validators.length]\nmax_char = 3\n")
    (folder / "wrong.toml").write_text("workers = 'lots'\n")
    (folder / "pairs.jsonl").write_text('{"question": "Q?", "answer": "A.", "quotes": ["A."]}\n')
    write_pdf(folder / "good.pdf")
    write_pdf(folder / "locked.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="sesame", owner_pw="open")
    return qaextract_command


@pytest.mark.parametrize("case", BAD_CALLS)
def test_bad_input_is_one_line_that_says_what_to_do(shelf, case):
    arguments, words = BAD_CALLS[case]
    before = {path.name for path in shelf.folder.iterdir()}
    refused(shelf(*arguments), *words)
    assert before <= {path.name for path in shelf.folder.iterdir()}


def test_a_bad_setting_in_the_environment_is_named(shelf):
    refused(shelf("pdf", "good.pdf", QAEXTRACT_WORKERS="lots"), "workers", "environment")
    refused(shelf("pdf", "good.pdf", QAEXTRACT_WORKER="2"), "QAEXTRACT_WORKER")


def test_the_right_password_opens_and_is_kept_nowhere(shelf):
    for run in (
        shelf("pdf", "locked.pdf", "--password", "sesame", "--out", "by-option"),
        shelf("pdf", "locked.pdf", "--out", "by-environment", QAEXTRACT_PASSWORD="sesame"),
    ):
        assert run.returncode == 0, run.stderr
    for path in shelf.folder.glob("by-*/*"):
        assert b"sesame" not in path.read_bytes()


def test_a_bad_file_among_good_ones_stops_nothing(shelf):
    run = shelf("pdf", "good.pdf", "junk.pdf", "locked.pdf", "none.pdf", "--out", "out")
    assert run.returncode == 1
    failures = [json.loads(line) for line in (shelf.folder / "out/failures.jsonl").read_text().splitlines()]
    assert {failure["source"] for failure in failures} == {"junk.pdf", "locked.pdf", "none.pdf"}
    assert all(failure["error"] for failure in failures)


def test_a_pdf_of_images_says_that_it_has_no_text(shelf):
    write_pdf(shelf.folder / "scan.pdf", text="")
    run = shelf("pdf", "scan.pdf")
    assert run.returncode == 0
    assert "no page has text" in run.stderr
    assert "OCR" in run.stderr


def test_a_truncated_pdf_says_so_or_is_refused(shelf):
    whole = (CORPORA / "tides.pdf").read_bytes()
    for part in (0.3, 0.6, 0.95):
        (shelf.folder / "cut.pdf").write_bytes(whole[: int(len(whole) * part)])
        run = shelf("pdf", "cut.pdf", "--out", f"cut-{part}")
        assert run.returncode in (0, 1, 2), run.stderr
        assert "cut.pdf" in run.stderr  # a warning that names it, or the refusal
        assert "Traceback" not in run.stderr


def test_another_language_is_recognised_and_said(shelf):
    text = "Die Gezeiten sind die Bewegungen des Wassers der Ozeane. Sie werden durch den Mond verursacht, " * 3
    (shelf.folder / "meer.txt").write_text(text)
    run = shelf("document", "meer.txt")
    assert run.returncode == 0
    assert "German" in run.stderr
    assert "--model" in run.stderr


def test_broken_json_lines_are_failures_and_the_others_are_checked(shelf):
    (shelf.folder / "sea.txt").write_text("A spring tide is a tide of greater than average range.\n")
    pairs = [
        '{"question": "What is a spring tide?", "answer": "A tide of greater than average range.", '
        '"quotes": ["a tide of greater than average range"]}',
        '{"question": "Broken',
        "[1, 2]",
        '{"answer": "No question."}',
        '{"question": "What is a neap tide?", "answer": "A small tide.", "evidence": [{"quote": "a small tide"}]}',
    ]
    (shelf.folder / "mine.jsonl").write_text("\n".join(pairs) + "\n")
    run = shelf("validate", "mine.jsonl", "--source", "sea.txt", "--out", "out", "--json")
    assert run.returncode == 1, run.stderr
    report = json.loads(run.stdout)
    assert report["counts"]["drafts"] == report["counts"]["kept"] + report["counts"]["rejected"] == 2
    assert report["counts"]["kept"] == 1
    assert report["counts"]["chunks"] == 0
    failures = (shelf.folder / "out/failures.jsonl").read_text()
    assert [f", line {n}," in failures for n in (1, 2, 3, 4, 5)] == [False, True, True, True, False]


def test_mupdf_prints_nothing(shelf):
    (shelf.folder / "cut.pdf").write_bytes((CORPORA / "tides.pdf").read_bytes()[:150_000])
    run = shelf("pdf", "good.pdf", "cut.pdf", "junk.pdf", "--out", "out")
    assert "MuPDF" not in run.stdout + run.stderr


def test_json_is_all_there_is_on_stdout(shelf):
    for arguments in (["pdf", "good.pdf", "--json"], ["parse", "good.pdf", "--json"]):
        json.loads(shelf(*arguments).stdout)
    for line in shelf("chunk", "good.pdf", "--json").stdout.splitlines():
        json.loads(line)


def test_a_key_in_the_environment_adds_one_line_and_spends_nothing(shelf):
    run = shelf("pdf", "good.pdf", ANTHROPIC_API_KEY="not-a-key")
    assert run.returncode == 0
    assert run.stderr.count("--model anthropic:NAME") == 1


def test_reading_stops_quietly_when_nobody_listens(shelf):
    process = shelf.start("components")
    process.stdout.close()
    with process.stderr:
        assert "Traceback" not in process.stderr.read()
    process.wait(timeout=30)


@pytest.mark.parametrize("command", ["recipes", "components", "settings"])
def test_lists_are_one_unwrapped_line_each(shelf, command):
    run = shelf(command, COLUMNS="40")
    assert run.returncode == 0, run.stderr
    assert all(line.endswith((".py", ")")) for line in run.stdout.splitlines())


def test_show_explains_a_run(shelf):
    shutil.copy(CORPORA / "tides.pdf", shelf.folder)
    assert shelf("pdf", "tides.pdf", "--out", "out").returncode == 0
    shown = shelf("show", "out").stdout
    for word in ("chunks", "asked", "kept", "definition", "front_matter", "Sections", "Springs and neaps"):
        assert word in shown
    pairs = [json.loads(line) for line in (shelf.folder / "out/pairs.jsonl").read_text().splitlines()]
    page = pairs[0]["evidence"][0]["pages"][0]
    assert pairs[0]["question"].split("\n")[0] in shelf("show", "out", "--page", page).stdout
    refused(shelf("show", "out", "--rejected", "no_such_code"), "no_such_code")


def test_the_version_is_that_of_the_package(shelf):
    assert shelf("--version").stdout.split() == ["qaextract", "0.1.0"]
    assert 'version = "0.1.0"' in (ROOT / "pyproject.toml").read_text()


def test_files_of_a_folder_that_no_parser_takes_are_passed_over(shelf):
    folder = shelf.folder / "mixed"
    folder.mkdir()
    (folder / "a.txt").write_text("A spring tide is a tide of greater than average range.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    run = shelf("document", "mixed", "--out", "out")
    assert run.returncode == 0, run.stderr
    (folder / "a.txt").unlink()
    refused(shelf("document", "mixed", "--out", "out2"), "no file", "mixed")


def test_fresh_is_refused_while_another_process_writes(shelf):
    from qaextract.run import Ledger

    assert shelf("pdf", "good.pdf", "--out", "out").returncode == 0
    ledger = Ledger(shelf.folder / "out/ledger.sqlite")
    try:
        refused(shelf("pdf", "good.pdf", "--out", "out", "--fresh"), "another process")
    finally:
        ledger.close()


def test_to_be_asked_to_end_is_an_interrupt(shelf):
    process = shelf.start("pdf", CORPORA / "tides.pdf", CORPORA / "sundials.pdf", "--out", "out")
    time.sleep(1.2)
    process.terminate()
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, 130)
    assert "Traceback" not in errors


def test_numbers_and_codes_are_no_language():
    from qaextract.english import language

    assert language("1.25 3.50 x y 12 kg 7 mm") == ""
    assert language("X1 Y2 ZZ 44 Q9 " * 20) == ""
    assert language("The tide is the rise and fall of the sea under the pull of the moon.") == "en"
    assert language("Die Gezeiten sind die Bewegungen der Ozeane unter dem Einfluss des Mondes.") == "de"
    assert language("潮汐是海水在月球和太阳引力作用下的周期性涨落现象,古人很早就注意到了。") == "zh"
