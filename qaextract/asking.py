"""Ask what is missing, into the ledger; nothing slow holds anything else.

A recipe that asks is replayed from the ledger: its generator runs on stored replies until one is missing, and that
is the request to ask. So asking, resuming and collecting are the same walk, whatever the number of stages.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from qaextract.budget import Budget
from qaextract.errors import AuthError, BadReply, ProviderError, QAExtractError, Refused, Truncated, Unreachable
from qaextract.model import Ask, Context, Draft, Failure, Part, Reply, Request, Usage
from qaextract.pacing import Pace, Stopped
from qaextract.points import Executor, Provider, Recipe, Unit
from qaextract.prices import FREE, Price
from qaextract.prompt import parts_of
from qaextract.run import Ledger
from qaextract.tokens import OVERHEAD, estimate_tokens

#: How long a run that ends waits for the replies that are on their way.
PATIENCE_S = 5.0
#: After so many jobs without any answer, nobody is there.
NOBODY_THERE = 3
#: Characters of a refusal, or of what is wrong with a reply, that are told.
_TELLING_CHARS = 2000
_FINAL = "the reply is kept and not asked for again: try another model, or --fresh"


@dataclass(frozen=True)
class Job:
    """One recipe on one unit (a chunk unless the recipe says otherwise)."""

    recipe_name: str
    recipe: Recipe
    unit: Unit
    context: Context


@dataclass
class _Turn:
    """The lock of one request, and how many threads hold it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    takers: int = 0


