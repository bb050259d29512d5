"""Files of one JSON object a line, whole or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from qaextract.lines import encoded
from qaextract.model import Json


def write_json_lines(path: Path, lines: Iterable[Json]) -> Path:
    """Write `path` under a temporary name in its folder, which is made, and rename it when all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            for line in lines:
                file.write(encoded(line) + "\n")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path
