"""Local models in GGUF files, asked in this process; their quotes can only be sentences of the passage."""

from __future__ import annotations

import atexit
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from threading import Event, Lock
from typing import Annotated, Any, ClassVar

from pydantic import Field as Bound

from qaextract.errors import BadRequest, MissingExtra, ProviderError, SettingsError, Unreachable
from qaextract.model import Json, Part, Reply, Request, Usage
from qaextract.points import providers
from qaextract.providers._grammar import grammar_of, quotable
from qaextract.providers._replies import parsed_text
from qaextract.providers._strict import strict

#: Tokens of a prompt that are read at once; between them the model can be stopped.
_BATCH_TOKENS = 512
#: How long the end of the program waits for the model to stop: it must not be torn down at work.
_STOPPING_S = 60.0


@providers.register("gguf")
@dataclass(frozen=True)
class Gguf:
    """Ask a model in a GGUF file on this machine; `name` is the path. It needs no key and costs nothing.

    The reply is held to its schema by a grammar, and evidence to whole sentences of the passage, copied as they
    stand. The model is loaded once and asked one request at a time, by `threads` threads (all cores, unless set).
    """

    name: str
    context_tokens: Annotated[int, Bound(gt=0)] = 8192
    max_tokens: Annotated[int, Bound(gt=0)] = 1536
    temperature: Annotated[float, Bound(ge=0)] = 0.3
    threads: Annotated[int, Bound(gt=0)] | None = None
    enforces_schema: ClassVar[bool] = True

    def __post_init__(self) -> None:
        try:
            with self.path.open("rb") as file:
                kind = file.read(4)
        except OSError as error:
            raise SettingsError(
                f"the model {self.name} cannot be read ({error.strerror})", "name a GGUF file: --model gguf:PATH"
            ) from error
        if kind != b"GGUF":
            raise SettingsError(f"{self.name} is no GGUF file", "name a GGUF file: --model gguf:PATH")

    @property
    def path(self) -> Path:
        """The file; the shell leaves a `~` behind the colon as it is."""
        return Path(self.name).expanduser()

    @property
    def parameters(self) -> Json:
        """What decides a reply beside its prompt; another file may come to stand under the same path."""
        size = self.path.stat().st_size
        return {"max_tokens": self.max_tokens, "temperature": self.temperature, "file_bytes": size}

    def ask(self, request: Request) -> Reply:
        """The reply; raises a `ProviderError`, or `SettingsError` where the file cannot be loaded."""
        body = _body(request)
        with _one_at_a_time:
            began = time.monotonic()
            told = _generate(_server(str(self.path), self.context_tokens, self._threads), body)
        if told.error:
            raise self._error(told.error)
        return self._reply(request, told, time.monotonic() - began)

    @property
    def _threads(self) -> int:
        mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return self.threads or mine or 1

    def _error(self, error: Mapping[str, Any]) -> ProviderError:
        if error.get("type") != "exceed_context_size_error":
            return BadRequest(f"the model does not take the request: {error.get('message', error)}")
        return BadRequest(
            f"the prompt has {error.get('n_prompt_tokens')} tokens, the context {self.context_tokens}",
            "make the chunks smaller (chunkers.sections.max_chars) or the context larger "
            "(providers.gguf.context_tokens)",
        )

    def _reply(self, request: Request, told: _Told, seconds: float) -> Reply:
        prompt, output = (int(told.usage.get(f"{what}_tokens", 0)) for what in ("prompt", "completion"))
        cached = int((told.usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
        usage = Usage(prompt, output, cached_tokens=cached, seconds=round(seconds, 3))
        reply = Reply(request.key, None, usage=usage, model=self.path.name, stop_reason=told.stop)
        if told.stop == "length":
            full = prompt + output >= self.context_tokens
            return replace(
                reply,
                text=told.text,
                cut=True,
                stop_reason="model_context_window_exceeded" if full else "max_tokens",
            )
        parsed, problem = parsed_text(told.text)
        return replace(reply, parsed=parsed, text=told.text if problem else "", problem=problem)


# --- the request ------------------------------------------------------------------------------------------------

_SHAPE = "Reply with a JSON object that fits this JSON Schema:\n"


def _body(request: Request) -> dict[str, Any]:
    """The request as the model's server takes it."""
    parts = request.parts
    body: dict[str, Any] = {
        "max_tokens": request.parameters["max_tokens"],
        "temperature": request.parameters["temperature"],
        "seed": request.sample + 1,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,
    }
    if request.schema is not None:
        # The grammar holds the model to the shape, but does not tell what the fields are for.
        shape = _SHAPE + json.dumps(strict(request.schema), ensure_ascii=False)
        parts = (*parts, Part("user", shape))
        body["grammar"] = grammar_of(request.schema, quotable(request.parts))
    return body | {"messages": _messages(parts)}


def _messages(parts: tuple[Part, ...]) -> list[dict[str, str]]:
    """The parts of one role after another as one message: many templates want roles to alternate."""
    messages: list[dict[str, str]] = []
    for part in parts:
        text = part.text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair is no JSON
        if messages and messages[-1]["role"] == part.role:
            messages[-1]["content"] += "\n\n" + text
        else:
            messages.append({"role": part.role, "content": text})
    return messages


# --- the model --------------------------------------------------------------------------------------------------

_one_at_a_time = Lock()
_ending = Event()


@dataclass
class _Told:
    """What came of a request."""

    text: str = ""
    stop: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None


def _generate(server: Any, body: dict[str, Any]) -> _Told:
    told = _Told()

    def take(piece: Mapping[str, Any]) -> bool:
        """Notes a piece of the reply; True stops the model."""
        told.error = piece.get("error") or told.error
        told.usage = piece.get("usage") or told.usage
        for choice in piece.get("choices", ()):
            told.text += (choice.get("delta") or {}).get("content") or ""
            told.stop = choice.get("finish_reason") or told.stop
        return _ending.is_set()

    try:
        server.handle_chat_completions(body, take)
    except (RuntimeError, ValueError) as error:
        raise BadRequest(f"the model does not take the request: {error}") from error
    if not told.stop and not told.error:
        raise Unreachable("the reply broke off before its end", "it is asked for again by the same command")
    return told


def _stop() -> None:
    """At the end of the program: the library crashes where it is torn down while it works."""
    _ending.set()
    _one_at_a_time.acquire(timeout=_STOPPING_S)


def _library() -> Any:
    """The package xllamacpp. Its threads would spin while they wait, and take the cores from each other."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        return import_module("xllamacpp")
    except ModuleNotFoundError as error:
        raise MissingExtra("xllamacpp", "gguf") from error


@lru_cache(maxsize=1)
def _server(path: str, context_tokens: int, threads: int) -> Any:
    """The model, loaded; the one before it is let go."""
    library = _library()
    wanted = library.CommonParams()
    wanted.model.path = path
    wanted.n_ctx = context_tokens
    wanted.n_batch = wanted.n_ubatch = _BATCH_TOKENS
    wanted.n_parallel = 1
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads
    wanted.cache_ram_mib = 0  # it would keep 8 GiB of prompts; the last one is kept all the same
    wanted.warmup = False
    wanted.verbosity = -1
    # The library also listens on a local port, which nobody is told of: let nobody in.
    wanted.api_keys = [secrets.token_hex(32)]
    wanted.endpoint_slots = False
    try:
        server = library.Server(wanted)
    except RuntimeError as error:
        raise SettingsError(
            f"the model {path} cannot be loaded",
            "the file may be damaged, of a kind that xllamacpp does not know, or larger than the memory",
        ) from error
    atexit.unregister(_stop)
    atexit.register(_stop)
    return server
