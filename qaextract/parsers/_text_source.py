"""Text files: whether a file is one, and what it says."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from qaextract.errors import DamagedSource, SourceError
from qaextract.model import Source

#: What is looked at to tell whether a file is text.
HEAD_BYTES = 65_536

_MARKUP = re.compile(rb"\s*(<!--.*?-->\s*)*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Control characters that text files do hold: backspace (bold print), tab, line ends, form feed, escape.
_NOT_TEXT = re.compile(r"[\x00-\x07\x0e-\x1a\x1c-\x1f]")
_OVERSTRUCK = re.compile("[^\n\b]\b")


def head_of(path: Path) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""


def is_html(head: bytes) -> bool:
    """Whether a file that begins so is an HTML page, whatever its name."""
    return _MARKUP.match(head.removeprefix(codecs.BOM_UTF8)) is not None


def is_rtf(head: bytes) -> bool:
    """Whether a file that begins so is rich text."""
    return head.startswith(b"{\\rtf")


def is_text(head: bytes) -> bool:
    """Whether a file that begins so is text, of no kind that has a format of its own."""
    if head.startswith((b"%PDF", b"#!", b"%!PS")) or is_html(head) or is_rtf(head):
        return False
    cut = len(head) == HEAD_BYTES
    text = _decode(head, final=not cut)
    return text is not None and _NOT_TEXT.search(text[0]) is None


def read_text(source: Source) -> tuple[str, tuple[str, ...]]:
    r"""The decoded file, and what had to be guessed.

    Lines end with `\n`, a byte order mark is dropped, and so is what bold print by backspace strikes over. Files that
    have no mark of UTF-16 are UTF-8 if most of their letters beyond ASCII are, else Windows-1252.
    """
    try:
        decoded = _decode(source.path.read_bytes(), final=True)
    except OSError as error:
        raise SourceError(source.uri, f"cannot be read: {error.strerror}", "check the path") from error
    if decoded is None or "\0" in decoded[0]:
        raise DamagedSource(source.uri, "is not text", "save it as UTF-8")
    text, warnings = decoded
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _OVERSTRUCK.sub("", text)
    return text, warnings if text.strip() else (*warnings, "the file is empty")


def _decode(data: bytes, *, final: bool) -> tuple[str, tuple[str, ...]] | None:
    """Text and warnings; `final` is whether the data ends where the file does."""
    try:
        if data.startswith(_UTF16_MARKS):
            return codecs.getincrementaldecoder("utf-16")().decode(data, final), ()
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final), ()
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="replace")
    broken = text.count("\ufffd")
    if sum(char > "\x7f" for char in text) > 2 * broken:
        return text, (f"{broken} characters are not UTF-8 and could not be read",)
    try:
        return data.decode("cp1252"), ("not UTF-8: read as Windows-1252",)
    except UnicodeDecodeError:
        return None
