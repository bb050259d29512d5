"""No pattern takes for ever on any text: what is repeated inside of a repetition must not fit in two ways."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys

import qaextract

HOSTILE = [
    body * (60 // len(body)) + end
    for body in (
        "a",
        "A",
        "aB",
        "1",
        "1.",
        "a ",
        "A ",
        "A. ",
        "a, ",
        "a-",
        "a_",
        "(",
        "(a",
        "a(",
        ".",
        " ",
        "\n",
        "\t",
        "-",
    )
    for end in ("", "!", "\n", "\0", " .")
]
GENEROUS_S = 20


def patterns() -> dict[str, re.Pattern[str]]:
    """Every pattern that a module of the package holds, by its place."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(qaextract.__path__, "qaextract."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
            inner = [item for _, entry in held for item in (entry if isinstance(entry, tuple) else (entry,))]
            for n, one in enumerate([value, *inner]):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                    found[f"{module.name}.{name}[{n}]"] = one
    return found


def test_every_pattern_ends_on_hostile_text() -> None:
    # In a process of its own: nothing stops a pattern that runs away.
    ended = subprocess.run([sys.executable, "-m", __name__], capture_output=True, text=True, timeout=4 * GENEROUS_S)
    assert ended.returncode == 0, ended.stderr


def main() -> None:
    """Search all texts with all patterns; a pattern that takes very long is named by the traceback."""
    import faulthandler

    known = patterns()
    assert len(known) > 200
    for place, pattern in known.items():
        sys.stderr.write(f"{place}\n")
        sys.stderr.flush()
        faulthandler.dump_traceback_later(GENEROUS_S, exit=True)
        for text in HOSTILE:
            pattern.search(text)
            pattern.fullmatch(text)
            pattern.sub("", text)
        faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    main()
