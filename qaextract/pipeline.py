"""The stream: sources to documents to chunks to drafts to outcomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qaextract.asking import Asker, Job, advance, ask_all, estimate
from qaextract.batching import BatchPending, ask_in_rounds, in_batches
from qaextract.checking import Checks
from qaextract.english import language
from qaextract.errors import AuthError, BudgetReached, MissingExtra, ProviderError, SourceError
from qaextract.model import Chunk, Context, Document, Draft, Failure, Outcome, QAPair, Request, Source, Usage
from qaextract.points import Chunker, Executor, Recipe, Unit, asks_model, has_finder, unit_of
from qaextract.prices import Price
from qaextract.prompt import is_code
from qaextract.run import Tally
from qaextract.seeds import front_matter, spread

Progress = Callable[[str, int, int], None]
#: Tokens of a reply with three pairs and their quotes.
USUAL_REPLY = 600
#: Above this many dollars, a person at a terminal is asked first.
ASK_ABOVE_USD = 5.0
#: How much of a document is looked at to tell its language.
LANGUAGE_CHARS = 20_000


@dataclass(frozen=True)
class Plan:
    """What a run does: its components, and which chunks it works on."""

    recipes: Mapping[str, Recipe]
    checks: Checks
    parse: Callable[[Source], Document]
    chunker: Callable[[Document], Chunker]
    executor: Executor
    asker: Asker
    model: str | None = None
    pages: frozenset[int] | None = None
    limit: int | None = None
    dry_run: bool = False
    on_progress: Progress = lambda stage, done, total: None
    confirm: Callable[[float], bool] | None = None
    asking: frozenset[str] | None = None

    def asks(self, name: str) -> bool:
        """Whether the recipe of that name asks the model where its finder found nothing; None of `asking`: all do."""
        return self.asker.provider is not None and (self.asking is None or name in self.asking)


@dataclass
class Estimate:
    """What the first requests of a recipe will need: tokens of the prompts, and the most that replies may have."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0

    def add(self, request: Request) -> None:
        """Count a request."""
        given, back = estimate(request)
        self.requests += 1
        self.input_tokens += given
        self.output_tokens += back

    def expected_usd(self, price: Price) -> float:
        """What it will cost if replies are of the usual length."""
        back = min(self.output_tokens, self.requests * USUAL_REPLY)
        return price.cost(Usage(self.input_tokens, back))

    def most_usd(self, price: Price) -> float:
        """What it can cost at most."""
        return price.cost(Usage(self.input_tokens, self.output_tokens))


@dataclass
class Result:
    """What a run gave; `stopped` names why it ended before its end, `advice` says how to go on."""

    contexts: list[Context] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    documents: list[Document] = field(default_factory=list)
    languages: dict[str, str] = field(default_factory=dict)
    pending: int = 0
    estimates: dict[str, Estimate] = field(default_factory=dict)
    stopped: str | None = None
    advice: str = ""
    refused: AuthError | None = None

    @property
    def sources(self) -> dict[str, Document]:
        """The documents by their ids."""
        return {document.id: document for document in self.documents}


def extract(sources: Sequence[Source], plan: Plan) -> Result:
    """The whole stream. An interrupt or a budget ends the asking; what there is by then is settled all the same."""
    result = Result()
    try:
        result.documents.extend(parse_all(sources, plan, result))
        result.contexts.extend(contexts(plan, result))
        work = [c for c in result.contexts if c.chunk and not skipped(c, c.chunk, plan, result)] + whole(result)
        if plan.limit is None:
            work_on(work, plan, result)
        else:
            work_until_limit(work, plan, result)
    except KeyboardInterrupt:
        result.stopped, result.advice = "interrupted", "run the same command again to go on"
    except BudgetReached as error:
        result.stopped, result.advice = "budget", str(error)
    except BatchPending as error:
        result.stopped, result.advice = "batch", str(error)
    except AuthError as error:
        result.stopped, result.advice, result.refused = "auth", str(error), error
    except ProviderError as error:
        result.stopped, result.advice = error.code, str(error)
    count_unworked(result)
    result.failures = failures_in_order(result)
    result.outcomes = plan.checks.settle(in_order(result), plan.limit)
    return result


