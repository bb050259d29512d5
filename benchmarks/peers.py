"""What qaextract, synthetic-data-kit and langextract ask, spend, keep and let through on one endpoint and document.

    python -m venv peers && peers/bin/pip install synthetic-data-kit==0.0.5 "langextract[openai]==1.7.0"
    python benchmarks/peers.py --peers-python peers/bin/python [--document corpora/tides.pdf] [--latency 0.2]

Run it with the Python that qaextract is installed in. A scripted server in a process of its own plays the model and
counts. It takes every plain sentence of the passage that it is shown, as many as the prompt allows, and makes a pair
of each in the shape that the prompt asks for. Every fifth such sentence of the document, whoever asks, it gets wrong:
in turn a number is changed, a negation put in, or the sentence said in other words that mean the same. Where a tool
asks for a quote beside the answer, half of these have a true quote, and only the answer differs from it.

Each tool runs as a process of its own: qaextract on the PDF, the others on the text that qaextract reads from it, each
by its own command or function with its defaults, but for 10 requests at once where that can be said, and without
synthetic-data-kit's limit of 25 pairs (`--num-pairs 25` shows what that does: pairs beyond it are paid and dropped).

*sent* and *received* are tokens of all message texts as the server counts them, by one estimate for all; *schema*
those of the reply's JSON Schema, which services count each in its own way; *fresh* is what at best remains of *sent*
on a server that reads the beginnings of prompts from a cache. *wall* and *CPU* are those of the whole process with its
start, *asking* is from the first request to the last reply. *offered* are the different answers that the model gave,
*pairs* what the tool keeps, *grounded* the share of these whose evidence stands in the document word for word by
`qaextract.locate`: the quotes of qaextract, the answer of synthetic-data-kit, which has no quotes, the extraction of
langextract. *good*, *false* and *reworded* are kept answers of those offered: the sentence as it stands; with another
number or a negation; in other words. *twice* are kept pairs whose question and answer another one has too.

What this does not show: how good the pairs of a real model are, which depends on the prompts; that *reworded* pairs
are bad: they are true, and a tool that keeps them does better; what synthetic-data-kit's rating is worth: its prompt
holds the pairs without the text, so the scripted judge has nothing to compare with and gives each an 8; what another
prompt would do for langextract, which leaves it to the user; chains of reasoning: the scripted model finds none, so
what qaextract asks for them brings nothing. Faults are planted mechanically, and a few of a kind are no statistics
(`--share 1` gets every sentence wrong). Counts repeat, times do not.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import qaextract  # noqa: E402
from qaextract.model import Document  # noqa: E402
from qaextract.tokens import estimate_tokens  # noqa: E402
from tests.chat_server import ChatServer, completion, refused  # noqa: E402
from tests.messages_server import Answer  # noqa: E402

MODEL = "gpt-4-scripted"  # langextract finds the provider by how the name begins
AT_ONCE = 10

_BREAK = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n+|\t")
_VERB = re.compile(r" (?:is|are|was|were|has|have|can|must|would) (?!not\b)")
_STATEMENT = re.compile(rf"(?P<subject>[A-Z][^,;:.?!]{{2,60}}?){_VERB.pattern}.+\.")
_NO_SUBJECT = re.compile(
    r"^(?:After|At|For|In|On)\b|\b(?:it|this|that|these|they|there|here|who|which|whose|while|what|if|when|where|since"
    r"|because|let|show|and|but|so|hence|more|most|each|one|two|three)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?(?!\w|[.,]\d)")
#: What is done to a sentence, and whether its quote stays as it is.
_FAULTS = [(kind, kept) for kept in (False, True) for kind in ("number", "negated", "reworded")]
Faults = dict[str, tuple[str, bool]]


@dataclass(frozen=True)
class Offer:
    """A pair as the model gives it; `kind` is what it did to the sentence."""

    question: str
    answer: str
    quote: str
    kind: str


def statements(passage: str) -> list[re.Match[str]]:
    """The plain sentences of a passage that name what they are about."""
    lengthy = (line.strip() for line in dict.fromkeys(_BREAK.split(passage)) if 40 <= len(line) <= 300)
    return [found for line in lengthy if (found := _STATEMENT.fullmatch(line)) and not _NO_SUBJECT.search(found[1])]


def faults(document: str, share: int) -> Faults:
    """Of `share` sentences of the document one, and what becomes of it."""
    wrong = [found[0] for found in statements(document)[share - 1 :: share]]
    return {sentence: _FAULTS[n % len(_FAULTS)] for n, sentence in enumerate(wrong)}


def offers(passage: str, wrong: Faults) -> Iterator[Offer]:
    """A pair for each statement of the passage."""
    for found in statements(passage):
        sentence, (kind, kept) = found[0], wrong.get(found[0], ("good", True))
        subject = re.sub(r"^(?:The|A|An)\b", lambda article: article[0].lower(), found["subject"])
        if kind == "number" and not _NUMBER.search(sentence):
            kind = "negated"
        answer = {
            "good": sentence,
            "number": _NUMBER.sub(lambda number: f"{float(number[0]) + 7:g}", sentence, count=1),
            "negated": _VERB.sub(r"\g<0>not ", sentence, count=1),
            "reworded": f"As to {subject}, it holds that {subject}{sentence[found.end('subject') :]}",
        }[kind]
        yield Offer(f"What is said of {subject}?", answer, sentence if kept else answer, kind)


def reply(body: dict[str, Any], wrong: Faults) -> tuple[str, list[Offer]]:
    """What the model says, in the shape that the prompt asks for, and the pairs in it."""
    asked, fields = _prompt(body), _schema(body).get("properties", {})
    shaped: Any = {name: [] for name in fields}
    made: list[Offer] = []
    if "pairs" in fields and "Task: factual questions" in asked:
        limit = re.search(r"at most (\d+) pairs", asked)
        made = list(offers(_between(asked, "<passage>\n", "\n</passage>"), wrong))[: int(limit[1]) if limit else None]
        shaped = {"pairs": [{"quotes": [one.quote], "question": one.question, "answer": one.answer} for one in made]}
    elif "extractions" in fields:
        made = list(offers(_between(asked, "\nQ: ", "\nA: "), wrong))
        told = [(one.quote, {"question": one.question, "answer": one.answer}) for one in made]
        shaped = {"extractions": [{"pair": quote, "pair_attributes": rest} for quote, rest in told]}
    elif "Create question-answer pairs" in asked:
        made = list(offers(_between(asked, "Text:\n"), wrong))
        shaped = [{"question": one.question, "answer": one.answer} for one in made]
    elif "Rate each question-answer pair" in asked:
        shaped = [pair | {"rating": 8} for pair in json.loads(_between(asked, "QA pairs to rate:\n"))]
    elif not fields:  # a summary
        return "The text explains its subject and gives examples.", []
    return json.dumps(shaped, ensure_ascii=False), made


def _prompt(body: dict[str, Any]) -> str:
    return "\n".join(turn["content"] for turn in body["messages"])


def _schema(body: dict[str, Any]) -> dict[str, Any]:
    return ((body.get("response_format") or {}).get("json_schema") or {}).get("schema") or {}


def _alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _between(text: str, before: str, after: str = "") -> str:
    rest = text.rpartition(before)[2]
    return rest.rpartition(after)[0] if after else rest


@dataclass
class CountingServer(ChatServer):
    """Answers each tool in its own shape, and counts until it is asked for the counts."""

    wrong: Faults = field(default_factory=dict)
    asked: list[tuple[dict[str, Any], str, list[Offer], float]] = field(default_factory=list)

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], content: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        if path == "/counts":
            counted = self.counts()
            self.asked, self.malformed, self.most_in_flight = [], [], 0
            return await self._write(writer, Answer(body=counted))
        began, body = time.monotonic(), json.loads(content)
        if told := refused(body, headers):  # answered all the same, as many servers do
            self.malformed.append(told)
        text, made = reply(body, self.wrong)
        self.asked.append((body, text, made, began))
        await asyncio.sleep(self.latency_s)
        return await self._write(writer, Answer(body=completion(text)))

    def counts(self) -> dict[str, Any]:
        """What was asked since the last time."""
        prompts = [_prompt(body) for body, *_ in self.asked]
        known = [max((_alike(text, other) for other in prompts[:n]), default=0) for n, text in enumerate(prompts)]
        began = [began for *_, began in self.asked]
        return {
            "calls": len(prompts),
            "at once": min(self.most_in_flight, len(prompts)),  # asking for the counts is a request too
            "sent": sum(map(estimate_tokens, prompts)),
            "schema": sum(estimate_tokens(json.dumps(schema)) for body, *_ in self.asked if (schema := _schema(body))),
            "fresh": sum(estimate_tokens(text[at:]) for text, at in zip(prompts, known, strict=True)),
            "received": sum(estimate_tokens(text) for _, text, *_ in self.asked),
            "asking_s": max(began) - min(began) + self.latency_s if began else 0.0,
            "offers": [asdict(one) for _, _, made, _ in self.asked for one in made],
            "refused": sorted({f"{self.malformed.count(told)} × {told}" for told in self.malformed}),
        }


async def serve(latency_s: float) -> None:
    """Read what to get wrong, print the port and serve until the end."""
    server = CountingServer(latency_s=latency_s, keep=False, wrong=json.loads(sys.stdin.readline()))
    listening = await server.start()
    print(server.port, flush=True)
    await listening.serve_forever()


@contextlib.contextmanager
def serving(latency_s: float, wrong: Faults) -> Iterator[str]:
    """The server in its own process; gives its address."""
    command = [sys.executable, __file__, "--serve", "--latency", str(latency_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        print(json.dumps(wrong), file=process.stdin, flush=True)
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


LANGEXTRACT = """
import json, sys
import langextract as lx

