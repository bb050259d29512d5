"""Requests as files of a batch, answered by whoever can: a cluster, another account, an offline runner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs

from qaextract.errors import BadRequest, Overloaded, ProviderError, QAExtractError, SettingsError
from qaextract.model import Json, Reply, Request
from qaextract.points import providers
from qaextract.providers import anthropic_api, openai_api


@providers.register("batch")
@dataclass(frozen=True)
class BatchFiles:
    """Write requests to DIR/requests, in the formats of Anthropic and of OpenAI; read the results from DIR/results.

    `name` is `DIR?model=NAME`. Each file is written whole and renamed; `custom_id` is the request's key. The results
    may be in either format, in any number of files with names of your choice that end in .jsonl.
    """

    name: str
    max_tokens: int = 4096
    only_batches: ClassVar[bool] = True

    @property
    def parameters(self) -> Json:
        """What decides a reply beside its prompt."""
        return {"max_tokens": self.max_tokens}

    @property
    def waits_for(self) -> str:
        """What a person does next."""
        return f"answer the files in {self.folder / 'requests'} and put the results into {self.folder / 'results'}"

    @cached_property
    def folder(self) -> Path:
        """The folder of the batch."""
        return Path(self.name.partition("?")[0])

    @cached_property
    def model(self) -> str:
        """The model that the files name; raises `SettingsError` where none is given."""
        given = parse_qs(self.name.partition("?")[2]).get("model", [""])[0]
        if not given or not str(self.folder):
            raise SettingsError(f"model = 'batch:{self.name}' names no model", "write it as batch:DIR?model=NAME")
        return given

    def ask(self, request: Request) -> Reply:
        """The reply where there is one; a batch is asked together."""
        found = dict(self.ask_many([request])).get(request.key)
        if isinstance(found, Reply):
            return found
        raise found or Overloaded("the request is not answered yet", self.waits_for)

    def ask_many(self, requests: Sequence[Request]) -> Iterator[tuple[str, Reply | ProviderError]]:
        """The replies that are there; requests that were not written before are."""
        wanted = {request.key: request for request in requests}
        for key, outcome in self._results():
            if key in wanted:
                del wanted[key]
                yield key, outcome
        written = self._written() if wanted else set()
        self._write([request for key, request in wanted.items() if key not in written])

    def _written(self) -> set[str]:
        keys: set[str] = set()
        for path in sorted((self.folder / "requests").glob("*.anthropic.jsonl")):
            keys |= {row["custom_id"] for _, row in _rows(path)}
        return keys

    def _write(self, requests: Sequence[Request]) -> None:
        if not requests:
            return
        claude = anthropic_api.Anthropic(self.model, cache=False)
        chat = openai_api.OpenAI(self.model)
        digest = hashlib.sha256("".join(sorted(request.key for request in requests)).encode()).hexdigest()[:16]
        # The key is that of the request as it was asked for; the bodies name the model behind the question mark.
        named = [(request.key, replace(request, model=self.model)) for request in requests]
        rows = {
            "openai": [
                {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": chat.body(request)}
                for key, request in named
            ],
            # The last to be written: it says what was written.
            "anthropic": [{"custom_id": key, "params": claude.body(request)} for key, request in named],
        }
        folder = self.folder / "requests"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (self.folder / "results").mkdir(exist_ok=True)
            for form, lines in rows.items():
                path = folder / f"{digest}.{form}.jsonl"
                rest = path.with_suffix(".part")
                rest.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
                rest.replace(path)
        except OSError as error:
            raise SettingsError(f"{folder} cannot be written: {error.strerror}", "choose another folder") from error

    def _results(self) -> Iterator[tuple[str, Reply | ProviderError]]:
        for path in sorted((self.folder / "results").glob("*.jsonl")):
            for number, row in _rows(path):
                try:
                    yield str(row["custom_id"]), _outcome(row)
                except (KeyError, TypeError, AttributeError, ValueError) as error:
                    raise _broken(path, number) from error


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QAExtractError(f"{path} cannot be read: {error}", "write it again, as UTF-8") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise _broken(path, number) from error
            if not isinstance(row, dict):
                raise _broken(path, number)
            yield number, row


def _broken(path: Path, number: int) -> QAExtractError:
    return QAExtractError(
        f"{path}, line {number}, is no result of a batch",
        "mend the line or take it out, and run the same command again",
    )


def _outcome(row: Mapping[str, Any]) -> Reply | ProviderError:
    """A line of Anthropic's or of OpenAI's format as an outcome."""
    key = str(row["custom_id"])
    if "result" in row:
        result = row["result"]
        if result["type"] == "succeeded":
            return anthropic_api.reply_of(key, result["message"], 0.0)
        return Overloaded(f"the request {result['type']} in its batch", "take its line out and answer it again")
    response = row.get("response") or {}
    if row.get("error") or response.get("status_code", 200) != 200:
        return BadRequest(
            f"the request failed in its batch: {row.get('error') or response.get('body')}", "answer it again"
        )
    return openai_api.reply_of(key, response["body"], 0.0)