def parse_all(sources: Sequence[Source], plan: Plan, result: Result) -> Iterator[Document]:
    """The document of every source that can be read; the others are failures."""
    for number, source in enumerate(sources):
        plan.on_progress("parse", number, len(sources))
        try:
            document = plan.parse(source)
        except (SourceError, MissingExtra) as error:
            result.failures.append(Failure(source.uri, "parse", error.code, str(error)))
            continue
        except Exception as error:  # noqa: BLE001 - one file must not stop the others, whatever its parser raises
            text = f"{source.uri}: the parser failed ({type(error).__name__}: {error}); please report it with the file"
            result.failures.append(Failure(source.uri, "parse", "parser_error", " ".join(text.split())))
            continue
        result.languages[document.id] = (
            "code" if is_code(document) else language(document.text[:LANGUAGE_CHARS]) or "en"
        )
        yield document
    plan.on_progress("parse", len(sources), len(sources))


def contexts(plan: Plan, result: Result) -> Iterator[Context]:
    """A context for every chunk, in order."""
    sources = result.sources
    for document in result.documents:
        for chunk in plan.chunker(document).chunk(document):
            yield Context(document, chunk, sources, result.languages[document.id])


def whole(result: Result) -> list[Context]:
    """A context for every document as a whole, for the recipes that work on no single chunk."""
    sources = result.sources
    return [Context(document, None, sources, result.languages[document.id]) for document in result.documents]


def skipped(context: Context, chunk: Chunk, plan: Plan, result: Result) -> bool:
    """Whether the chunk is passed over, and why: told to the tally."""
    document, reason = context.document, None
    if plan.pages is not None and document.page_count and plan.pages.isdisjoint(document.pages(chunk.span)):
        reason = "pages"
    elif not is_code(document) and front_matter(chunk, document):
        reason = "front_matter"
    elif not recipes_for(context, plan):
        reason = "not_accepted"
    if reason is not None:
        result.tally.skipped[chunk.id] = reason
    return reason is not None


def work_until_limit(work: list[Context], plan: Plan, result: Result) -> None:
    """Work on chunks spread over the documents, ever more of them, until enough pairs are kept."""
    left, size, limit = spread(work), 8, plan.limit or 0
    while left and sum(isinstance(o, QAPair) for o in plan.checks.settle(in_order(result))) < limit:
        work_on(left[:size], plan, result)
        left, size = left[size:], size * 2


def work_on(work: Sequence[Context], plan: Plan, result: Result) -> None:
    """Find and ask, then locate and check every draft, in the order of chunk, recipe and draft."""
    jobs: list[tuple[Job, list[Draft]]] = []
    for number, context in enumerate(work):
        plan.on_progress("find", number, len(work))
        for name, recipe in recipes_for(context, plan).items():
            job = Job(name, recipe, unit_for(recipe, context), context)
            jobs.append((job, find(job, result)))
    plan.on_progress("find", len(work), len(work))
    waiting = [job for job, drafts in jobs if not drafts and plan.asks(job.recipe_name) and asks_model(job.recipe)]
    if plan.dry_run:
        foresee(waiting, plan, result)
        return
    agree(waiting, plan, result)
    try:
        for job, failure in ask_for(waiting, plan):
            fail(job, failure, result)
    finally:
        asked = {id(job) for job in waiting}
        for number, (job, drafts) in enumerate(jobs):
            plan.on_progress("check", number, len(jobs))
            found = collect(job, plan, result) if id(job) in asked else drafts
            model = plan.model if id(job) in asked else None
            result.outcomes.extend(plan.checks.check_draft(job.recipe_name, d, job.context, model) for d in found)
        plan.on_progress("check", len(jobs), len(jobs))


def foresee(waiting: Sequence[Job], plan: Plan, result: Result) -> None:
    """Count what would be asked first, by recipe; what later stages ask shows only with the replies."""
    seen: set[str] = set()
    for job in waiting:
        step = peek(job, plan)
        if isinstance(step, Request) and step.key not in seen:
            seen.add(step.key)
            result.pending += 1
            result.estimates.setdefault(job.recipe_name, Estimate()).add(step)


def ask_for(waiting: Sequence[Job], plan: Plan) -> Iterator[tuple[Job, Failure]]:
    """Ask for all jobs, each by itself or in batches; what failed."""

    def on_progress(done: int) -> None:
        plan.on_progress("ask", done, len(waiting))

    if in_batches(plan.asker):
        return ask_in_rounds(waiting, plan.asker, on_progress)
    return ask_all(waiting, plan.asker, plan.executor, on_progress)


