"""`python -m qaextract` is the `qaextract` command; this module is its entry point."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """The command. To be asked to end is an interrupt: what there is by then is written."""
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 - as long as the process
    sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere  # None where the caller closed them
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        from qaextract.cli import call

        code = call(sys.argv[1:])
    except KeyboardInterrupt:
        sys.stderr.write("qaextract: interrupted; run the same command again to go on\n")
        code = 130
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is written
    raise SystemExit(code)


if __name__ == "__main__":
    main()
