"""Exceptions raised by the package."""


class LunarError(ValueError):
    """Base class of every error that the package raises on purpose."""


class CalendarError(LunarError):
    """A date that its calendar does not have.

    Attributes:
        date: The offending ``(year, month, day)``.
        calendar: Name of the calendar that refused it.
    """

    def __init__(self, date: tuple[int, int, int], calendar: str) -> None:
        super().__init__(f"{calendar} calendar has no date {date[0]}-{date[1]:02d}-{date[2]:02d}")
        self.date = date
        self.calendar = calendar


class PhaseError(LunarError):
    """A phase that is not one of the four principal phases."""
