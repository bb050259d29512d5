"""Asking in rounds: all that waits goes out together, for services that answer batches of requests."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator

from qaextract.asking import Asker, Job, advance, failure_of
from qaextract.errors import AuthError, BudgetReached, ProviderError, QAExtractError
from qaextract.model import Failure, Reply, Request

#: A request with the jobs that wait for its reply.
_Waiting = dict[str, tuple[Request, list[Job]]]


class BatchPending(QAExtractError):
    """Some requests of a batch are not answered yet."""

    code = "batch"


def in_batches(asker: Asker) -> bool:
    """Whether the provider answers batches alone, or was asked to."""
    return asker.batch or bool(getattr(asker.provider, "only_batches", False))


def ask_in_rounds(
    jobs: Iterable[Job], asker: Asker, on_progress: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[Job, Failure]]:
    """Ask for all jobs, the first requests of all together, then the second ones; yields what failed.

    Raises `BatchPending` where answers are not there yet, and `BudgetReached` as `ask_all` does.
    """
    waiting, tries, done = list(jobs), 0, 0
    while waiting:
        pending: _Waiting = {}
        yield from _gather(waiting, asker, pending)
        fitting = _within_budget(pending, asker)
        answered, failed = set[str](), dict[str, ProviderError]()
        for key, outcome in _answers([pending[key][0] for key in fitting], asker):
            done += 1
            on_progress(done)
            answered.add(key)
            if isinstance(outcome, Reply):
                asker.put(pending[key][0], outcome)
            else:
                failed[key] = outcome
        tries += 1
        again = {key for key, error in failed.items() if error.transient and tries <= asker.retries}
        waiting = []
        for key, (_, waited) in pending.items():  # in the order of the jobs: batches are the same in every run
            if key in failed and key not in again:
                failed[key].attempts = tries
                yield from ((job, failure_of(job, failed[key])) for job in waited)
            elif key in answered:
                waiting += waited
        _refuse_unfinished(len(pending) - len(fitting), len(fitting) - len(answered), asker)
        if again and asker.pace is not None:
            asker.pace.wait_after(failed[min(again)], tries, 0.0)


def _gather(waiting: Iterable[Job], asker: Asker, pending: _Waiting) -> Iterator[tuple[Job, Failure]]:
    """Puts the requests that the jobs wait for into `pending`; yields the jobs that the stored replies end."""
    for job in waiting:
        try:
            step = advance(job, asker)
        except ProviderError as final:
            yield job, failure_of(job, final)
            continue
        if isinstance(step, Request):
            pending.setdefault(step.key, (step, []))[1].append(job)


def _refuse_unfinished(unfit: int, missing: int, asker: Asker) -> None:
    """Raise where requests did not fit into the budget, or have no answer yet."""
    if unfit:
        raise BudgetReached(
            f"{unfit} requests do not fit into the budget",
            "what was answered is kept: run the same command with a larger budget to go on",
        )
    if missing:
        where = str(getattr(asker.provider, "waits_for", "wait for the batch"))
        raise BatchPending(f"{missing} requests are not answered yet", f"{where}; then run the same command again")


def _within_budget(pending: _Waiting, asker: Asker) -> list[str]:
    """The keys of the requests that may be asked together without passing the budget."""
    if asker.budget is None:
        return list(pending)
    fitting, tokens, usd = [], 0, 0.0
    for key, (request, _) in pending.items():
        more_tokens, more_usd = asker.most(request)
        if asker.budget.has_room(tokens + more_tokens, usd + more_usd):
            fitting.append(key)
            tokens, usd = tokens + more_tokens, usd + more_usd
    return fitting


def _answers(requests: list[Request], asker: Asker) -> Iterator[tuple[str, Reply | ProviderError]]:
    """The outcomes as they come; where the service breaks off, the error is that of all that is left."""
    ask_many = getattr(asker.provider, "ask_many", None)
    assert callable(ask_many)
    if not requests:
        return
    left = {request.key for request in requests}
    more = {"notes": asker.ledger} if "notes" in inspect.signature(ask_many).parameters else {}
    try:
        for key, outcome in ask_many(requests, **more):
            left.discard(key)
            yield key, outcome
    except AuthError:
        raise
    except ProviderError as broken:
        yield from ((key, broken) for key in sorted(left))
