"""Every quote is the document's own text, and every box lies inside its page and on the quote."""

import json
import re
import unicodedata
from pathlib import Path

import pymupdf
import pytest

import qaextract

from .conftest import CORPORA, ROOT

SHARED = ROOT.parent / "shared" / "docs" / "pdf"
PDFS = [CORPORA / "tides.pdf", CORPORA / "sundials.pdf"]
OTHERS = [*sorted(SHARED.glob("jose*.pdf")), SHARED / "R-data.pdf", SHARED / "devref.pdf"] if SHARED.is_dir() else []


def letters(text):
    return re.sub(r"[\W_]+", "", text)


def printed(page, box):
    """The letters and digits whose middle lies in the box, in the order of the page."""
    found = []
    for block in page.get_text("rawdict", flags=pymupdf.TEXT_MEDIABOX_CLIP)["blocks"]:
        for line in block.get("lines", ()):
            for char in (c for span in line["spans"] for c in span["chars"]):
                x0, y0, x1, y1 = char["bbox"]
                if box["x0"] <= (x0 + x1) / 2 <= box["x1"] and box["y0"] <= (y0 + y1) / 2 <= box["y1"]:
                    found.append(char["c"])
    return letters("".join(found))


def check_run(run, path):
    """The evidence checked, and how many of its boxes show other letters than the quote."""
    parsed = json.loads(json.dumps(qaextract.parse(path).to_json()))
    off, boxes = [], 0
    with pymupdf.open(path) as pdf:
        for line in (run.folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
            for evidence in json.loads(line)["evidence"]:
                assert evidence["quote"] == parsed["text"][evidence["start"] : evidence["end"]]
                assert evidence["pages"] == sorted({box["page"] for box in evidence["boxes"]})
                assert evidence["boxes"]
                shown = ""
                for box in evidence["boxes"]:
                    width, height = parsed["page_sizes"][box["page"] - 1]
                    assert 0 <= box["x0"] < box["x1"] <= width + 0.01
                    assert 0 <= box["y0"] < box["y1"] <= height + 0.01
                    shown += printed(pdf[box["page"] - 1], box)
                    boxes += 1
                if letters(unicodedata.normalize("NFKC", evidence["quote"])) != letters(
                    unicodedata.normalize("NFKC", shown)
                ):
                    off.append((evidence["quote"], shown))
    return boxes, off


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
def test_boxes_show_the_quote_and_nothing_else(path, workdir):
    boxes, off = check_run(qaextract.pdf(path, out="out"), path)
    assert boxes
    assert not off


@pytest.mark.slow
@pytest.mark.skipif(not OTHERS, reason="the shared documents are not here")
@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_boxes_show_the_quote_on_other_documents(path, workdir):
    boxes, off = check_run(qaextract.pdf(path, out="out"), path)
    assert len(off) <= 0.02 * boxes, off  # overlapping print and maths may bring in a stray letter


@pytest.mark.parametrize("path", sorted((CORPORA / "lunar").glob("*.py")), ids=lambda path: path.stem)
def test_code_evidence_stands_on_its_lines(path, workdir):
    run = qaextract.code(path, out="out")
    text = path.read_text(encoding="utf-8")
    file_lines = text.split("\n")
    for pair in run.pairs:
        for evidence in pair.evidence:
            first, last = evidence.lines
            assert evidence.quote == text[evidence.span.start : evidence.span.end]
            assert evidence.quote in "\n".join(file_lines[first - 1 : last])
            assert evidence.pages == ()


def test_a_quote_over_a_page_break_has_boxes_on_both_pages():
    document = qaextract.parse(CORPORA / "tides.pdf")
    crossing = [b for b in document.blocks if b.kind == "paragraph" and len(document.pages(b.span)) == 2]
    assert crossing
    for block in crossing:
        boxes = document.boxes(block.span)
        assert {box.page for box in boxes} == set(document.pages(block.span))
        assert block.page == boxes[0].page


def test_moved_source_is_no_trouble_for_reading_a_run(workdir):
    import shutil

    shutil.copy(CORPORA / "sundials.pdf", workdir / "paper.pdf")
    run = qaextract.pdf("paper.pdf")
    Path("paper.pdf").unlink()
    assert run.source_path(run.report["documents"][0]["id"]) is None
    assert qaextract.load(run.folder).pairs == run.pairs
