"""Python source: decoded as Python does, named by its package, cut without losing a character."""

from __future__ import annotations

import ast
import hashlib
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qaextract.chunkers.symbols import Symbols
from qaextract.errors import DamagedSource, SourceError
from qaextract.model import Block, Document, Source
from qaextract.parsers.python_code import PythonCode
from qaextract.python_source import python_source

MODULE = '''\
#!/usr/bin/env python3
"""Tides of a small harbour."""

import math

HEIGHT = 4.5  # metres


# How the moon pulls.
# In two lines.
@staticmethod
def pull(distance):
    """Return the pull."""
    return 1 / distance**2


class Harbour:
    """A harbour."""

    name = "Ü-Hafen"

    @property
    def depth(self):
        return HEIGHT

    def fill(self, water):
        def pour():
            return water

        return pour()

    boats = []


async def ebb(): pass
print(pull(3))
'''


def parsed(path: Path, content: bytes | str) -> Document:
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return PythonCode().parse(Source(path, path.name, hashlib.sha256(data).hexdigest()))


def covers(document: Document) -> None:
    """Blocks are in order, do not overlap, leave out only white space, and know their lines."""
    end = 0
    for block in document.blocks:
        assert block.span.start >= end
        assert document.text[end : block.span.start].strip() == ""
        assert block.line == document.text.count("\n", 0, block.span.start) + 1
        assert document.line_numbers(block.span) is not None
        end = block.span.end
    assert document.text[end:].strip() == ""


def partitions(document: Document, symbols: Symbols | None = None) -> None:
    """Chunks joined are the text, and each is its slice."""
    chunks = list((symbols or Symbols()).chunk(document))
    assert "".join(chunk.text for chunk in chunks) == document.text
    assert all(chunk.text == chunk.span.of(document.text) for chunk in chunks)
    assert all(chunk.headings[0] == document.title for chunk in chunks)


def first_lines(document: Document) -> list[tuple[int | None, int | None, str]]:
    def described(block: Block) -> tuple[int | None, int | None, str]:
        return block.line, block.level, block.span.of(document.text).split("\n")[0]

    return [described(block) for block in document.blocks]


def test_functions_methods_class_headers_and_statements_are_blocks(tmp_path: Path) -> None:
    document = parsed(tmp_path / "tides.py", MODULE)
    assert first_lines(document) == [
        (1, 0, "#!/usr/bin/env python3"),
        (9, 0, "# How the moon pulls."),
        (17, 0, "class Harbour:"),
        (22, 1, "@property"),
        (26, 1, "def fill(self, water):"),
        (32, 1, "boats = []"),
        (35, 0, "async def ebb(): pass"),
        (36, 0, "print(pull(3))"),
    ]
    covers(document)
    assert {block.kind for block in document.blocks} == {"code"}
    assert (document.page_count, document.title, document.warnings) == (0, "tides", ())
    assert document.parser.startswith("python_code ")


def test_chunks_are_named_by_their_symbol(tmp_path: Path) -> None:
    document = parsed(tmp_path / "tides.py", MODULE)
    partitions(document)
    assert [chunk.headings[1:] for chunk in Symbols().chunk(document)] == [(), ("pull",), ("Harbour",), ("ebb",), ()]
    methods = [chunk.headings[1:] for chunk in Symbols(whole_class_chars=0).chunk(document)]
    assert methods[2:6] == [("Harbour",), ("Harbour", "depth"), ("Harbour", "fill"), ("Harbour",)]
    partitions(document, Symbols(whole_class_chars=0))


