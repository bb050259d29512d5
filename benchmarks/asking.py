"""What asking costs beside a bare client of the SDK: wall time and own CPU a request, on one server in one run.

    python benchmarks/asking.py [--requests 2000] [--in-flight 64] [--latency 0.2]

The server runs in a process of its own. Both sides ask the same requests of it in turn; ratios hold where timings
are noisy. With --chunks N the memory that asking for so many chunks takes is measured as well.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from qaextract.asking import Asker, Job, ask_all
from qaextract.executors.threads import Threads
from qaextract.model import Block, Chunk, Context, Document, Draft, Span
from qaextract.pacing import Pace
from qaextract.points import providers
from qaextract.run import Ledger


class Asked:
    """A recipe with a prompt alone."""

    draft = Draft
    prompt = "Ask one question about the passage."

    def accepts(self, chunk: Chunk) -> bool:
        """Every chunk."""
        return True


@contextlib.contextmanager
def server(latency_s: float) -> Iterator[str]:
    """The scripted server in its own process; gives its address."""
    command = [sys.executable, "-m", "tests.messages_server", "--latency", str(latency_s)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def jobs(count: int, tag: str) -> Iterator[Job]:
    """Jobs on chunks of some 2,000 characters, made as they are taken."""
    for n in range(count):
        text = f"Buoy {n} of {tag} marks the tide. " + "Water rises and falls twice a day. " * 55
        document = Document(f"{n:016}", "x", "x", text, (Block("paragraph", Span(0, len(text))),))
        chunk = Chunk(document.id, Span(0, len(text)), text)
        yield Job("asked", Asked(), chunk, Context(document, chunk))


def measured(work) -> tuple[float, float]:
    """Wall time and CPU time of a call, in seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser()
    given.add_argument("--requests", type=int, default=2000)
    given.add_argument("--in-flight", type=int, default=64)
    given.add_argument("--latency", type=float, default=0.2)
    given.add_argument("--rounds", type=int, default=3)
    given.add_argument("--chunks", type=int, default=0)
    options = given.parse_args()
    os.environ["ANTHROPIC_API_KEY"] = "sk-none"
    with server(options.latency) as url, tempfile.TemporaryDirectory() as folder:
        provider = providers.get("anthropic")(name="claude-test", base_url=url)
        for turn in range(options.rounds):
            bare = _bare(url, provider, options, f"bare{turn}")
            ours = _ours(provider, options, f"ours{turn}", Path(folder) / f"{turn}.sqlite")
            each = 1000 / options.requests
            print(
                f"bare {bare[0]:6.2f} s wall {bare[1] * each:5.2f} ms CPU a request   "
                f"ours {ours[0]:6.2f} s wall {ours[1] * each:5.2f} ms CPU   "
                f"wall ratio {ours[0] / bare[0]:.3f}   own CPU {(ours[1] - bare[1]) * each:+.2f} ms"
            )
        if options.chunks:
            _memory(provider, options, Path(folder) / "memory.sqlite")


def _bare(url: str, provider, options, tag: str) -> tuple[float, float]:
    import anthropic

    client = anthropic.Anthropic(base_url=url, max_retries=0)
    asker = Asker(Ledger(":memory:"), provider, "anthropic")
    from qaextract.asking import advance

    bodies = [provider.body(advance(job, asker)) for job in jobs(options.requests, tag)]

    def work() -> None:
        with ThreadPoolExecutor(options.in_flight) as pool:
            for _ in pool.map(lambda body: client.messages.create(**body).content[0].text, bodies):
                pass

    return measured(work)


def _ours(provider, options, tag: str, path: Path) -> tuple[float, float]:
    ledger = Ledger(path)
    asker = Asker(ledger, provider, "anthropic", pace=Pace(options.in_flight))

    def work() -> None:
        failed = list(ask_all(jobs(options.requests, tag), asker, Threads(options.in_flight)))
        assert not failed, failed[0]

    try:
        return measured(work)
    finally:
        ledger.close()


def _memory(provider, options, path: Path) -> None:
    ledger = Ledger(path)
    asker = Asker(ledger, provider, "anthropic", pace=Pace(options.in_flight))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    marks = []

    def note(done: int) -> None:
        if done % (options.chunks // 4) == 0:
            marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    list(ask_all(jobs(options.chunks, "memory"), asker, Threads(options.in_flight), note))
    print(f"{options.chunks} chunks: peak RSS {before:.0f} MB before, then " + ", ".join(f"{m:.0f}" for m in marks))
    ledger.close()


if __name__ == "__main__":
    main()
