"""Question-answer pairs from books, papers and source code, every quote located to its page and box.

    import qaextract

    run = qaextract.pdf("book.pdf")
    run.show()

The names below are loaded when they are first used, so that `import qaextract` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qaextract.api import (
        Run,
        check,
        chunk,
        code,
        deduplicate,
        document,
        export,
        load,
        locate,
        parse,
        pdf,
        validate,
    )
    from qaextract.errors import QAExtractError
    from qaextract.model import (
        Ask,
        BBox,
        Block,
        Chunk,
        Context,
        Document,
        Draft,
        Evidence,
        Failure,
        Match,
        Part,
        QAPair,
        Rejection,
        Span,
        Verdict,
    )

__all__ = [
    "Ask",
    "BBox",
    "Block",
    "Chunk",
    "Context",
    "Document",
    "Draft",
    "Evidence",
    "Failure",
    "Match",
    "Part",
    "QAExtractError",
    "QAPair",
    "Rejection",
    "Run",
    "Span",
    "Verdict",
    "check",
    "chunk",
    "code",
    "deduplicate",
    "document",
    "export",
    "load",
    "locate",
    "parse",
    "pdf",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in ("qaextract.model", "qaextract.errors", "qaextract.api"):
            found = getattr(importlib.import_module(module), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module 'qaextract' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