def agree(waiting: Sequence[Job], plan: Plan, result: Result) -> None:
    """Have a person agree where what is asked now will cost much; raises `BudgetReached` where nobody does."""
    if plan.confirm is None or not plan.asker.price.output or not waiting:
        return
    foreseen = Result()
    foresee(waiting, plan, foreseen)
    usd = sum(one.expected_usd(plan.asker.price) for one in foreseen.estimates.values())
    if usd > ASK_ABOVE_USD and not plan.confirm(usd):
        raise BudgetReached(f"about {usd:.2f} USD were not agreed to", "set --budget-usd, or run with --yes")


def peek(job: Job, plan: Plan) -> Iterable[Draft] | Request:
    """The drafts of a job or the request that it waits for; no drafts where the stored replies settle that."""
    try:
        return advance(job, plan.asker)
    except ProviderError:
        return []


def find(job: Job, result: Result) -> list[Draft]:
    """The drafts that need no model. A finder that raises is a failure of its chunk, and the others go on."""
    chunk = job.context.chunk
    if chunk is None or not has_finder(job.recipe):
        return []
    try:
        drafts = list(job.recipe.find(chunk, job.context.document))  # type: ignore[attr-defined]
    except Exception as error:  # noqa: BLE001 - a recipe may be a plugin: whatever it raises is said, with its type
        text = f"{type(error).__name__}: {error}"
        fail(job, Failure(job.context.document.uri, "find", "finder_error", text, chunk.id, job.recipe_name), result)
        return []
    result.tally.asked.add(chunk.id)
    return drafts


def collect(job: Job, plan: Plan, result: Result) -> list[Draft]:
    """The drafts of an answered job, out of the ledger."""
    step = peek(job, plan)
    if isinstance(step, Request):
        result.pending += 1
        return []
    if job.context.chunk is not None:
        result.tally.asked.add(job.context.chunk.id)
    return list(step)


def fail(job: Job, failure: Failure, result: Result) -> None:
    """Record a failure, and that the chunk failed."""
    result.failures.append(failure)
    if job.context.chunk is not None:
        result.tally.failed.add(job.context.chunk.id)


def recipes_for(context: Context, plan: Plan) -> dict[str, Recipe]:
    """The recipes that read this kind of document in its language, and accept the chunk."""
    medium = "code" if is_code(context.document) else "prose"
    return {
        name: recipe
        for name, recipe in plan.recipes.items()
        if getattr(recipe, "reads", medium) == medium
        and (context.language in ("en", "code") or (plan.asks(name) and asks_model(recipe)))
        and (has_finder(recipe) or plan.asks(name))
        and takes(recipe, context)
    }


def takes(recipe: Recipe, context: Context) -> bool:
    """Whether the recipe works on such a unit: a chunk it accepts, a document, or, once, all documents."""
    if context.chunk is not None:
        return unit_of(recipe) == "chunk" and recipe.accepts(context.chunk)
    first = context.document.id == next(iter(context.sources))
    return unit_of(recipe) == "document" or (unit_of(recipe) == "corpus" and first)


def unit_for(recipe: Recipe, context: Context) -> Unit:
    """What the recipe works on in this context: the chunk, the document, or all documents."""
    if context.chunk is not None:
        return context.chunk
    return context.document if unit_of(recipe) == "document" else list(context.sources.values())


def count_unworked(result: Result) -> None:
    """Give every chunk that was not reached its reason."""
    tally = result.tally
    for context in result.contexts:
        if context.chunk and context.chunk.id not in tally.skipped.keys() | tally.asked | tally.failed:
            tally.skipped[context.chunk.id] = result.stopped or "over_limit"


def in_order(result: Result) -> list[Outcome]:
    """The outcomes in the order of their chunks."""
    order = {context.chunk.id: n for n, context in enumerate(result.contexts) if context.chunk}
    return sorted(result.outcomes, key=lambda outcome: order.get(outcome.chunk_id or "", len(order)))


def failures_in_order(result: Result) -> list[Failure]:
    """The failures in the order of their chunks and recipes, however the replies came."""
    order = {context.chunk.id: n for n, context in enumerate(result.contexts) if context.chunk}
    places = ((order.get(one.chunk_id or "", -1), one.recipe or "", n) for n, one in enumerate(result.failures))
    return [result.failures[n] for *_, n in sorted(places)]
