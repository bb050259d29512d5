"""A scripted server of the Messages API on a real socket, which refuses malformed requests as the real one does.

As a script, `python -m tests.messages_server --latency 0.2`, it prints its port and serves until its end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Protocol

FIELDS = {
    "model", "max_tokens", "messages", "system", "stream", "output_config", "metadata", "stop_sequences",
    "service_tier", "thinking", "tools", "tool_choice", "cache_control",
}  # fmt: skip
#: Keywords of JSON Schema that structured output does not take.
NOT_TAKEN = {"minLength", "maxLength", "minimum", "maximum", "multipleOf", "maxItems", "uniqueItems", "pattern"}


@dataclass
class Answer:
    """What the server does with a request: a status with headers and body, or something worse."""

    status: int = 200
    body: bytes | dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    before_s: float = 0.0
    within_s: float = 0.0
    cut_at: int | None = None
    events: list[tuple[str, dict[str, Any]]] | None = None
    content_type: str = "application/json"


Script = Callable[[dict[str, Any], int], Answer | None]


def message(text: str, stop: str = "end_turn", **changes: Any) -> dict[str, Any]:
    """A message of the API."""
    usage = {"input_tokens": 100, "output_tokens": 20, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-test",
        "content": [{"type": "text", "text": text}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    } | changes


def error(kind: str, text: str = "scripted") -> dict[str, Any]:
    """An error body of the API."""
    return {"type": "error", "error": {"type": kind, "message": text}, "request_id": "req_1"}


def refused(body: Any, headers: dict[str, str]) -> str:
    """What is wrong with a request; empty where nothing is."""
    if not (headers.get("x-api-key") or headers.get("authorization", "").startswith("Bearer ")):
        return "authorization: missing"
    if not headers.get("anthropic-version"):
        return "anthropic-version: missing"
    if not isinstance(body, dict):
        return "body: no object"
    if unknown := body.keys() - FIELDS:
        return f"{sorted(unknown)[0]}: Extra inputs are not permitted"
    if not isinstance(body.get("model"), str) or not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
        return "model, max_tokens: Field required"
    roles = [turn.get("role") for turn in body.get("messages") or [{}]]
    if roles[0] != "user" or any(a == b for a, b in pairwise(roles)):
        return "messages: roles must alternate and begin with user"
    for turn in body["messages"]:
        blocks = turn["content"] if isinstance(turn["content"], list) else [{"type": "text", "text": turn["content"]}]
        if not blocks or any(block.get("type") != "text" or not block.get("text", "").strip() for block in blocks):
            return "messages: text content blocks must be non-empty"
    form = (body.get("output_config") or {}).get("format")
    if form is not None and form.get("type") != "json_schema":
        return "output_config.format.type: json_schema expected"
    return bad_schema(form["schema"]) if form else ""


def bad_schema(schema: Any, path: str = "schema") -> str:
    """What structured output does not take of a schema."""
    if isinstance(schema, list):
        return next((told for n, item in enumerate(schema) if (told := bad_schema(item, f"{path}[{n}]"))), "")
    if not isinstance(schema, dict):
        return ""
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return f"{path}: additionalProperties must be false"
        names = schema.get("properties", {})
        inner = next((told for name, one in names.items() if (told := bad_schema(one, f"{path}.{name}"))), "")
        if inner:
            return inner
    if taken := schema.keys() & NOT_TAKEN:
        return f"{path}: {sorted(taken)[0]} is not supported"
    rest = (value for key, value in schema.items() if key not in ("properties", "enum", "const", "required"))
    return next((told for value in rest if (told := bad_schema(value, path))), "")


def events_of(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The events in which a message is streamed."""
    text = "".join(block.get("text", "") for block in told["content"])
    usage = told["usage"]
    started = told | {"content": [], "stop_reason": None, "usage": usage | {"output_tokens": 1}}
    return [
        ("message_start", {"type": "message_start", "message": started}),
        ("content_block_start",
         {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        *(
            ("content_block_delta",
             {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text[at : at + 40]}})
            for at in range(0, len(text), 40)
        ),
        ("content_block_stop", {"type": "content_block_stop", "index": 0}),
        ("message_delta", {
            "type": "message_delta",
            "delta": {"stop_reason": told["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": usage["output_tokens"]},
        }),
        ("message_stop", {"type": "message_stop"}),
    ]  # fmt: skip


def pairs_for(body: dict[str, Any]) -> str:
    """A good reply: a pair that quotes the first sentence of the passage."""
    asked = "\n".join(block["text"] for turn in body["messages"] for block in turn["content"])
    found = re.search(r"<passage>\n(.*?)\n</passage>", asked, re.DOTALL)
    sentence = re.split(r"(?<=\.)\s", (found[1] if found else asked).strip())[0]
    words = sentence.split()
    pair = {"question": f"What is told of {' '.join(words[:3])}?", "answer": sentence, "quotes": [sentence]}
    schema = (body.get("output_config") or {}).get("format", {}).get("schema", {})
    return json.dumps({"pairs": [pair]} if "pairs" in schema.get("properties", {"pairs": 1}) else pair)


@dataclass
class MessagesServer:
    """The server; `script` decides on each request by its body and by how often the same body came before."""

    script: Script = lambda body, times: None
    latency_s: float = 0.0
    port: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)
    malformed: list[str] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    _times: Counter[str] = field(default_factory=Counter)
    keep: bool = True
    paid: Counter[str] = field(default_factory=Counter)
    batches: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    looks: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    looks_until_ended: int = 2
    lose_batch: list[Answer] = field(default_factory=list)
    batch_result: Callable[[dict[str, Any], int], dict[str, Any]] = field(
        default=lambda params, times: {"type": "succeeded", "message": message(pairs_for(params))}
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split(" ", 2)
                headers = {}
                while (head := await reader.readline()) not in (b"\r\n", b""):
                    name, _, value = head.decode().partition(":")
                    headers[name.strip().lower()] = value.strip()
                content = await reader.readexactly(int(headers.get("content-length", 0)))
                self.in_flight += 1
                self.most_in_flight = max(self.most_in_flight, self.in_flight)
                try:
                    alive = await self._answer(method, path, headers, content, writer)
                finally:
                    self.in_flight -= 1
                if not alive:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], content: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        body = json.loads(content) if content else {}
        if path.startswith("/v1/messages/batches"):
            return await self._write(writer, self._batch(method, path.split("?")[0], body))
        if (method, path.split("?")[0]) != ("POST", "/v1/messages"):
            return await self._write(writer, Answer(404, error("not_found_error", path)))
        if told := refused(body, headers):
            self.malformed.append(told)
            return await self._write(writer, Answer(400, error("invalid_request_error", told)))
        known = json.dumps(body, sort_keys=True) if self.keep else ""
        times = self._times[known]
        self._times[known] += 1
        if self.keep:
            self.requests.append(body)
        answer = self.script(body, times) or Answer(body=message(pairs_for(body)))
        await asyncio.sleep(self.latency_s + answer.before_s)
        if answer.status == 200 and self.keep:
            self.paid[known] += 1
        if body.get("stream") and answer.status == 200 and answer.content_type == "application/json":
            events = answer.events
            if events is None and isinstance(answer.body, dict):
                events = events_of(answer.body)
            if events is not None:
                return await self._stream(writer, answer, events)
        return await self._write(writer, answer)

    def _batch(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        """Message Batches: made, listed, looked at and read; `batch_result` says what becomes of each request."""
        rest = path.removeprefix("/v1/messages/batches").strip("/").split("/")
        if method == "POST" and rest == [""]:
            told = [refused(one["params"], {"x-api-key": "k", "anthropic-version": "v"}) for one in body["requests"]]
            if any(told):
                self.malformed += filter(None, told)
                return Answer(400, error("invalid_request_error", next(filter(None, told))))
            name = f"msgbatch_{len(self.batches) + 1}"
            self.batches[name] = body["requests"]
            return self.lose_batch.pop() if self.lose_batch else Answer(body=self._told(name))
        if method == "GET" and rest == [""]:
            data = [self._told(name) for name in reversed(self.batches)]
            return Answer(body={"data": data, "has_more": False, "first_id": None, "last_id": None})
        if rest[0] not in self.batches:
            return Answer(404, error("not_found_error", path))
        self.looks[rest[0]] += 1
        if rest[1:] != ["results"]:
            return Answer(body=self._told(rest[0]))
        rows = []
        for one in reversed(self.batches[rest[0]]):  # in another order than asked
            self.read[one["custom_id"]] += 1
            result = self.batch_result(one["params"], self.read[one["custom_id"]])
            rows.append(json.dumps({"custom_id": one["custom_id"], "result": result}))
        return Answer(body="\n".join(rows).encode(), content_type="application/x-jsonl")

    def _told(self, name: str) -> dict[str, Any]:
        done = self.looks[name] >= self.looks_until_ended
        count = len(self.batches[name])
        counts = {"processing": 0 if done else count, "succeeded": count if done else 0}
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if done else "in_progress",
            "request_counts": counts | {"errored": 0, "canceled": 0, "expired": 0},
            "created_at": datetime.now(UTC).isoformat(),
            "expires_at": datetime.now(UTC).isoformat(),
            "ended_at": None,
            "archived_at": None,
            "cancel_initiated_at": None,
            "results_url": f"{self.url}/v1/messages/batches/{name}/results" if done else None,
        }

    async def _write(self, writer: asyncio.StreamWriter, answer: Answer) -> bool:
        body = json.dumps(answer.body).encode() if isinstance(answer.body, dict) else answer.body or b""
        headers = {"content-type": answer.content_type, "content-length": str(len(body)), **answer.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        sent = body if answer.cut_at is None else body[: answer.cut_at]
        if answer.status == 0:  # the socket is dropped without a word
            return False
        writer.write(f"HTTP/1.1 {answer.status} Scripted\r\n{head}\r\n".encode())
        if answer.within_s:
            half = len(sent) // 2
            writer.write(sent[:half])
            await writer.drain()
            await asyncio.sleep(answer.within_s)
            sent = sent[half:]
        writer.write(sent)
        await writer.drain()
        return answer.cut_at is None

    async def _stream(
        self, writer: asyncio.StreamWriter, answer: Answer, events: list[tuple[str, dict[str, Any]]]
    ) -> bool:
        headers = {"content-type": "text/event-stream", "connection": "close", **answer.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 200 Scripted\r\n{head}\r\n".encode())
        for n, (name, data) in enumerate(events):
            if answer.cut_at is not None and n >= answer.cut_at:
                break
            writer.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
            await writer.drain()
            await asyncio.sleep(answer.within_s)
        return False


@contextmanager
def serving(script: Script = lambda body, times: None, latency_s: float = 0.0) -> Iterator[MessagesServer]:
    """The server, in a thread of its own."""
    server = MessagesServer(script, latency_s)
    with running(server):
        yield server


class Startable(Protocol):
    """A server that begins to listen."""

    async def start(self) -> asyncio.Server:
        """Listen from now on."""
        ...


@contextmanager
def running(server: Startable) -> Iterator[None]:
    """A server while it runs, in a thread of its own."""
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def run() -> None:
        listening = await server.start()
        ready.set()
        await done.wait()
        await asyncio.sleep(0.005)  # what was accepted just now becomes a task
        listening.close()
        tasks = asyncio.all_tasks(loop) - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def main() -> None:
    """Serve good replies until the process ends."""
    import sys

    given = argparse.ArgumentParser()
    given.add_argument("--latency", type=float, default=0.0)
    latency_s = given.parse_args().latency

    async def run() -> None:
        server = MessagesServer(latency_s=latency_s, keep=False)
        listening = await server.start()
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await listening.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    main()