text, out, url, model, at_once = sys.argv[1:]
told = "The Old Mole is 212 m long and closes the harbour to the west."
asked = {"question": "How long is the Old Mole?", "answer": "212 m"}
example = lx.data.ExampleData(
    text=f"Fishing boats lie in the inner basin. {told}",
    extractions=[lx.data.Extraction(extraction_class="pair", extraction_text=told, attributes=asked)],
)
found = lx.extract(
    open(text, encoding="utf-8").read(),
    prompt_description="Extract question-answer pairs. extraction_text is the sentence that gives the answer, exactly "
    "as it stands in the text; question and answer are attributes. The question must be clear without the text.",
    examples=[example], model_id=model, api_key="none", model_url=url,
    batch_length=int(at_once), max_workers=int(at_once), show_progress=False,
)
with open(out, "w", encoding="utf-8") as file:
    json.dump([
        {"quotes": [one.extraction_text], "match": one.alignment_status.value if one.alignment_status else "no place",
         **(one.attributes or {})} for one in found.extractions
    ], file)
"""

Pairs = list[dict[str, Any]]


@dataclass
class Task:
    """What a tool works on, in a folder of its own, and what its processes take."""

    document: Path
    text: Path
    folder: Path
    url: str
    peers: Path | None
    num_pairs: int
    wall_s: float = 0.0
    cpu_s: float = 0.0

    def run(self, *command: object) -> None:
        """Run a process to its end."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "LANGEXTRACT_"))}
        with tempfile.TemporaryFile() as log:
            began = time.perf_counter()
            process = subprocess.Popen([*map(str, command)], stdout=log, stderr=log, cwd=self.folder, env=kept)
            _, status, used = os.wait4(process.pid, 0)
            self.wall_s += time.perf_counter() - began
            self.cpu_s += used.ru_utime + used.ru_stime
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                log.seek(0)
                lines = log.read().decode(errors="replace").split("\n")
                raise RuntimeError(f"ended with {process.returncode}: {' '.join(lines[-4:]).strip()}")

    def qaextract(self, *options: str, model: str = f"openai:{MODEL}") -> tuple[Pairs, list[str]]:
        """The command in a new run folder; why it dropped what it dropped."""
        base = ("--model", model, "--base-url", f"{self.url}/v1", "--workers", AT_ONCE) if model else ()
        self.run(sys.executable, "-m", "qaextract", "pdf", self.document, "--out", "run", *base, *options)
        run = qaextract.load(self.folder / "run")
        codes = [f"{one.verdict.validator}: {one.verdict.code}" for one in run.rejections]
        told = [(pair.draft.question, pair.draft.answer, [one.quote for one in pair.evidence]) for pair in run.pairs]
        kept = [{"question": question, "answer": answer, "quotes": quotes} for question, answer, quotes in told]
        return kept, [f"{codes.count(code)} rejected, {code}" for code in sorted(set(codes))]

    def kit(self, curate: bool) -> tuple[Pairs, list[str]]:
        """`create`, and `curate` where it is wanted; the only evidence there is is the answer."""
        assert self.peers is not None
        command, base = self.peers.parent / "synthetic-data-kit", ("--api-base", f"{self.url}/v1", "--model", MODEL)
        made = self.folder / f"{self.text.stem}_qa_pairs.json"
        self.run(command, "create", self.text, "-o", self.folder, "-n", self.num_pairs, *base)
        if curate:
            rated = self.folder / "rated" / "pairs.json"
            self.run(command, "curate", made, "-o", rated, *base)
            made = rated
        return [pair | {"quotes": [pair["answer"]]} for pair in json.loads(made.read_text("utf-8"))["qa_pairs"]], []

    def langextract(self) -> tuple[Pairs, list[str]]:
        """The function `extract`, told to extract pairs; how it says that they match."""
        out = self.folder / "extractions.json"
        self.run(self.peers, "-c", LANGEXTRACT, self.text, out, f"{self.url}/v1", MODEL, AT_ONCE)
        found: Pairs = json.loads(out.read_text("utf-8"))
        matches = [one["match"] for one in found]
        return found, [f"{matches.count(match)} × {match}" for match in sorted(set(matches))]


