"""Chat completions as OpenAI has them: of OpenAI itself, or of any server that speaks the same."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from threading import Lock
from typing import Any, ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from qaextract.errors import (
    AuthError,
    ProviderError,
    QAExtractError,
    RateLimited,
    SettingsError,
    Truncated,
    Unreachable,
)
from qaextract.model import Json, Part, Reply, Request, Usage
from qaextract.points import providers
from qaextract.providers._replies import parsed_text
from qaextract.providers._services import Connected, Limits, error_of
from qaextract.providers._strict import strict

Mode = Literal["json_schema", "json_object", "prompt"]
_WEAKER: dict[Mode, Mode] = {"json_schema": "json_object", "json_object": "prompt"}
_NO_FORMAT = re.compile(r"response_format|json_schema|json_object|structured.?output", re.IGNORECASE)
_NO_ROOM = re.compile(r"max_(?:completion_)?tokens")
_TOO_MUCH = re.compile(r"too (?:large|big|high|long)|at most|less than|greater|maximum|exceed", re.IGNORECASE)
_TOO_LONG = re.compile(r"context.?(?:length|size|window)", re.IGNORECASE)
#: What models that think aloud write before their reply where the server leaves it in.
_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_SHAPE = "Reply with one JSON object and nothing else. It fits this JSON Schema:\n"
_LONGEST_S, _LONGEST_TO_CONNECT_S = 600.0, 10.0
_AGAIN = "it is asked for again by the same command"


class Form(NamedTuple):
    """How a request is put: how the shape of the reply is asked for, and what the room for it is called."""

    mode: Mode
    room: str


@dataclass
class Taken:
    """The form that the server takes, as its answers have taught so far."""

    form: Form
    _lock: Lock = field(default_factory=Lock)

    def weaken(self, refused: Form) -> bool:
        """Ask for the shape in a weaker way than `refused` from now on; False where there is none."""
        weaker = _WEAKER.get(refused.mode)
        with self._lock:
            if weaker is not None and self.form.mode == refused.mode:  # else it has been learnt already
                self.form = self.form._replace(mode=weaker)
        return weaker is not None

    def rename_room(self, refused: Form) -> None:
        """Call the room by its other name from now on."""
        other = "max_tokens" if refused.room == "max_completion_tokens" else "max_completion_tokens"
        with self._lock:
            self.form = self.form._replace(room=other)


@providers.register("openai")
@dataclass(frozen=True)
class OpenAI(Connected):
    """Ask a model of OpenAI, or with `base_url` of any server that speaks its chat completions.

    The key is read from OPENAI_API_KEY; a server of one's own needs none. A server that refuses `schema_mode`, or
    takes it and replies otherwise, is asked in the next weaker way: json_schema, json_object, prompt.
    """

    name: str
    base_url: str | None = None
    max_tokens: int = 4096
    schema_mode: Mode = "json_schema"
    enforces_schema: ClassVar[bool] = True
    _key_variable: ClassVar[str] = "OPENAI_API_KEY"
    _where_to_look: ClassVar[str] = "check --base-url, and that the server runs"

    @property
    def vendor(self) -> str | None:
        """Whose prices these are; nobody's where the server is not OpenAI's own."""
        return "openai" if self.address is None else None

    @property
    def address(self) -> str | None:
        """Where the server is; None for OpenAI's own."""
        return self.base_url or os.environ.get("OPENAI_BASE_URL") or None

    @property
    def parameters(self) -> Json:
        """What decides a reply beside its prompt."""
        weaker = {"schema_mode": self.schema_mode} if self.schema_mode != "json_schema" else {}
        return {"max_tokens": self.max_tokens} | weaker

    def ask(self, request: Request) -> Reply:
        """The reply; raises a `ProviderError`."""
        began = time.monotonic()
        renamed = False
        while True:
            form = self._taken.form
            try:
                raw = self._client.chat.completions.with_raw_response.create(**self.body(request, form))
                break
            except QAExtractError:
                raise
            except Exception as error:
                told = _told(error, self._key)
                if _code(error) == "content_filter":
                    return Reply(request.key, None, refusal=told, stop_reason="content_filter")
                if _refuses(error, told, _NO_FORMAT, but=_NO_ROOM) and self._taken.weaken(form):
                    continue
                if not renamed and _refuses(error, told, _NO_ROOM, but=_TOO_MUCH):
                    self._taken.rename_room(form)
                    renamed = True
                    continue
                raise self._error(error, told) from error
        self._limits.read(raw.headers)
        reply = reply_of(request.key, _completion(raw.http_response.content, self._key), time.monotonic() - began)
        if form.mode == "json_schema" and _ignores_schema(request, reply):
            self._taken.weaken(form)
        return reply

    def pause_s(self) -> float:
        """How long to ask nothing, by the rate headers of the last answer."""
        return self._limits.pause_s()

    def body(self, request: Request, form: Form | None = None) -> dict[str, Any]:
        """The request as the server takes it."""
        mode, room = form or self._taken.form
        messages = list(_messages(request.parts))
        body: dict[str, Any] = {"model": request.model, "messages": messages, room: request.parameters["max_tokens"]}
        if request.schema is None:
            return body
        schema = strict(request.schema)
        if mode == "json_schema":
            name = re.sub(r"[^A-Za-z0-9_-]", "_", str(request.schema.get("title") or "reply"))[:64]
            named = {"name": name, "strict": True, "schema": schema}
            return body | {"response_format": {"type": "json_schema", "json_schema": named}}
        last = max((n for n, one in enumerate(messages) if one["role"] == "user"), default=None)
        shape = _SHAPE + json.dumps(schema, ensure_ascii=False)
        if last is None:
            messages.append({"role": "user", "content": shape})
        else:
            messages[last]["content"] += f"\n\n{shape}"
        return body | ({"response_format": {"type": "json_object"}} if mode == "json_object" else {})

    def _error(self, error: Exception, told: str) -> ProviderError:
        if not isinstance(getattr(error, "status_code", None), int):
            where = _plain(self.address) if self.address else "OpenAI"
            return Unreachable(f"no answer from {where} ({told})", f"{self._where_to_look}; {_AGAIN}")
        if _code(error) == "insufficient_quota":  # comes as 429, but no wait helps
            return AuthError(f"the account has nothing left: {told}", "see its plan and billing")
        if _refuses(error, told, _TOO_LONG):
            return Truncated(f"prompt and reply are longer than the model's context: {told}", "make the chunks smaller")
        typed = error_of(error, self._key_variable)
        if isinstance(typed, RateLimited):
            limits = _RateHeaders("x-ratelimit-")
            limits.read(getattr(getattr(error, "response", None), "headers", {}))
            typed.retry_after_s = typed.retry_after_s if typed.retry_after_s is not None else limits.pause_s() or None
        return typed

    @cached_property
    def _taken(self) -> Taken:
        # Servers that know only `max_tokens` pass over the other name, and write without end (Ollama's issue 7125);
        # OpenAI's newer models refuse `max_tokens`, and say so.
        return Taken(Form(self.schema_mode, "max_completion_tokens" if self.address is None else "max_tokens"))

    @cached_property
    def _limits(self) -> Limits:
        return _RateHeaders("x-ratelimit-")

    @property
    def _key(self) -> str | None:
        return os.environ.get(self._key_variable, "").strip() or None

    def _connect(self) -> Any:
        import openai

        if self._key is None and self.address is None:
            raise AuthError("no key for OpenAI", f"set {self._key_variable}")
        if self.address is not None and not self.address.lower().startswith(("http://", "https://")):
            raise SettingsError(f"--base-url {self.address!r} is no address", "write it as http://HOST:PORT/v1")
        wait = openai.Timeout(_LONGEST_S, connect=_LONGEST_TO_CONNECT_S)
        # The run has retries of its own, which are counted and can be interrupted.
        return openai.OpenAI(api_key=self._key or "none", base_url=self.address, max_retries=0, timeout=wait)