@dataclass
class Asker:
    """The one way to a model: every request goes through the ledger, the budget and the pace.

    `retries` counts attempts after the first where the service did not answer; `reasks` how often a reply of the
    wrong shape is asked for again, with what was wrong with it; `most_tokens` is the most room a reply is given.
    """

    ledger: Ledger
    provider: Provider | None
    provider_name: str = ""
    budget: Budget | None = None
    pace: Pace | None = None
    price: Price = FREE
    record: str | None = None
    retries: int = 5
    reasks: int = 1
    most_tokens: int = 32_000
    batch: bool = False
    new_replies: int = 0
    _used: dict[str, tuple[Request, Reply]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asking: dict[str, _Turn] = field(default_factory=dict)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What the provider sends beside the prompt: the room for the reply, say."""
        parameters: Mapping[str, Any] = getattr(self.provider, "parameters", {})
        return parameters

    def request(self, ask: Ask) -> Request:
        """The request of a recipe's `Ask`."""
        model = self.provider.name if self.provider else ""
        schema = _schema(ask.schema)
        return Request(self.provider_name, model, ask.parts, schema, self.parameters, ask.sample)

    def stored(self, request: Request) -> Reply | None:
        """The reply that the ledger has."""
        with self._lock:
            reply = self.ledger.get(request.key)
        if reply is not None and self.record is not None:
            self._used[request.key] = (request, reply)
        return reply

    def settled(self, ask: Ask) -> BaseModel | Request | None:
        """The parsed reply (None: no pair here), or the request that is missing for it.

        A cut reply is asked for with more room, one of the wrong shape once more. Raises `Refused`, `Truncated` or
        `BadReply` where the stored replies settle that there is none.
        """
        request, asked_again = self.request(ask), 0
        while True:
            reply = self.stored(request)
            if reply is None:
                return request
            if reply.refusal is not None:
                raise Refused(f"the model declined: {reply.refusal[:_TELLING_CHARS]}", _FINAL)
            if reply.cut:
                request = self._with_more_room(request, reply)
                continue
            value, problem = _parsed(ask.schema, reply)
            if not problem:
                return value
            if asked_again >= self.reasks:
                raise BadReply(f"the reply has the wrong shape: {problem[:_TELLING_CHARS]}", _FINAL)
            request, asked_again = _asked_again(request, reply, problem), asked_again + 1

    def _with_more_room(self, request: Request, reply: Reply) -> Request:
        room = int(request.parameters.get("max_tokens", 0))
        if reply.stop_reason == "model_context_window_exceeded":
            raise Truncated("prompt and reply are longer than the model's context", "make the chunks smaller")
        if not room or 2 * room > self.most_tokens:
            raise Truncated(
                f"the reply did not end within {room} tokens", "raise most_tokens, or make the chunks smaller"
            )
        return replace(request, parameters={**request.parameters, "max_tokens": 2 * room})

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
        if self.provider is None:
            raise QAExtractError("no model is set", "name one with --model PROVIDER:NAME")
        with self._alone(request.key):
            stored = self.stored(request)
            return stored if stored is not None else self._paid(request)

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Lets one thread at a time ask for a key: the others find its reply in the ledger."""
        with self._lock:
            turn = self._asking.setdefault(key, _Turn())
            turn.takers += 1
        try:
            with turn.lock:
                yield
        finally:
            with self._lock:
                turn.takers -= 1
                if not turn.takers:  # who still waits for it must not find a second one beside it
                    del self._asking[key]

    def _paid(self, request: Request) -> Reply:
        tokens, usd = self.most(request)
        attempt = 0
        while True:
            attempt += 1
            began = 0.0
            try:
                with (
                    self.budget.set_aside(tokens, usd) if self.budget else nullcontext(),
                    self.pace.turn() if self.pace else nullcontext(0.0) as began,
                ):
                    return self._stored_reply(request)
            except ProviderError as error:
                error.attempts = attempt
                if isinstance(error.usage, Usage):
                    with self._lock:
                        self.ledger.put_lost(replace(error.usage, cost_usd=self.price.cost(error.usage)))
                if not error.transient or attempt > self.retries or self.pace is None:
                    raise
                self.pace.wait_after(error, attempt, began)

    def _stored_reply(self, request: Request) -> Reply:
        assert self.provider is not None
        try:
            reply = self.provider.ask(request)
        except QAExtractError:
            raise
        except Exception as error:
            raise ProviderError(f"the provider failed ({type(error).__name__}: {error})") from error
        self.put(request, reply)
        if self.pace is not None:
            pause_s = getattr(self.provider, "pause_s", None)
            self.pace.went_well(pause_s() if callable(pause_s) else 0.0)
        return reply

    def put(self, request: Request, reply: Reply) -> None:
        """Store a paid reply with its price."""
        if not reply.usage.cost_usd:
            reply = replace(reply, usage=replace(reply.usage, cost_usd=self.price.cost(reply.usage)))
        with self._lock:
            self.ledger.put(request, reply)
            self.new_replies += 1

    def most(self, request: Request) -> tuple[int, float]:
        """The most tokens, and US dollars, that the request can cost, by an estimate on the high side."""
        prompt, reply = estimate(request)
        dearest = max(self.price.input, self.price.written)
        return prompt + reply, (prompt * dearest + reply * self.price.output) / 1e6

    def end(self) -> None:
        """Let the replies on their way arrive, for a while, and ask no more."""
        if self.pace is not None:
            self.pace.stop(PATIENCE_S)


def estimate(request: Request) -> tuple[int, int]:
    """Tokens of the prompt, and the most that the reply may have."""
    prompt = sum(estimate_tokens(part.text) for part in request.parts) + OVERHEAD
    if request.schema is not None:
        prompt += estimate_tokens(json.dumps(request.schema))
    return prompt, int(request.parameters.get("max_tokens", 0))


_SCHEMAS: dict[type[BaseModel], dict[str, Any]] = {}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return _SCHEMAS.get(model) or _SCHEMAS.setdefault(model, model.model_json_schema())


def _parsed(schema: type[BaseModel], reply: Reply) -> tuple[BaseModel | None, str]:
    """The reply as the schema has it, and what is wrong with it; both empty where there is no pair."""
    if reply.problem:
        return None, reply.problem
    if reply.parsed is None:
        return None, ""
    try:
        return schema.model_validate(reply.parsed), ""
    except ValidationError as error:
        told = (f"{'.'.join(map(str, one['loc'])) or 'reply'}: {one['msg']}" for one in error.errors()[:5])
        return None, "; ".join(told)


def _asked_again(request: Request, reply: Reply, problem: str) -> Request:
    """The request once more, with the reply that it had and what is wrong with it."""
    said = reply.text or json.dumps(reply.parsed, ensure_ascii=False)
    told = f"That reply cannot be used: {problem}. Reply once more, with nothing but JSON that fits the schema."
    return replace(request, parts=(*request.parts, Part("assistant", said), Part("user", told)))


def advance(job: Job, asker: Asker) -> Iterable[Draft] | Request:
    """Run the job on the replies there are: its drafts, or the request it waits for.

    Raises a final `ProviderError` where the stored replies settle that there will be no drafts.
    """
    stages = _stages(job)
    try:
        ask = next(stages)
        while True:
            step = asker.settled(ask)
            if isinstance(step, Request):
                return step
            ask = stages.send(step)
    except StopIteration as done:
        return list(done.value or ())
    finally:
        stages.close()


def _stages(job: Job) -> Generator[Ask, Any, Iterable[Draft]]:
    extract = getattr(job.recipe, "extract", None)
    if callable(extract):
        stages: Generator[Ask, Any, Iterable[Draft]] = extract(job.unit, job.context)
        return stages
    return _one_stage(job)


def _one_stage(job: Job) -> Generator[Ask, Any, Iterable[Draft]]:
    parts, schema = parts_of(job.recipe, job.context)
    found = yield Ask("ask", parts, schema)
    return [] if found is None else list(found.pairs)


def ask_all(
    jobs: Iterable[Job],
    asker: Asker,
    executor: Executor,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Iterator[tuple[Job, Failure]]:
    """Ask for all jobs, each to its end; yields what failed.

    Jobs are taken as there is room for them, so that an endless iterator is fine. `BudgetReached`, `AuthError`,
    `Unreachable` where nobody answers at all, and `KeyboardInterrupt` pass through: what was answered by then is in
    the ledger, and what is on its way has a while.
    """
    done = lost = 0
    try:
        for job, error in executor.map(lambda job: (job, _worked(job, asker)), jobs):
            done += 1
            on_progress(done)
            if error is not None:
                yield job, failure_of(job, error)
                lost += isinstance(error, Unreachable)
                if lost >= NOBODY_THERE and not asker.new_replies:
                    raise error
    except BaseException:  # an interrupt, a budget, or a caller who wants no more
        asker.end()
        raise


def _worked(job: Job, asker: Asker) -> ProviderError | None:
    """Asks for what the job waits for until it waits no more; the error that ended it before."""
    try:
        while isinstance(step := advance(job, asker), Request):
            asker.ask(step)
    except (AuthError, Stopped):
        raise
    except ProviderError as error:
        return error
    return None


def failure_of(job: Job, error: ProviderError) -> Failure:
    """What is reported of a job that an error ended."""
    return Failure(
        source=job.context.document.uri,
        stage="ask",
        code=error.code,
        error=str(error),
        chunk_id=job.context.chunk.id if job.context.chunk else None,
        recipe=job.recipe_name,
        attempts=error.attempts,
    )