WAYS: list[tuple[str, str, Callable[[Task], tuple[Pairs, list[str]]]]] = [
    ("qaextract", "no model", lambda task: task.qaextract(model="")),
    ("qaextract", "--recipe factual", lambda task: task.qaextract("--recipe", "factual")),
    ("qaextract", "default recipes", lambda task: task.qaextract()),
    ("synthetic-data-kit", "create", lambda task: task.kit(curate=False)),
    ("synthetic-data-kit", "create + curate", lambda task: task.kit(curate=True)),
    ("langextract", "all", lambda task: task.langextract()),
]


def version(package: str, python: Path | None) -> str | None:
    """The version of a package in its environment; None where it is not there."""
    asked = f"import importlib.metadata as m; print(m.version({package!r}))"
    try:
        return subprocess.check_output([str(python), "-c", asked], stderr=subprocess.DEVNULL, text=True).strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def measured(document: Document, url: str, options: argparse.Namespace) -> tuple[list[dict[str, str]], list[str]]:
    """The rows of the table, and what the tools say of their pairs."""
    # Not resolved: the link in an environment is what makes it that environment's Python.
    peers = options.peers_python.absolute() if options.peers_python else None
    cells, notes = [], []
    for package, way, work in WAYS:
        found = version(package, Path(sys.executable) if package == "qaextract" else peers)
        if found is None:
            cells.append({"tool": f"{package}, {way}: not installed"})
            continue
        name = f"{package} {found}, {way}"
        with tempfile.TemporaryDirectory() as folder:
            text = Path(folder) / f"{options.document.stem}.txt"
            text.write_text(document.text, "utf-8")
            task = Task(options.document.absolute(), text, Path(folder), url, peers, options.num_pairs)
            try:
                kept, told = work(task)
            except (RuntimeError, OSError, ValueError, KeyError) as error:
                kept, told = [], [f"failed: {error}"]
        with urllib.request.urlopen(f"{url}/counts") as answer:
            counts = json.load(answer)
        cells.append({"tool": name} | row(task, counts, kept, document.text))
        if package == "langextract":
            exact = [one for one in kept if one["match"] == "match_exact"]
            cells.append({"tool": f"{name} with match_exact"} | row(task, counts, exact, document.text))
        notes += [f"{name}: {note}" for note in told]
        notes += [f"{name}: a strict server refuses {note}" for note in counts["refused"]]
    return cells, notes


