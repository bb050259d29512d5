"""Whether what is drawn on a PDF page unpacks to more than can be read, found out without unpacking it all."""

from __future__ import annotations

import zlib
from typing import Any

#: Most a page may unpack to. A page of a book has some 10 kB, a large map 10 MB; twice as much as this takes 2 GB.
MAX_BYTES = 32 * 2**20
#: Deflate packs at most 1,032 bytes into one.
MAX_RATIO = 1032
_DEFLATE = ("/FlateDecode", "[/FlateDecode]")


def is_too_large(file: Any, page: Any) -> bool:
    """Whether the content streams of a page of a PyMuPDF file are too large. Forms drawn by them are not counted."""
    left = MAX_BYTES
    for xref in page.get_contents():
        packed = file.xref_stream_raw(xref) or b""
        if len(packed) * MAX_RATIO > left and file.xref_get_key(xref, "Filter")[1] in _DEFLATE:
            left -= _unpacked_size(packed, left + 1)
        else:
            left -= len(packed)
        if left < 0:
            return True
    return False


def _unpacked_size(packed: bytes, most: int) -> int:
    try:
        return len(zlib.decompressobj().decompress(packed, most))
    except zlib.error:  # MuPDF reads on where it can; a broken stream is not the matter here
        return len(packed)