class _RateHeaders(Limits):
    """The rate headers of OpenAI, which tell how long it takes, not until when."""

    def read(self, headers: Mapping[str, Any]) -> None:
        """Note the headers of an answer."""
        for what in ("requests", "tokens"):
            if str(headers.get(f"x-ratelimit-remaining-{what}", "")).strip() == "0":
                wait_s = duration_s(str(headers.get(f"x-ratelimit-reset-{what}", "")))
                with self._lock:
                    self._until = max(self._until, time.monotonic() + wait_s)


def duration_s(text: str) -> float:
    """The seconds of `1s`, `6m0s`, `20ms` or `1h0m0.5s`; 1 where it is none of these."""
    if not re.fullmatch(r"(?:\d+(?:\.\d+)?(?:ms|h|m|s))+", text.strip()):
        return 1.0
    units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
    return sum(float(number) * units[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", text))


def _messages(parts: tuple[Part, ...]) -> Iterator[dict[str, str]]:
    """System parts first, as one message; then the parts of one role after another as one."""
    ordered = sorted(parts, key=lambda part: part.role != "system")
    for role, group in groupby(ordered, key=lambda part: part.role):
        yield {"role": role, "content": "\n\n".join(part.text for part in group)}


def _completion(content: bytes, key: str | None) -> Mapping[str, Any]:
    """The completion of a response; a page of HTML or cut JSON is none, nor is an error that comes with 200."""
    try:
        completion = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unreachable("the answer is not JSON", "check --base-url if this goes on") from error
    choices = completion.get("choices") if isinstance(completion, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(first, dict) and isinstance(first.get("message"), dict):
        return completion  # type: ignore[no-any-return]
    said = completion.get("error") if isinstance(completion, dict) else None
    told = str(said.get("message") if isinstance(said, dict) else said or "it has no message")
    raise Unreachable(f"the answer is no completion: {_without(key, told)[:500]}", "check --base-url if this goes on")


def reply_of(key: str, completion: Mapping[str, Any], seconds: float) -> Reply:
    """A completion of the API as a reply."""
    choice = completion["choices"][0]
    message, stop = choice["message"], str(choice.get("finish_reason") or "")
    text = _THOUGHT.sub("", _text(message.get("content")), count=1)
    usage = _usage(completion.get("usage"), seconds)
    told = Reply(key, None, usage=usage, model=str(completion.get("model") or ""), stop_reason=stop)
    if message.get("refusal") or stop == "content_filter":
        return replace(told, refusal=str(message.get("refusal") or text or "the service's filter stopped the reply"))
    if stop == "length":
        return replace(told, text=text, cut=True)
    parsed, problem = parsed_text(text)
    return replace(told, parsed=parsed, text=text if problem else "", problem=problem)


def _text(content: Any) -> str:
    """The content of a message, which some servers give in blocks."""
    if isinstance(content, list):
        return "".join(str(one.get("text") or "") for one in content if isinstance(one, dict))
    return content if isinstance(content, str) else ""


def _usage(told: Any, seconds: float) -> Usage:
    told = told if isinstance(told, Mapping) else {}
    details = told.get("prompt_tokens_details")
    return Usage(
        input_tokens=_count(told.get("prompt_tokens")),
        output_tokens=_count(told.get("completion_tokens")),
        cached_tokens=_count(details.get("cached_tokens")) if isinstance(details, Mapping) else 0,
        seconds=round(seconds, 3),
    )


def _count(value: Any) -> int:
    return int(value) if isinstance(value, int | float) and value > 0 else 0


def _ignores_schema(request: Request, reply: Reply) -> bool:
    """Whether a whole reply has not the shape that a server which enforces the schema cannot but give."""
    if request.schema is None or reply.refusal is not None or reply.cut:
        return False
    if reply.parsed is None:
        return bool(reply.text.strip())
    return not request.schema.get("properties", {}).keys() <= reply.parsed.keys()


def _refuses(error: Exception, told: str, what: re.Pattern[str], *, but: re.Pattern[str] | None = None) -> bool:
    """Whether the server does not take the request for something in it."""
    if getattr(error, "status_code", None) not in (400, 422):
        return False
    named = f"{told} {getattr(error, 'param', None) or ''}"
    return bool(what.search(named)) and not (but and but.search(named))


def _code(error: Exception) -> str:
    return str(getattr(error, "code", None) or "")


def _told(error: Exception, key: str | None) -> str:
    """What the server says, without the key that some repeat; the error itself says no more than that from here on."""
    body = getattr(error, "body", None)
    said = body.get("message") or body.get("detail") if isinstance(body, Mapping) else None
    told = str(said or getattr(error, "message", "") or error)
    if not isinstance(getattr(error, "status_code", None), int):
        told = f"{type(error).__name__}: {told}" + (f" {error.__cause__}" if error.__cause__ else "")
    told = " ".join(_without(key, told).split())[:500]
    error.args = (told,)
    if hasattr(error, "message"):
        error.message = told
    return told


def _without(key: str | None, text: str) -> str:
    for written in (key, repr(key)[1:-1]) if key else ():
        text = text.replace(written, "[key]")
    return text


def _plain(address: str) -> str:
    """An address without the secrets that it may hold."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
