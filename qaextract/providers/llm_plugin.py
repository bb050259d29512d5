"""Any model of the `llm` command, through its Python API."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from threading import Lock
from typing import Annotated, Any, ClassVar

from pydantic import Field as Bound

from qaextract.errors import AuthError, MissingExtra, ProviderError, SettingsError, Unreachable
from qaextract.model import Json, Part, Reply, Request, Usage
from qaextract.points import providers
from qaextract.providers._replies import parsed_text
from qaextract.providers._services import error_of
from qaextract.providers._strict import strict
from qaextract.tokens import estimate_tokens

#: What the option for the room of the reply is called, by plugin.
_ROOM = ("max_tokens", "max_output_tokens", "num_predict")
#: Words in the names of the exceptions that HTTP libraries raise where no answer came.
_NO_ANSWER = ("Connect", "Timeout", "Transport", "RemoteProtocol")
_SHAPE = "Reply with nothing but a JSON object that fits this JSON Schema:\n"
#: Whose prices hold, by the name that `llm` has for the key.
_VENDORS = {"claude": "anthropic", "gemini": "google", "grok": "x-ai"}


@providers.register("llm")
@dataclass(frozen=True)
class Llm:
    """Ask a model that is installed in the `llm` command; `llm models` lists them. Keys are those of `llm`.

    The schema goes along where the model takes one, and else is written into the prompt. Tokens that the model does
    not count are estimated. A model that needs no key is taken for one on this machine: asked one request at a time.
    """

    name: str
    max_tokens: Annotated[int, Bound(gt=0)] = 4096
    enforces_schema: ClassVar[bool] = False
    _turn: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def parameters(self) -> Json:
        """What decides a reply beside its prompt."""
        return {"max_tokens": self.max_tokens}

    @property
    def vendor(self) -> str | None:
        """Whose prices these are; None for a model without a key."""
        needed = getattr(self._model, "needs_key", None)
        return _VENDORS.get(needed, needed) if needed else None

    def ask(self, request: Request) -> Reply:
        """The reply; raises a `ProviderError`, or `SettingsError` where there is no such model."""
        model, key = self._model, self._key()
        with nullcontext() if key else self._turn, _typed_errors(key):
            began = time.monotonic()
            response = model.prompt(
                _prompt(request, model.supports_schema),
                system="\n\n".join(part.text for part in request.parts if part.role == "system") or None,
                schema=strict(request.schema) if request.schema is not None and model.supports_schema else None,
                stream=model.can_stream,  # as the command does, so that plugins are asked in the way they are tried
                options=self._options(request),
            )
            text = response.text()
            counted = response.usage()
        usage = Usage(
            estimate_tokens("\n".join(part.text for part in request.parts)) if counted.input is None else counted.input,
            estimate_tokens(text) if counted.output is None else counted.output,
            seconds=round(time.monotonic() - began, 3),
        )
        return self._reply(request, text, usage, told_output=counted.output)

    def _reply(self, request: Request, text: str, usage: Usage, told_output: int | None) -> Reply:
        reply = Reply(request.key, None, usage=usage, model=self._model.model_id)
        parsed, problem = parsed_text(text)
        # `llm` does not tell why a reply ended.
        if problem and told_output is not None and told_output >= request.parameters["max_tokens"]:
            return replace(reply, text=text, cut=True, stop_reason="max_tokens")
        return replace(reply, parsed=parsed, text=text if problem else "", problem=problem)

    def _options(self, request: Request) -> dict[str, Any]:
        name = next((name for name in _ROOM if name in self._model.Options.model_fields), None)
        return {name: request.parameters["max_tokens"]} if name else {}

    @cached_property
    def _model(self) -> Any:
        try:
            llm = import_module("llm")
        except ModuleNotFoundError as error:
            raise MissingExtra("llm", "llm") from error
        try:
            return llm.get_model(self.name)
        except llm.UnknownModelError as error:
            raise SettingsError(
                f"llm has no model named {self.name}", "see those there are: llm models; or install its plugin"
            ) from error
        except Exception as error:  # the plugins are all imported, and may raise whatever they like
            raise SettingsError(
                f"llm cannot load its plugins ({type(error).__name__}: {error})",
                "mend or uninstall it; see: llm plugins",
            ) from error

    def _key(self) -> str | None:
        """The key that `llm` will use; only to know that there is one, and to keep it out of messages."""
        try:
            key: str | None = self._model.get_key()
        except import_module("llm").NeedsKeyException as error:
            raise AuthError(f"no key for {self.name}", f"run: llm keys set {self._model.needs_key}") from error
        return key


def _prompt(request: Request, schema_goes_along: bool) -> str:
    """The parts as one text: plugins differ in whether they know of several messages."""
    said = [_said(part) for part in request.parts if part.role != "system"]
    if request.schema is not None and not schema_goes_along:
        said.append(_SHAPE + json.dumps(strict(request.schema), ensure_ascii=False))
    return "\n\n".join(said)


def _said(part: Part) -> str:
    return part.text if part.role == "user" else f"Your reply was:\n{part.text}"


@contextmanager
def _typed_errors(key: str | None) -> Iterator[None]:
    """What a plugin raises, as typed errors; plugins are many, so it is judged by its shape."""
    try:
        yield
    except Exception as error:
        raise _typed(error, key) from error


def _typed(error: Exception, key: str | None) -> ProviderError:
    text = " ".join(str(getattr(error, "message", "") or error).split())[:500]
    text = text.replace(key, "[key]") if key else text
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if isinstance(status, int):
        return error_of(_Answered(text, status, response, getattr(error, "body", None)), "the key: llm keys")
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    if isinstance(error, OSError) or any(word in names for word in _NO_ANSWER):
        return Unreachable(f"no answer ({type(error).__name__}: {text})", "it is asked for again by the same command")
    return ProviderError(f"the plugin of llm failed ({type(error).__name__}: {text})", "try it alone: llm -m MODEL")


class _Answered(Exception):
    """An answer with an error status, in the shape that `error_of` reads."""

    def __init__(self, message: str, status_code: int, response: object, body: object) -> None:
        super().__init__(message)
        self.message, self.status_code, self.response, self.body = message, status_code, response, body