def row(task: Task, counts: dict[str, Any], pairs: Pairs, text: str) -> dict[str, str]:
    """The cells of a tool."""
    kinds = {one["answer"]: one["kind"] for one in counts["offers"]}
    kept = {pair.get("answer") for pair in pairs}
    grounded = sum(all(qaextract.locate(quote, text) for quote in pair["quotes"]) for pair in pairs)

    def share(*of: str) -> str:
        wanted = {answer for answer, kind in kinds.items() if kind in of}
        return f"{len(wanted & kept)}/{len(wanted)}"

    return {
        **{name: f"{counts[name]:,}" for name in ("calls", "at once", "sent", "schema", "fresh", "received")},
        "wall s": f"{task.wall_s:.1f}",
        "asking s": f"{counts['asking_s']:.1f}",
        "CPU s": f"{task.cpu_s:.1f}",
        "offered": str(len(kinds)),
        "pairs": str(len(pairs)),
        "grounded": f"{grounded / len(pairs):.0%}" if pairs else "–",
        "good": share("good"),
        "false": share("number", "negated"),
        "reworded": share("reworded"),
        "twice": str(len(pairs) - len({(pair.get("question"), pair.get("answer")) for pair in pairs})),
    }


def print_table(cells: list[dict[str, str]]) -> None:
    """The table, each column as wide as it needs."""
    widths = {name: max(len(name), *(len(one.get(name, "")) for one in cells)) for one in cells for name in one}
    for one in [{name: name for name in widths}, *cells]:
        tool, *rest = (one.get(name, "").rjust(width) for name, width in widths.items())
        print("  ".join([tool.strip().ljust(len(tool)), *rest]).rstrip())


def main() -> None:
    """Run every tool and print."""
    given = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    given.add_argument("--peers-python", type=Path, help="python of the environment that the peers are installed in")
    given.add_argument("--document", type=Path, default=ROOT / "corpora" / "tides.pdf")
    given.add_argument("--latency", type=float, default=0.2, help="seconds that the server takes for a reply")
    given.add_argument("--share", type=int, default=5, help="of so many sentences the model gets one wrong")
    given.add_argument("--num-pairs", type=int, default=1000, help="synthetic-data-kit's limit; its default is 25")
    given.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = given.parse_args()
    if options.serve:
        asyncio.run(serve(options.latency))
        return
    document = qaextract.parse(options.document)
    size = f"{document.page_count} pages, {len(document.text):,} characters, {estimate_tokens(document.text):,} tokens"
    print(f"{options.document.name}: {size}; {options.latency} s a reply; 1 sentence of {options.share} wrong\n")
    with serving(options.latency, faults(document.text, options.share)) as url:
        cells, notes = measured(document, url, options)
    print_table(cells)
    print("", *notes, sep="\n")


if __name__ == "__main__":
    main()
