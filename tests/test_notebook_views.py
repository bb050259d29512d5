"""What notebooks show: everything escaped, quotes highlighted where they stand, the same HTML every time."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.formatters import DisplayFormatter

from qaextract import api
from qaextract.errors import SourceError
from qaextract.model import (
    Block,
    Chunk,
    Document,
    DocumentRef,
    Draft,
    Evidence,
    Failure,
    QAPair,
    Rejection,
    Span,
    Verdict,
)
from qaextract.view._html import marked
from qaextract.view.notebook import page_image, register

CORPORA = Path(__file__).parent.parent / "corpora"
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
VOID = {"br", "hr", "img"}


class Markup(HTMLParser):
    """Text, tags and highlighted text of HTML; fails on a tag that is closed wrongly."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.words, self.marks = [], [], [], []
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert all(not name.startswith("on") and name != "id" for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if "mark" in self.open:
            self.marks[-1] += data

    @property
    def text(self):
        return "".join(self.words)


@pytest.fixture
def formatter():
    shell = SimpleNamespace(display_formatter=DisplayFormatter())
    register(shell)
    return shell.display_formatter


@pytest.fixture
def show(formatter):
    def shown(value):
        data, _ = formatter.format(value)
        return Markup(data["text/html"])

    return shown


SENTENCE = "An ebb is a falling tide."


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebook") / "ebb.pdf"
    with pymupdf.open() as file:
        for words in (
            "Harbours need pilots. An anchor holds a ship.",
            f"Water comes and goes. {SENTENCE} It lasts hours.",
        ):
            page = file.new_page(width=400, height=300)
            page.insert_textbox((40, 40, 360, 200), words, fontsize=12)
        file.save(path)
    return path


@pytest.fixture(scope="module")
def document(pdf):
    return api.parse(pdf)


def evidence_of(document, quote):
    start = document.text.index(quote)
    span = Span(start, start + len(quote))
    return Evidence(quote, span, document.pages(span), document.boxes(span), document.line_numbers(span))


def pair_of(document, quote=SENTENCE, question="What is an ebb?", **more):
    ref = DocumentRef(document.id, document.uri, document.title)
    draft = more.pop("draft", None) or Draft(question=question, answer=quote, quotes=(quote,))
    return QAPair("definition", draft, (evidence_of(document, quote),), ref, **more)


def test_a_quote_is_highlighted_in_its_paragraph(document, show):
    markup = show(pair_of(document))
    assert markup.marks == [SENTENCE]
    assert f"Water comes and goes. {SENTENCE} It lasts hours." in markup.text
    assert "p. 2" in markup.text
    assert "Harbours" not in markup.text


def test_two_quotes_of_one_paragraph_stand_in_it_once(document, show):
    both = (evidence_of(document, "It lasts hours."), evidence_of(document, SENTENCE))
    pair = pair_of(document)
    markup = show(QAPair(pair.kind, pair.draft, both, pair.document))
    assert markup.marks == [SENTENCE, "It lasts hours."]
    assert markup.text.count("Water comes and goes.") == 1


def test_quotes_of_two_pages_are_two_passages(document, show):
    both = (evidence_of(document, SENTENCE), evidence_of(document, "Harbours need pilots."))
    pair = pair_of(document)
    markup = show(QAPair(pair.kind, pair.draft, both, pair.document))
    assert markup.marks == ["Harbours need pilots.", SENTENCE]
    assert markup.tags.count("blockquote") == 2


def test_without_the_file_the_quote_alone_is_shown(pdf, document, show, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    gone = QAPair(**{**vars(pair_of(document)), "document": DocumentRef(document.id, "ebb.pdf", "Ebb")})
    markup = show(gone)
    assert markup.marks == [SENTENCE]
    assert "Water comes" not in markup.text
    Path("ebb.pdf").write_bytes(pdf.read_bytes() + b"\n% changed")
    assert "Water comes" not in show(gone).text
    with pytest.raises(SourceError, match=r"ebb\.pdf"):
        page_image(gone)


def test_of_a_long_paragraph_only_the_surroundings_are_shown(tmp_path, show):
    path = tmp_path / "long.md"
    path.write_text("early " * 400 + SENTENCE + " late" * 400 + "\n", encoding="utf-8")
    markup = show(pair_of(api.parse(path)))
    assert markup.marks == [SENTENCE]
    assert "… early early" in markup.text
    assert "late late …" in markup.text
    assert len(markup.text) < 2000


def test_a_page_is_an_image_and_the_evidence_on_it_is_marked(document):
    image = page_image(pair_of(document))
    assert image.data.startswith(b"\x89PNG")
    plain = page_image(pair_of(document), page=1)
    assert image.data != plain.data
    marked_pixels = pymupdf.Pixmap(image.data).color_count(colors=True)
    assert any(r > 240 and g > 200 and b < 190 for r, g, b in marked_pixels)
    assert not any(r > 240 and g > 200 and b < 190 for r, g, b in pymupdf.Pixmap(plain.data).color_count(colors=True))


def test_a_page_of_a_document_shows_its_blocks_or_those_of_a_kind_or_a_span(document):
    every = page_image(document, 2).data
    assert every != page_image(document, 2, kind="table").data
    assert page_image(document, span=evidence_of(document, SENTENCE).span).data == page_image(pair_of(document)).data


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there_is_named(document, page):
    with pytest.raises(SourceError, match=r"ebb\.pdf"):
        page_image(document, page)


def test_what_has_no_pages_cannot_be_drawn(tmp_path):
    path = tmp_path / "plain.md"
    path.write_text(f"{SENTENCE}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="stands on a page"):
        page_image(pair_of(api.parse(path)))


HOSTILE = "<script>alert('1')</script> & \"x\" <img src=x onerror=y> </div>\ud800"


def test_nothing_that_a_document_says_becomes_markup(show):
    ref = DocumentRef("0" * 16, HOSTILE, HOSTILE)
    draft = Draft(question=HOSTILE, answer=HOSTILE, quotes=(HOSTILE,))
    verdict = Verdict("numbers", False, HOSTILE, HOSTILE, 0.5)
    span = Span(0, len(HOSTILE))
    pair = QAPair(HOSTILE, draft, (Evidence(HOSTILE, span),), ref, None, (HOSTILE,), HOSTILE, (verdict,))
    rejection = Rejection(HOSTILE, draft, verdict, ref, checks=(verdict,))
    document = Document("0" * 16, HOSTILE, HOSTILE, HOSTILE, (Block("heading", span),), warnings=(HOSTILE,))
    chunk = Chunk("0" * 16, span, HOSTILE, (HOSTILE,))
    failure = Failure(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    shown = [pair, rejection, document, chunk, verdict, failure]
    for value in [*shown, *([value] for value in shown if value is not document)]:
        markup = show(value)
        assert not {"script", "img"} & set(markup.tags)
        assert "<script>" in markup.text


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_highlighting_keeps_every_character(content, ends):
    spans = sorted(Span(min(pair), max(pair)) for pair in ends)
    expected = content.encode("utf-8", "backslashreplace").decode()
    parsed = Markup(marked(content, spans).replace("&#x27;", "'"))
    # HTML knows no other line end than \n, and no null: the front end replaces them.
    assert normal(parsed.text) == normal(expected)


def normal(text):
    return re.sub(r"[\r\0\x0b\x0c]", "", text)


def test_a_rejection_shows_its_reason_and_the_words_it_is_about(document, show):
    pair = pair_of(
        document, "Water comes and goes.", "How often?", draft=Draft(question="How often?", answer="25 times")
    )
    verdict = Verdict("numbers", False, "number_not_in_source", "the answer says '25', the source does not", 0.0)
    other = Verdict("support", False, "not_in_evidence")
    markup = show(Rejection("factual", pair.draft, verdict, pair.document, pair.evidence, checks=(verdict, other)))
    assert markup.marks == ["25", "Water comes and goes."]
    assert "number not in source" in markup.text
    assert "the answer says '25', the source does not" in markup.text
    assert "It also failed support (not in evidence)." in markup.text


def test_a_rejection_shows_the_quote_that_was_not_found(show):
    draft = Draft(question="What is an ebb?", answer="Sand.", quotes=("An ebb is sand.",))
    verdict = Verdict("locate", False, "quote_not_found", "not in the document: 'An ebb is sand.'")
    markup = show(Rejection("factual", draft, verdict, DocumentRef("0" * 16, "", "Tides")))
    assert "not located:An ebb is sand." in markup.text.replace("\n", "")
    assert markup.marks == []


def test_the_indentation_of_code_is_not_highlighted(tmp_path, show):
    path = tmp_path / "ebb.py"
    path.write_text("def ebb():\n    if low:\n        return 'sand'\n", encoding="utf-8")
    markup = show(pair_of(api.parse(path), "if low:\n        return 'sand'"))
    assert [mark.strip() for mark in markup.marks] == ["if low:", "return 'sand'"]
    assert "    if low:\n        return 'sand'" in markup.text


def test_further_fields_of_a_draft_are_shown(document, show):
    class Steps(Draft):
        term: str
        said: tuple[str, ...] = ("What is", "an  EBB")
        steps: tuple[Draft, ...]

    step = Draft(question="Which way?", answer="Down.", quotes=(SENTENCE,))
    draft = Steps(question="What is it?", answer="An ebb.", quotes=(SENTENCE,), term="low <b>", steps=(step,))
    markup = show(pair_of(document, draft=draft))
    assert "low <b>" in markup.text
    assert "said" not in markup.text  # question and answer say it already
    assert "question: Which way?, answer: Down." in markup.text


def test_a_table_is_shown_as_one_with_the_highlight_in_its_cells(document, show, monkeypatch):
    text = "Port\tRange\nHythe\t4.1 m\nSeal\t3.0 m"
    table = Document("1" * 16, "t.pdf", "Ports", text, (Block("table", Span(0, len(text))),))
    monkeypatch.setattr("qaextract.view._passages.document_of", lambda ref: table)
    markup = show(pair_of(table, "Hythe\t4.1 m"))
    assert markup.marks == ["Hythe", "4.1 m"]
    assert markup.tags.count("tr") == 3


def test_a_document_shows_outline_kinds_and_warnings(show, formatter):
    text = "1 Ebb\n\nWater falls.\n\n1.1 Neaps\n\nIt falls less."
    spans = [("heading", 0, 5), ("paragraph", 7, 19), ("heading", 21, 30), ("paragraph", 32, 46)]
    blocks = tuple(Block(kind, Span(a, b), page=1, level=2) for kind, a, b in spans)
    document = Document("2" * 16, "e.pdf", "Ebb", text, blocks, page_count=1, warnings=("page 2 has no text",))
    markup = show(document)
    for words in ("Ebb", "1 page", "4 blocks", "paragraph", "1.1 Neaps", "page 2 has no text"):
        assert words in markup.text
    assert formatter.format(document)[0]["text/plain"] == "Document: Ebb (1 page, 4 blocks)"


def test_a_chunk_shows_headings_and_the_beginning_of_its_text(show):
    markup = show(Chunk("3" * 16, Span(0, 5000), "water " * 833 + "ab", ("Tides", "Ebb")))
    assert "Tides › Ebb" in markup.text
    assert "3,800 more characters" in markup.text


def test_lists_of_one_noun_are_tables_and_others_stay_as_they_are(show, formatter):
    verdicts = [Verdict("leak", True, "ok", "", 1.0), Verdict("length", False, "too_long", "2,001 characters")]
    markup = show(verdicts)
    assert show(tuple(verdicts)).text == markup.text
    assert markup.tags.count("tr") == 3
    assert "too_long" in markup.text
    for other in ([], [1, 2], ["a"], [verdicts[0], 1], {1: verdicts[0]}):
        assert "text/html" not in formatter.format(other)[0]


def test_a_long_list_says_how_many_more_there_are(document, show):
    markup = show([pair_of(document, question=f"What is an ebb of {n} hours?") for n in range(33)])
    assert "and 13 more" in markup.text


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "<b>run"
    lines = [
        {
            "question": "What is a neap tide?",
            "answer": "A tide of smaller than average range.",
            "quotes": ["smaller than average range"],
        },
        {"question": "What is an ebb?", "answer": "A sandwich.", "quotes": ["An ebb is a sandwich made of sand."]},
    ]
    pairs = folder.parent / "pairs.jsonl"
    pairs.write_text("".join(json.dumps(line) + "\n" for line in lines) + "{\n", encoding="utf-8")
    return api.validate(pairs, source=CORPORA / "tides.pdf", out=folder)


def test_a_run_shows_counts_reasons_and_failures(run, show):
    markup = show(run)
    assert "The Tides" in markup.text
    for stage in ("drafts", "kept", "rejected"):
        assert stage in markup.text
    assert any(rejection.verdict.code in markup.text for rejection in run.rejections)
    assert "1 failure:" in markup.text


def test_a_run_is_shown_the_same_wherever_and_whenever_it_was_made(run, formatter):
    data, _ = formatter.format(run)
    again, _ = formatter.format(api.load(run.folder))
    assert data == again
    assert "text/plain" in data
    assert str(run.folder) not in "".join(data.values())


def in_python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_library_does_not_load_ipython_by_itself():
    assert (
        in_python("import sys, qaextract.view.notebook as n; n.register_if_ipython(); print('IPython' in sys.modules)")
        == "False\n"
    )


def test_nothing_is_registered_where_ipython_is_only_installed():
    code = "import IPython, qaextract.view.notebook as n; n.register_if_ipython(); print(IPython.get_ipython())"
    assert in_python(code) == "None\n"


CAPTURED = """
import sys
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
shell = InteractiveShell.instance()
shell.kernel = None
from qaextract import api
from qaextract.view.notebook import register_if_ipython
register_if_ipython()
run = api.load(sys.argv[1])
with capture_output() as caught:
    shell.displayhook.write_format_data = lambda *_: None
    from IPython.display import display
    display(run.pairs[0])
print([sorted(output.data) for output in caught.outputs])
"""


def test_in_a_notebook_a_pair_is_text_and_below_it_the_page(run):
    code = CAPTURED.replace("sys.argv[1]", repr(str(run.folder)))
    assert in_python(code).splitlines()[-1] == "[['text/html', 'text/plain'], ['image/png', 'text/plain']]"


def outputs_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return [output for cell in cells for output in cell.get("outputs", ())]


@pytest.mark.parametrize("notebook", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.name)
def test_the_notebooks_hold_their_outputs_and_nothing_of_the_machine(notebook):
    outputs = outputs_of(notebook)
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert not re.search(r"/tmp/|/home/|/root/|[A-Z]:\\\\", notebook.read_text(encoding="utf-8"))
    for output in outputs:
        if html := output.get("data", {}).get("text/html"):
            Markup("".join(html))
