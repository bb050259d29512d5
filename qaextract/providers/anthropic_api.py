"""Anthropic's Messages API, with native structured output."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Literal

from qaextract.errors import AuthError, ProviderError, Unreachable
from qaextract.model import Json, Part, Reply, Request, Usage
from qaextract.points import providers
from qaextract.providers._batches import Batches, Notes
from qaextract.providers._replies import parsed_text
from qaextract.providers._services import Connected, Limits, error_of

#: Above this many tokens of room a reply may take so long that the service wants it streamed.
STREAM_ABOVE = 8_000
_LONGEST_S = 600.0


@providers.register("anthropic")
@dataclass(frozen=True)
class Anthropic(Connected):
    """Ask a Claude model. The key is read from ANTHROPIC_API_KEY.

    The parts that all recipes of a chunk share are marked for the service's cache of prompts.
    """

    name: str
    base_url: str | None = None
    max_tokens: int = 4096
    effort: Literal["low", "medium", "high"] | None = None
    cache: bool = True
    poll_s: float = 5.0
    #: Whose prices these are.
    vendor: ClassVar[str] = "anthropic"
    enforces_schema: ClassVar[bool] = True

    @property
    def parameters(self) -> Json:
        """What decides a reply beside its prompt."""
        return {"max_tokens": self.max_tokens} | ({"effort": self.effort} if self.effort else {})

    def ask(self, request: Request) -> Reply:
        """The reply; raises a `ProviderError`."""
        began = time.monotonic()
        body = self.body(request)
        try:
            if body["max_tokens"] > STREAM_ABOVE:
                message = self._streamed(body)
            else:
                raw = self._client.messages.with_raw_response.create(**body)
                self._limits.read(raw.headers)
                message = _message(raw.http_response.content)
        except ProviderError:
            raise
        except Exception as error:
            raise error_of(error, "ANTHROPIC_API_KEY") from error
        return reply_of(request.key, message, time.monotonic() - began)

    def ask_many(self, requests: Sequence[Request], notes: Notes) -> Iterator[tuple[str, Reply | ProviderError]]:
        """The replies of Message Batches, at half the price; what was submitted by an earlier run is waited for."""
        batches = Batches(self._client, notes, self.body, reply_of, poll_s=self.poll_s)
        try:
            yield from batches.answers(requests)
        except ProviderError:
            raise
        except Exception as error:
            raise error_of(error, "ANTHROPIC_API_KEY") from error

    def pause_s(self) -> float:
        """How long to ask nothing, by the rate headers of the last answer."""
        return self._limits.pause_s()

    def body(self, request: Request) -> dict[str, Any]:
        """The request as the service takes it."""
        from anthropic import transform_schema

        output: dict[str, Any] = {}
        if request.schema is not None:
            output["format"] = {"type": "json_schema", "schema": transform_schema(request.schema)}
        if effort := request.parameters.get("effort"):
            output["effort"] = effort
        system = [part for part in request.parts if part.role == "system"]
        body: dict[str, Any] = {
            "model": request.model,
            "max_tokens": request.parameters["max_tokens"],
            "messages": list(self._messages(request.parts)),
        }
        if system:
            body["system"] = [{"type": "text", "text": part.text} for part in system]
        if output:
            body["output_config"] = output
        return body

    def _messages(self, parts: tuple[Part, ...]) -> Iterator[dict[str, Any]]:
        """The parts of one role after another as one message; the last shared part ends what is cached."""
        last = max((n for n, part in enumerate(parts) if part.shared), default=-1)
        role, blocks = "", list[dict[str, Any]]()
        for n, part in enumerate(parts):
            if part.role == "system":
                continue
            if part.role != role and blocks:
                yield {"role": role, "content": blocks}
                blocks = []
            role = part.role
            block: dict[str, Any] = {"type": "text", "text": part.text}
            if n == last and self.cache:
                block["cache_control"] = {"type": "ephemeral"}
            blocks.append(block)
        if blocks:
            yield {"role": role, "content": blocks}

    def _streamed(self, body: dict[str, Any]) -> Mapping[str, Any]:
        with self._client.messages.stream(**body) as stream:
            self._limits.read(stream.response.headers)
            for _ in stream:
                pass
            message = stream.current_message_snapshot
        told: Mapping[str, Any] = message.to_dict()
        if message.stop_reason is None:
            broken = Unreachable("the reply broke off before its end", "it is asked for again")
            broken.usage = _usage(told.get("usage") or {}, 0.0)
            raise broken
        return told

    def count_tokens(self, request: Request) -> int:
        """Tokens of the prompt, counted by the service."""
        body = self.body(request)
        counted = {name: body[name] for name in ("model", "messages", "system", "output_config") if name in body}
        try:
            return int(self._client.messages.count_tokens(**counted).input_tokens)
        except Exception as error:
            raise error_of(error, "ANTHROPIC_API_KEY") from error

    @cached_property
    def _limits(self) -> Limits:
        return Limits("anthropic-ratelimit-")

    def _connect(self) -> Any:
        import anthropic

        try:
            # The run has retries of its own, which are counted and can be interrupted.
            client = anthropic.Anthropic(base_url=self.base_url, max_retries=0, timeout=_LONGEST_S)
        except anthropic.AnthropicError as error:
            raise AuthError("no key for Anthropic", "set ANTHROPIC_API_KEY") from error
        if not (client.api_key or client.auth_token or getattr(client, "credentials", None)):
            raise AuthError("no key for Anthropic", "set ANTHROPIC_API_KEY")
        return client


def _message(content: bytes) -> Mapping[str, Any]:
    """The message of a response; a page of HTML or cut JSON is none."""
    try:
        message = json.loads(content)
    except ValueError as error:
        raise Unreachable("the answer is not JSON", "check --base-url if this goes on") from error
    if not isinstance(message, dict) or not isinstance(message.get("content"), list):
        raise Unreachable("the answer is no message", "check --base-url if this goes on")
    return message


def reply_of(key: str, message: Mapping[str, Any], seconds: float) -> Reply:
    """A message of the API as a reply."""
    text = "".join(block.get("text", "") for block in message["content"] if block.get("type") == "text")
    stop = str(message.get("stop_reason") or "")
    usage = _usage(message.get("usage") or {}, seconds)
    told = Reply(key, None, usage=usage, model=str(message.get("model", "")), stop_reason=stop)
    if stop == "refusal":
        return replace(told, refusal=text or "no reason given")
    if stop in ("max_tokens", "model_context_window_exceeded"):
        return replace(told, text=text, cut=True)
    if stop == "pause_turn":
        return replace(told, text=text, problem="the model paused before its end")
    parsed, problem = parsed_text(text)
    return replace(told, parsed=parsed, text=text if problem else "", problem=problem)


def _usage(told: Mapping[str, Any], seconds: float) -> Usage:
    cached, written = (int(told.get(f"cache_{what}_input_tokens") or 0) for what in ("read", "creation"))
    plain = int(told.get("input_tokens") or 0)
    return Usage(
        input_tokens=plain + cached + written,
        output_tokens=int(told.get("output_tokens") or 0),
        cached_tokens=cached,
        seconds=round(seconds, 3),
        written_tokens=written,
    )
