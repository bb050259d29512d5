"""What the SDKs of services raise, as typed errors; and what their headers say of rates."""

from __future__ import annotations

import email.utils
import os
import re
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any

from qaextract.errors import AuthError, BadRequest, Overloaded, ProviderError, RateLimited, Unreachable

_ASKED_AGAIN = "it is asked for again by the same command"


def error_of(error: BaseException, key_variable: str) -> ProviderError:
    """The typed error for what an SDK of the family of Stainless (anthropic, openai) raised.

    They share their shape: `status_code`, `response` with headers, `message`.
    """
    status = getattr(error, "status_code", None)
    text = without_key(" ".join(str(getattr(error, "message", "") or error).split())[:500], key_variable)
    kind = _kind_in_body(error)
    if not isinstance(status, int):
        return Unreachable(f"no answer ({type(error).__name__}: {text})", _ASKED_AGAIN)
    headers = getattr(getattr(error, "response", None), "headers", {}) or {}
    wait = retry_after_s(headers)
    if status in (401, 403) or kind in ("authentication_error", "permission_error"):
        return AuthError(f"the service refused the key or the permission: {text}", f"check {key_variable}")
    if status == 404 or kind == "not_found_error":
        return AuthError(f"the service knows no such model or address: {text}", "check --model and --base-url")
    if status == 429 or kind == "rate_limit_error":
        return RateLimited(f"asked too often: {text}", _ASKED_AGAIN, retry_after_s=wait)
    # An overload in the middle of a stream comes with the status of its beginning, 200.
    if status >= 500 or kind in ("overloaded_error", "api_error", "timeout_error"):
        return Overloaded(f"the service cannot answer ({status}): {text}", _ASKED_AGAIN, retry_after_s=wait)
    if status in (408, 409):
        return Unreachable(f"the service did not answer in time ({status}): {text}", _ASKED_AGAIN)
    return BadRequest(f"the service does not take the request ({status}): {text}", _ASKED_AGAIN)


def without_key(text: str, key_variable: str) -> str:
    """The text with the key taken out: some services repeat the key that they refuse."""
    key = os.environ.get(key_variable, "").strip()
    return re.sub(r"\bsk-[\w-]{8,}", "[key]", text.replace(key, "[key]") if key else text)


def _kind_in_body(error: BaseException) -> str:
    body = getattr(error, "body", None)
    inner = body.get("error") if isinstance(body, Mapping) else None
    return str(inner.get("type", "")) if isinstance(inner, Mapping) else ""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The seconds of a `retry-after` header, which may be a number or a date."""
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


@dataclass
class Limits:
    """What the rate headers of the answers say: how many requests and tokens are left, and until when."""

    prefix: str
    _until: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    def read(self, headers: Mapping[str, Any]) -> None:
        """Note the headers of an answer."""
        for what in ("requests", "tokens", "input-tokens", "output-tokens"):
            left = headers.get(f"{self.prefix}{what}-remaining")
            if left is not None and str(left).strip() == "0":
                reset = headers.get(f"{self.prefix}{what}-reset")
                with self._lock:
                    self._until = max(self._until, time.monotonic() + _seconds_until(str(reset or "")))

    def pause_s(self) -> float:
        """Seconds until there is something left; 0 where there is."""
        return max(0.0, self._until - time.monotonic()) if self._until else 0.0


def _seconds_until(moment: str) -> float:
    try:
        return max(0.0, (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 1.0


_MAKING = Lock()


class Connected:
    """A provider whose client is made when it is first asked, once for all threads, and closed with it."""

    def close(self) -> None:
        """Close the connections."""
        if client := self.__dict__.pop("_made", None):
            client.close()

    def _connect(self) -> Any:
        raise NotImplementedError

    @property
    def _client(self) -> Any:
        with _MAKING:
            return self._made

    @cached_property
    def _made(self) -> Any:
        client = self._connect()
        weakref.finalize(self, client.close)
        return client
