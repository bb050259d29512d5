"""Ask what is missing, round by round, into the ledger; nothing slow holds anything else.

A recipe that asks is replayed from the ledger: its generator runs on stored replies until one is missing, and that
is the request to ask. So asking, resuming and collecting are the same walk, whatever the number of stages.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from qaextract.errors import BudgetReached, ProviderError, QAExtractError
from qaextract.model import Ask, Context, Draft, Failure, Part, Reply, Request
from qaextract.points import Executor, Provider, Recipe, Unit
from qaextract.run import Ledger

#: A token is rarely shorter than this many bytes; the estimate errs on the high side.
BYTES_PER_TOKEN = 3


@dataclass(frozen=True)
class Job:
    """One recipe on one unit (a chunk unless the recipe says otherwise)."""

    recipe_name: str
    recipe: Recipe
    unit: Unit
    context: Context


@dataclass
class Asker:
    """The one way to a model: every request goes through the ledger and the budget."""

    ledger: Ledger
    provider: Provider | None
    provider_name: str = ""
    budget_tokens: int | None = None
    budget_usd: float | None = None
    record: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    _used: dict[str, tuple[Request, Reply]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reserved: int = 0

    def request(self, ask: Ask) -> Request:
        """The request of a recipe's `Ask`."""
        model = self.provider.name if self.provider else ""
        schema = ask.schema.model_json_schema()
        return Request(self.provider_name, model, ask.parts, schema, self.parameters, ask.sample)

    def stored(self, request: Request) -> Reply | None:
        """The reply that the ledger has."""
        with self._lock:
            reply = self.ledger.get(request.key)
        if reply is not None and self.record is not None:
            self._used[request.key] = (request, reply)
        return reply

    def write_record(self) -> None:
        """Write the replies that were used to the file to be recorded, as the provider `replay` reads it."""
        if self.record is None:
            return
        lines = (
            json.dumps({"request": request.to_json(), "reply": asdict(reply)}, ensure_ascii=True)
            for _, (request, reply) in sorted(self._used.items())
        )
        Path(self.record).write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    def ask(self, request: Request) -> Reply:
        """The stored reply, else the provider's, which is stored. Raises `ProviderError` or `BudgetReached`."""
        stored = self.stored(request)
        if stored is not None:
            return stored
        if self.provider is None:
            raise QAExtractError("no model is set", "name one with --model PROVIDER:NAME")
        estimate = estimate_tokens(request)
        self._reserve(estimate)
        try:
            reply = self.provider.ask(request)
            with self._lock:
                self.ledger.put(request, reply)
        finally:
            with self._lock:
                self._reserved -= estimate
        return reply

    def _reserve(self, tokens: int) -> None:
        with self._lock:
            spent = self.ledger.usage()
            used = spent.input_tokens + spent.output_tokens + self._reserved
            if self.budget_tokens is not None and used + tokens > self.budget_tokens:
                raise BudgetReached(
                    f"the budget of {self.budget_tokens} tokens is reached ({used} used)",
                    "what was answered is kept: run the same command with a larger --budget-tokens to go on",
                )
            if self.budget_usd is not None and spent.cost_usd >= self.budget_usd:
                raise BudgetReached(
                    f"the budget of {self.budget_usd} USD is reached ({spent.cost_usd:.2f} spent)",
                    "what was answered is kept: run the same command with a larger --budget-usd to go on",
                )
            self._reserved += tokens


def estimate_tokens(request: Request) -> int:
    """Tokens of the prompt, and as many as the reply may have; on the high side."""
    prompt = sum(len(part.text.encode(errors="replace")) for part in request.parts) // BYTES_PER_TOKEN
    return prompt + int(request.parameters.get("max_tokens", 0))


def advance(job: Job, asker: Asker) -> Iterable[Draft] | Request:
    """Run the job on the replies there are: its drafts, or the request it waits for."""
    stages = _stages(job)
    try:
        ask = next(stages)
        while True:
            request = asker.request(ask)
            reply = asker.stored(request)
            if reply is None:
                return request
            ask = stages.send(_parsed(ask.schema, reply))
    except StopIteration as done:
        return list(done.value or ())


def _stages(job: Job) -> Generator[Ask, Any, Iterable[Draft]]:
    extract = getattr(job.recipe, "extract", None)
    if callable(extract):
        stages: Generator[Ask, Any, Iterable[Draft]] = extract(job.unit, job.context)
        return stages
    return _one_stage(job)


def _one_stage(job: Job) -> Generator[Ask, Any, Iterable[Draft]]:
    # A recipe with a prompt alone: the passage first, the same over all recipes; then what is asked of it.
    text = getattr(job.unit, "text", "")
    parts = (Part("user", text, shared=True), Part("user", str(getattr(job.recipe, "prompt", ""))))
    draft = yield Ask("ask", parts, job.recipe.draft)
    return [] if draft is None else [draft]


def _parsed(schema: type[BaseModel], reply: Reply) -> BaseModel | None:
    if reply.parsed is None:
        return None
    try:
        return schema.model_validate(reply.parsed)
    except ValidationError:
        return None


def ask_all(
    jobs: Iterable[Job],
    asker: Asker,
    executor: Executor,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[tuple[Job, Failure]]:
    """Ask for all jobs, round by round, until none waits; yields what failed.

    `BudgetReached` and `KeyboardInterrupt` pass through: what was answered by then is in the ledger.
    """
    waiting = list(jobs)
    while waiting:
        pending: dict[str, tuple[Request, list[Job]]] = {}
        for job in waiting:
            step = advance(job, asker)
            if isinstance(step, Request):
                pending.setdefault(step.key, (step, []))[1].append(job)
        waiting = []
        replies = executor.map(lambda request: _try(asker, request), [request for request, _ in pending.values()])
        for answered, (key, error) in enumerate(replies, 1):
            on_progress(answered, len(pending))
            jobs_of_key = pending[key][1]
            if error is None:
                waiting.extend(jobs_of_key)
            else:
                yield from ((job, _failure(job, error)) for job in jobs_of_key)


def _try(asker: Asker, request: Request) -> tuple[str, ProviderError | None]:
    try:
        asker.ask(request)
    except ProviderError as error:
        return request.key, error
    return request.key, None


def _failure(job: Job, error: ProviderError) -> Failure:
    return Failure(
        source=job.context.document.uri,
        stage="ask",
        code=error.code,
        error=str(error),
        chunk_id=job.context.chunk.id if job.context.chunk else None,
        recipe=job.recipe_name,
    )
