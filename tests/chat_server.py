"""A scripted server of chat completions on a real socket, which refuses malformed requests as the real one does.

As a script, `python -m tests.chat_server --latency 0.2`, it prints its port and serves until its end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from .messages_server import NOT_TAKEN, Answer, MessagesServer, Script, running
from .messages_server import pairs_for as pairs_for_message

FIELDS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "response_format", "temperature", "top_p", "seed", "n",
    "stop", "stream", "user", "metadata", "reasoning_effort",
}  # fmt: skip
#: Keywords of JSON Schema that not every server takes with strict.
NOT_STRICT = NOT_TAKEN | {"minItems", "format", "default", "oneOf", "allOf", "not", "patternProperties"}


def completion(content: str | None, stop: str | None = "stop", **message: Any) -> dict[str, Any]:
    """A completion of the API."""
    usage = {
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "total_tokens": 120,
        "prompt_tokens_details": {"cached_tokens": 40},
    }
    told = {"role": "assistant", "content": content, "refusal": None} | message
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-test",
        "choices": [{"index": 0, "message": told, "finish_reason": stop}],
        "usage": usage,
    }


def error(text: str = "scripted", code: str | None = None, param: str | None = None) -> dict[str, Any]:
    """An error body of the API."""
    return {"error": {"message": text, "type": "invalid_request_error", "param": param, "code": code}}


def refused(body: Any, headers: dict[str, str]) -> str:
    """What is wrong with a request; empty where nothing is."""
    if not re.fullmatch(r"Bearer \S+", headers.get("authorization", "")):
        return "authorization: missing"
    if not isinstance(body, dict):
        return "body: no object"
    if unknown := body.keys() - FIELDS:
        return f"Unrecognized request argument supplied: {sorted(unknown)[0]}"
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "you must provide a model parameter"
    if "max_tokens" in body and "max_completion_tokens" in body:
        return "only one of the two limits can be set"
    roles = [turn.get("role") for turn in body.get("messages") or [{}]]
    turns = roles[1:] if roles[0] == "system" else roles
    if not turns or turns[0] != "user" or any(a == b for a, b in pairwise(turns)) or set(turns) - {"user", "assistant"}:
        return "messages: after system, roles must alternate and begin with user"
    if any(not isinstance(turn["content"], str) or not turn["content"].strip() for turn in body["messages"]):
        return "messages: content must be non-empty text"
    return bad_format(body)


def bad_format(body: dict[str, Any]) -> str:
    """What is wrong with how the shape of the reply is asked for."""
    form = body.get("response_format") or {"type": "text"}
    if form["type"] == "json_object" and "json" not in json.dumps(body["messages"]).lower():
        return "'messages' must contain the word 'json' in some form"
    if form["type"] != "json_schema":
        return ""
    named = form["json_schema"]
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", named["name"]) or named.get("strict") is not True:
        return "json_schema: name and strict"
    return not_strict(named["schema"])


def not_strict(schema: Any, path: str = "schema") -> str:
    """What strict structured output does not take of a schema."""
    if isinstance(schema, list):
        return next((told for n, one in enumerate(schema) if (told := not_strict(one, f"{path}[{n}]"))), "")
    if not isinstance(schema, dict):
        return ""
    if taken := schema.keys() & NOT_STRICT:
        return f"{path}: {sorted(taken)[0]} is not permitted"
    if "$ref" in schema and schema.keys() - {"$ref", "$defs"}:
        return f"{path}: $ref cannot have keywords beside it"
    named = {**schema.get("properties", {}), **schema.get("$defs", {})}
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return f"{path}: additionalProperties must be false"
        if schema.get("required") != list(schema.get("properties", {})):
            return f"{path}: every property must be required"
    inner = [(name, named[name]) for name in named] + [
        (key, schema[key]) for key in ("items", "anyOf") if key in schema
    ]
    return next((told for name, one in inner if (told := not_strict(one, f"{path}.{name}"))), "")


def pairs_for(body: dict[str, Any]) -> str:
    """A good reply: a pair that quotes the first sentence of the passage."""
    blocks = [{"content": [{"text": turn["content"]}]} for turn in body["messages"] if turn["role"] != "system"]
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema", {})
    return pairs_for_message({"messages": blocks, "output_config": {"format": {"schema": schema}}})


@dataclass
class ChatServer(MessagesServer):
    """The server; `script` decides on each request by its body and by how often the same body came before."""

    keys: list[str] = field(default_factory=list)

    async def _answer(
        self, method: str, path: str, headers: dict[str, str], content: bytes, writer: asyncio.StreamWriter
    ) -> bool:
        body = json.loads(content) if content else {}
        if (method, path) != ("POST", "/v1/chat/completions"):
            return await self._write(writer, Answer(404, error(f"no such address: {path}")))
        if told := refused(body, headers):
            self.malformed.append(told)
            return await self._write(writer, Answer(400, error(told)))
        known = json.dumps(body, sort_keys=True) if self.keep else ""
        times = self._times[known]
        self._times[known] += 1
        if self.keep:
            self.requests.append(body)
            self.keys.append(headers["authorization"].removeprefix("Bearer "))
        answer = self.script(body, times) or Answer(body=completion(pairs_for(body)))
        await asyncio.sleep(self.latency_s + answer.before_s)
        if answer.status == 200 and self.keep:
            self.paid[known] += 1
        return await self._write(writer, answer)


@contextmanager
def serving(script: Script = lambda body, times: None, latency_s: float = 0.0) -> Iterator[ChatServer]:
    """The server, in a thread of its own."""
    server = ChatServer(script, latency_s)
    with running(server):
        yield server


def main() -> None:
    """Serve good replies until the process ends."""
    import sys

    given = argparse.ArgumentParser()
    given.add_argument("--latency", type=float, default=0.0)
    latency_s = given.parse_args().latency

    async def run() -> None:
        server = ChatServer(latency_s=latency_s, keep=False)
        listening = await server.start()
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await listening.serve_forever()

    asyncio.run(run())


if __name__ == "__main__":
    main()
