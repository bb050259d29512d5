"""What can go wrong, as one tree.

QAExtractError
    SourceError             the input; names the file and, where known, the page
        UnsupportedSource   no parser takes this kind of content
        EncryptedSource     a password is needed, or the one given is wrong
        DamagedSource       too broken to read
        SourceLimit         stopped at a limit of time, memory or size
    SettingsError           a setting; names the key, the value and the layer it came from
    UnknownName             no component of that name; lists the names there are
    MissingExtra            an optional dependency; the exact pip line
    ProviderError           a model's service; keeps the original error
        AuthError           the key or the permission was refused
        RateLimited         asked too often
        Overloaded          the service cannot answer now
        Unreachable         no answer, or none that is one: a dropped connection, a page of HTML
        BadRequest          the service does not take the request as it is
        Refused             the model declined
        Truncated           the reply was cut
        BadReply            the reply has not the shape that was asked for
    BudgetReached           a limit on money or tokens
    ReplayMiss              a recording has no reply to this request
    SandboxUnavailable      untrusted code cannot be contained on this machine

Every error says what is wrong and what to do next. Exceptions are for what a person must fix; what a model
got wrong is a `Rejection`, and a chunk or file that could not be worked on is a `Failure`.
"""

from __future__ import annotations

from collections.abc import Iterable


class QAExtractError(Exception):
    """Something a person must fix: `what` went wrong and `remedy`, what to do about it."""

    code = "error"

    def __init__(self, what: str, remedy: str = "") -> None:
        self.what = " ".join(what.split())
        self.remedy = " ".join(remedy.split())
        super().__init__(f"{self.what}; {self.remedy}" if self.remedy else self.what)


class SourceError(QAExtractError):
    """The input cannot be used."""

    code = "bad_source"

    def __init__(self, uri: str, what: str, remedy: str = "", *, page: int | None = None) -> None:
        self.uri = uri
        self.page = page
        where = f"{uri} (page {page})" if page is not None else uri
        super().__init__(f"{where}: {what}", remedy)


class UnsupportedSource(SourceError):
    """No parser takes this kind of content."""

    code = "unsupported"


class EncryptedSource(SourceError):
    """A password is needed, or the one given is wrong."""

    code = "encrypted"


class DamagedSource(SourceError):
    """Too broken to read."""

    code = "damaged"


class SourceLimit(SourceError):
    """Stopped at a limit of time, memory or size."""

    code = "source_limit"


class SettingsError(QAExtractError):
    """A setting is wrong: names the key, the value and the layer it came from."""

    code = "bad_setting"


class UnknownName(QAExtractError):
    """No component of that name."""

    code = "unknown_name"

    def __init__(self, point: str, name: str, names: Iterable[str]) -> None:
        self.name = name
        self.names = sorted(names)
        known = ", ".join(self.names) or "none"
        super().__init__(f"there is no {point} named {name!r}", f"use one of: {known}")


class MissingExtra(QAExtractError):
    """An optional dependency is not installed."""

    code = "missing_extra"

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(f"{package} is not installed", f"run: pip install 'qaextract[{extra}]'")


class ProviderError(QAExtractError):
    """A model's service did not answer; the original error is the cause."""

    code = "provider_error"
    #: Whether the same run asks again after a while.
    transient = False
    #: Whether no later run asks again either: the reply is paid for and would be the same.
    final = False

    def __init__(self, what: str, remedy: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(what, remedy)
        #: How long the service asks to wait, in seconds.
        self.retry_after_s = retry_after_s
        #: How often it was tried.
        self.attempts = 1
        #: What was paid all the same: a `Usage` where a reply broke off.
        self.usage: object = None


class AuthError(ProviderError):
    """The key, the permission or the model's name was refused: so will be every other request."""

    code = "auth"


class RateLimited(ProviderError):
    """Asked too often."""

    code = "rate_limited"
    transient = True


class Overloaded(ProviderError):
    """The service cannot answer now."""

    code = "overloaded"
    transient = True


class Unreachable(ProviderError):
    """No answer came, or none that is one."""

    code = "unreachable"
    transient = True


class BadRequest(ProviderError):
    """The service does not take the request as it is: too large, say."""

    code = "bad_request"


class Refused(ProviderError):
    """The model declined."""

    code = "refused"
    final = True


class Truncated(ProviderError):
    """The reply was cut, also with the most room there is."""

    code = "truncated"
    final = True


class BadReply(ProviderError):
    """The reply has not the shape that was asked for, also when it was asked for again."""

    code = "bad_reply"
    final = True


class BudgetReached(QAExtractError):
    """A limit on money or tokens: what was kept, and how to go on."""

    code = "budget"


class ReplayMiss(QAExtractError):
    """A recording has no reply to this request: what was asked, and how to record it."""

    code = "replay_miss"


class SandboxUnavailable(QAExtractError):
    """Untrusted code cannot be contained on this machine."""

    code = "sandbox_unavailable"


#: The codes of failures that no later run asks again.
FINAL = frozenset(kind.code for kind in ProviderError.__subclasses__() if kind.final)
