"""Pages per CPU-second of the whole run and of parsing, beside PyMuPDF's own `dict`, in the same process.

    python benchmarks/speed.py FILE.pdf...

Timings on a shared machine are noisy: read the ratios.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import pymupdf

import qaextract


def cpu_s(work: object) -> float:
    """CPU seconds of a call."""
    began = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - began


def bare(path: Path) -> None:
    """What PyMuPDF needs alone."""
    with pymupdf.open(path) as document:
        for page in document:
            page.get_text("dict")


def main(paths: list[Path]) -> None:
    """One row a file."""
    qaextract.parse(paths[0])  # imports are paid once, before anything is timed
    print("| file | pages | dict, pages/s | parse, pages/s | parse / dict | whole run, pages/s | peak RSS, MB |")
    print("|---|---|---|---|---|---|---|")
    for path in paths:
        with pymupdf.open(path) as document:
            pages = document.page_count
        with tempfile.TemporaryDirectory() as folder:
            alone = cpu_s(lambda path=path: bare(path))
            parse = cpu_s(lambda path=path: qaextract.parse(path))
            whole = cpu_s(lambda path=path, folder=folder: qaextract.pdf(path, out=Path(folder, "run")))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rates = f"{pages / alone:.0f} | {pages / parse:.0f} | {alone / parse:.2f} | {pages / whole:.0f}"
        print(f"| {path.name} | {pages} | {rates} | {peak:.0f} |")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