@pytest.mark.parametrize(
    ("path", "content", "title"),
    [
        ("alone.py", "x = 1\n", "alone"),
        ("pkg/sub/leaf.py", "x = 1\n", "pkg.sub.leaf"),
        ("pkg/sub/__init__.py", "x = 1\n", "pkg.sub"),
        ("bare/deep/leaf.py", "from ..other import x\n", "bare.deep.leaf"),
        ("folder/numbers_of/core/leaf.py", "from numbers_of import x\n", "numbers_of.core.leaf"),
        ("json/leaf.py", "import json\n", "leaf"),
    ],
)
def test_title_is_the_name_to_import_it_by(tmp_path: Path, path: str, content: str, title: str) -> None:
    for package in ("pkg", "pkg/sub"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    assert parsed(tmp_path / path, content).title == title


@pytest.mark.parametrize(
    "content",
    [
        "name = 'Möwe'\n".encode(),
        b"\xef\xbb\xbf" + "name = 'Möwe'\n".encode(),
        "# -*- coding: latin-1 -*-\nname = 'Möwe'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\r\nname = 'Möwe'\r\n".encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with a byte order mark", "latin-1", "cp1252 with Windows line ends"],
)
def test_encoding_is_what_python_takes_it_for(tmp_path: Path, content: bytes) -> None:
    document = parsed(tmp_path / "gull.py", content)
    assert document.text.endswith("name = 'Möwe'\n")
    assert not set(document.text) & {"\r", "\ufeff"}
    covers(document)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = 1\ndef f(:\n", "line 2"),
        (b"x = 1\n\ny = '\xff'\n", "line 3"),
        (b"# coding: martian\nx = 1\n", "martian"),
        (b"x = 1\ny = '\0'\n", "line 2 holds a null byte"),
        (b"(" * 5000 + b")" * 5000, "nested"),
        (b"x = " + b"-" * 200_000 + b"1\n", "nest"),
    ],
    ids=["syntax", "bytes", "encoding", "null byte", "parentheses", "recursion"],
)
def test_what_cannot_be_read_is_an_error_that_says_where(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(DamagedSource, match=said) as caught:
        parsed(tmp_path / "broken.py", content)
    assert isinstance(caught.value, SourceError)
    assert "broken.py" in str(caught.value)


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_empty_file_is_a_document_with_a_warning(tmp_path: Path, content: str) -> None:
    document = parsed(tmp_path / "empty.py", content)
    assert document.blocks == ()
    assert document.warnings == ("the file is empty",)
    partitions(document)


def test_accepts_by_name_or_first_line(tmp_path: Path) -> None:
    files = {
        "a.py": b"",
        "b.pyi": b"",
        "script": b"#!/usr/bin/env python3\n",
        "shell": b"#!/bin/sh\npython x\n",
        "a.txt": b"#!/usr/bin/env python3\n",
        "report.py": b"%PDF-1.7\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    taken = [name for name in files if PythonCode().accepts(Source(tmp_path / name, name, ""))]
    assert taken == ["a.py", "b.pyi", "script"]


def test_warnings_of_the_code_that_is_read_are_not_ours(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parsed(tmp_path / "escape.py", "x = '\\d'\n").text == "x = '\\d'\n"


PIECES = st.sampled_from(
    [
        "x = 1\n",
        "\n",
        "    \n",
        "# note\n",
        "\f\n",
        "s = '''\n# not a comment\ndef no(): pass\n'''\n",
        "def f(a, b='ü'):\n    # inside\n    return a\n",
        "def g(): pass; y = 2\n",
        "@decorated\n# between\ndef h(\n    a,  # why: because\n):\n    pass\n",
        "class A: x = 1\n",
        "class B(\n    object,\n):\n    # first\n    def m(self):\n        pass\n    # last\n    z = 3\n",
        "class C:\n    class D:\n        def n(self): return 1\n\n    def o(self): return 2\n",
        "if x:\n    def p(): pass\nelse:\n    q = 'π'\n",
        "async def r():\n\tawait x\n",
    ]
)


@given(st.lists(PIECES, max_size=12), st.booleans(), st.sampled_from([0, 60, 10_000]))
def test_no_character_is_lost(pieces: list[str], cut: bool, whole_class_chars: int) -> None:
    text = "".join(pieces)
    text = text.rstrip("\n") if cut else text
    sections = python_source(text).sections()
    assert "".join(section.span.of(text) for section in sections) == text
    document = Document(id="0" * 16, uri="a.py", title="a", text=text, blocks=())
    partitions(document, Symbols(whole_class_chars))


def test_offsets_are_those_of_the_tree() -> None:
    source = python_source("ä = 'ö' + f('€', b)\nclass K:\n    ñ = 'x', 'ü𝄞'\n")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.expr | ast.stmt):
            assert source.slice(node) == ast.get_source_segment(source.text, node)


def test_the_standard_library_is_covered() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    for name in ("argparse.py", "typing.py", "json/decoder.py", "email/message.py"):
        data = (folder / name).read_bytes()
        document = PythonCode().parse(Source(folder / name, name, hashlib.sha256(data).hexdigest()))
        covers(document)
        partitions(document)
