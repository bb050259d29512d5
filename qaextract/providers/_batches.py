"""Message Batches of Anthropic: submitted, waited for over any number of runs, and read in whatever order."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from qaextract.errors import BadRequest, Overloaded, ProviderError, Unreachable
from qaextract.model import Reply, Request

#: The service takes more, but what is submitted together is also waited for together.
MOST_REQUESTS = 10_000
MOST_BYTES = 64 * 2**20
_SUBMITTING, _SUBMITTED = "submitting:", "batch:"


class Notes(Protocol):
    """What is remembered from run to run."""

    def notes(self) -> dict[str, str]:
        """All notes by their names."""
        ...

    def note(self, name: str, text: str | None) -> None:
        """Write a note down; None takes it away."""
        ...


@dataclass
class Batches:
    """The batches of one account, and the notes on those that are not answered yet.

    A note is written before a batch is submitted and one with its id after it. A run that was killed between the two
    finds the batch again among those of the account: by its time, and by how many requests it has.
    """

    client: Any
    notes: Notes
    body_of: Callable[[Request], Mapping[str, Any]]
    reply_of: Callable[[str, Mapping[str, Any], float], Reply]
    poll_s: float = 5.0
    longest_poll_s: float = 60.0
    _open: dict[str, list[str]] = field(default_factory=dict)

    def answers(self, requests: Sequence[Request]) -> Iterator[tuple[str, Reply | ProviderError]]:
        """The outcome of every request, as its batch ends."""
        wanted = {request.key: request for request in requests}
        self._find_submitted()
        covered = {key for keys in self._open.values() for key in keys}
        for part in _parts([wanted[key] for key in wanted if key not in covered], self.body_of):
            self._submit(part)
        wait_s = self.poll_s
        while self._open:
            ended = [batch for batch in self._open if self._has_ended(batch)]
            for batch in ended:
                yield from self._results(batch, wanted)
            if self._open and not ended:
                time.sleep(wait_s)
                wait_s = min(self.longest_poll_s, 1.5 * wait_s)

    def _find_submitted(self) -> None:
        for name, text in self.notes.notes().items():
            if name.startswith(_SUBMITTED):
                self._open[name.removeprefix(_SUBMITTED)] = json.loads(text)["keys"]
        for name, text in self.notes.notes().items():
            if name.startswith(_SUBMITTING):
                told = json.loads(text)
                for batch in self.client.messages.batches.list(limit=100):
                    counts = batch.request_counts
                    total = sum(getattr(counts, what) for what in _COUNTS)
                    late = batch.created_at.timestamp() >= told["at"] - 60
                    if late and total == len(told["keys"]) and batch.id not in self._open:
                        self._remember(batch.id, told["keys"])
                        break
                self.notes.note(name, None)

    def _submit(self, part: list[tuple[Request, Mapping[str, Any]]]) -> None:
        keys = [request.key for request, _ in part]
        intent = f"{_SUBMITTING}{uuid.uuid4()}"
        self.notes.note(intent, json.dumps({"keys": keys, "at": time.time()}))
        batch = self.client.messages.batches.create(
            requests=[{"custom_id": request.key, "params": body} for request, body in part]
        )
        self._remember(batch.id, keys)
        self.notes.note(intent, None)

    def _remember(self, batch: str, keys: list[str]) -> None:
        self._open[batch] = keys
        self.notes.note(f"{_SUBMITTED}{batch}", json.dumps({"keys": keys}))

    def _has_ended(self, batch: str) -> bool:
        return bool(self.client.messages.batches.retrieve(batch).processing_status == "ended")

    def _results(self, batch: str, wanted: Mapping[str, Request]) -> Iterator[tuple[str, Reply | ProviderError]]:
        """The outcomes of an ended batch; what it does not tell of is asked again."""
        left = set(self._open[batch])
        for row in self.client.messages.batches.results(batch):
            told = row.to_dict()
            key, result = told["custom_id"], told["result"]
            left.discard(key)
            if key in wanted:
                yield key, self._outcome(key, result)
        for key in left & wanted.keys():
            yield key, Unreachable("the batch ended without a result", "it is asked for again")
        del self._open[batch]
        self.notes.note(f"{_SUBMITTED}{batch}", None)

    def _outcome(self, key: str, result: Mapping[str, Any]) -> Reply | ProviderError:
        if result["type"] == "succeeded":
            return self.reply_of(key, result["message"], 0.0)
        if result["type"] == "errored":
            inner = result.get("error", {}).get("error", {})
            text = f"{inner.get('type', 'error')}: {inner.get('message', '')}"
            if inner.get("type") in ("invalid_request_error", "request_too_large"):
                return BadRequest(f"the service does not take the request ({text})", "see the message")
            return Overloaded(f"the request failed in its batch ({text})", "it is asked for again")
        return Unreachable(f"the request {result['type']} in its batch", "it is asked for again")


_COUNTS = ("processing", "succeeded", "errored", "canceled", "expired")


def _parts(
    requests: Sequence[Request], body_of: Callable[[Request], Mapping[str, Any]]
) -> Iterator[list[tuple[Request, Mapping[str, Any]]]]:
    """The requests in parts that a batch takes."""
    part: list[tuple[Request, Mapping[str, Any]]] = []
    size = 0
    for request in requests:
        body = body_of(request)
        length = sum(len(piece.text.encode()) for piece in request.parts) + 4096
        if part and (len(part) >= MOST_REQUESTS or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append((request, body))
        size += length
    if part:
        yield part
