"""Answer from a file of recorded replies; asks nobody."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from qaextract.errors import ReplayMiss, SettingsError
from qaextract.model import Json, Reply, Request, Usage
from qaextract.points import providers


@providers.register("replay")
@dataclass(frozen=True)
class Replay:
    """Recorded replies, one JSON object a line, as `--record FILE` writes them: {"request": ..., "reply": ...}.

    A request is known by its parts, schema and sample; provider, model and parameters may differ. Of a reply that was
    cut and the one that had more room, the second is played.
    """

    name: str

    def ask(self, request: Request) -> Reply:
        """The recorded reply; `ReplayMiss` where there is none, `SettingsError` where the file is no recording."""
        reply = self._replies.get(_content(request.to_json()))
        if reply is None:
            asked = request.parts[-1].text.strip().splitlines()[:1] if request.parts else []
            raise ReplayMiss(
                f"{self.name} has no reply to: {''.join(asked)[:120]}",
                f"record it with --model PROVIDER:NAME --record {self.name}",
            )
        return replace(reply, key=request.key)

    @cached_property
    def _replies(self) -> dict[str, Reply]:
        try:
            lines = [json.loads(line) for line in Path(self.name).read_text(encoding="utf-8").split("\n") if line]
            # Those that were cut first: what was asked again with more room takes their place.
            lines.sort(key=lambda line: not line["reply"].get("cut", False))
            return {_content(line["request"]): _reply(line["reply"]) for line in lines}
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise SettingsError(
                f"the recording {self.name} cannot be read: {error}", "name a file that --record has written"
            ) from error


def _content(request: Json) -> str:
    content = {name: request[name] for name in ("parts", "schema", "sample")}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _reply(data: Json) -> Reply:
    return Reply(**{**data, "usage": Usage(**data["usage"])})
