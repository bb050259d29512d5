"""Models that Ollama serves on this machine, or on another."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

from qaextract.errors import SettingsError
from qaextract.points import providers
from qaextract.providers.openai_api import OpenAI

_HERE, _PORT = "127.0.0.1", 11434


@providers.register("ollama")
@dataclass(frozen=True)
class Ollama(OpenAI):
    """Ask a model of Ollama, at `base_url`, else where OLLAMA_HOST says, else on this machine. No key is sent.

    Ollama drops the beginning of a prompt that is longer than its context, and tells nobody: give the server room
    for a chunk and its reply (OLLAMA_CONTEXT_LENGTH=16384).
    """

    _where_to_look: ClassVar[str] = "start it with `ollama serve`, or name its place with --base-url"

    @property
    def address(self) -> str:
        """Where the server is."""
        host = self.base_url or os.environ.get("OLLAMA_HOST", "")
        try:
            return _address_of(host.strip().strip("\"'"))
        except ValueError as error:
            raise SettingsError(f"{host!r} is no address of Ollama", "write it as http://HOST:PORT") from error

    @property
    def _key(self) -> None:
        return None


def _address_of(host: str) -> str:
    """The address of a host as Ollama's own tools write it: `box`, `box:8080`, `:8080`, `https://box/path`."""
    scheme, _, rest = host.rpartition("://")
    parts = urlsplit(f"//{rest}")
    port = parts.port or {"http": 80, "https": 443}.get(scheme, _PORT)
    name = parts.hostname or _HERE
    if name in ("0.0.0.0", "::"):  # where a server listens, not where it is
        name = _HERE
    path = parts.path.rstrip("/").removesuffix("/v1")
    return f"{scheme or 'http'}://{f'[{name}]' if ':' in name else name}:{port}{path}/v1"
