"""Calendars of the Sun and of the Moon, all able to count in Julian days."""

from abc import ABC, abstractmethod
from math import floor

from .errors import CalendarError
from .julian import from_julian_day, julian_day

Date = tuple[int, int, int]


class Calendar(ABC):
    """A calendar: a rule that gives every day a year, a month and a day.

    Subclasses set ``name`` and define the five methods marked as abstract.
    """

    name: str = "abstract"

    @abstractmethod
    def is_leap(self, year: int) -> bool:
        """Tell whether a year is longer than the common year."""

    @abstractmethod
    def months_in(self, year: int) -> int:
        """Return the number of months in a year."""

    @abstractmethod
    def month_length(self, year: int, month: int) -> int:
        """Return the number of days in a month."""

    @abstractmethod
    def _count(self, date: Date) -> float:
        """Return the Julian day of a valid date."""

    @abstractmethod
    def from_julian_day(self, jd: float) -> Date:
        """Return the date that contains a Julian day."""

    def to_julian_day(self, date: Date) -> float:
        """Return the Julian day of the midnight on which a date begins.

        Args:
            date: Year, month and day.

        Raises:
            CalendarError: If the calendar has no such date.
        """
        year, month, day = date
        if not 1 <= month <= self.months_in(year) or not 1 <= day <= self.month_length(year, month):
            raise CalendarError(date, self.name)
        return self._count(date)

    def year_length(self, year: int) -> int:
        """Return the number of days in a year.

        >>> GregorianCalendar().year_length(2000), TabularIslamicCalendar().year_length(1445)
        (366, 355)
        """
        return sum(self.month_length(year, month) for month in range(1, self.months_in(year) + 1))


class JulianCalendar(Calendar):
    """The calendar of Julius Caesar, in which every fourth year is a leap year.

    >>> JulianCalendar().is_leap(1900)
    True
    """

    name = "Julian"
    _gregorian = False

    def is_leap(self, year: int) -> bool:
        """Tell whether the year is divisible by four."""
        return year % 4 == 0

    def months_in(self, year: int) -> int:
        """Return 12, for every year."""
        return 12

    def month_length(self, year: int, month: int) -> int:
        """Return 28 to 31 days."""
        if month == 2:
            return 29 if self.is_leap(year) else 28
        return 30 if month in (4, 6, 9, 11) else 31

    def _count(self, date: Date) -> float:
        return julian_day(*date, gregorian=self._gregorian)

    def from_julian_day(self, jd: float) -> Date:
        """Return the date that contains a Julian day."""
        year, month, day = from_julian_day(jd, gregorian=self._gregorian)
        return year, month, floor(day)


class GregorianCalendar(JulianCalendar):
    """The calendar of 1582, which drops three leap days in four hundred years.

    >>> calendar = GregorianCalendar()
    >>> [year for year in (1900, 2000, 2024, 2100) if calendar.is_leap(year)]
    [2000, 2024]
    """

    name = "Gregorian"
    _gregorian = True

    def is_leap(self, year: int) -> bool:
        """Tell whether the year is divisible by four, and by 400 if it ends a century."""
        return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class LunarCalendar(Calendar):
    """A calendar whose months alternate between 30 and 29 days.

    A leap year gives one more day to its twelfth month. Subclasses say which years are leap years.
    """

    name = "lunar"
    epoch: float

    def months_in(self, year: int) -> int:
        """Return 12, for every year."""
        return 12

    def month_length(self, year: int, month: int) -> int:
        """Return 30 days for odd months and 29 for even ones, and 30 for the last of a leap year."""
        return 30 if month % 2 == 1 or (month == 12 and self.is_leap(year)) else 29


class TabularIslamicCalendar(LunarCalendar):
    """The Islamic calendar by arithmetic, with eleven leap years in a cycle of thirty.

    Religious practice goes by the sighting of the crescent and may differ by a day or two.

    >>> calendar = TabularIslamicCalendar()
    >>> [year for year in range(1, 31) if calendar.is_leap(year)]
    [2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29]
    """

    name = "tabular Islamic"
    epoch = 1948439.5

    def is_leap(self, year: int) -> bool:
        """Tell whether the year is one of the eleven leap years of its cycle."""
        return (11 * year + 14) % 30 < 11

    def _count(self, date: Date) -> float:
        year, month, day = date
        before = 354 * (year - 1) + (11 * year + 3) // 30
        return self.epoch + before + 29 * (month - 1) + month // 2 + day - 1

    def from_julian_day(self, jd: float) -> Date:
        """Return the date that contains a Julian day."""
        days = floor(jd - self.epoch)
        year = (30 * days + 10646) // 10631
        month = 1
        while month < 12 and self._count((year, month + 1, 1)) <= self.epoch + days:
            month += 1
        return year, month, int(self.epoch + days - self._count((year, month, 1))) + 1


def convert(date: Date, source: Calendar, target: Calendar) -> Date:
    """Carry a date from one calendar to another.

    :param date: year, month and day in ``source``
    :param source: calendar in which the date is given
    :param target: calendar in which it is wanted
    :raises CalendarError: if ``source`` has no such date
    :return: year, month and day in ``target``

    >>> convert((2000, 1, 1), GregorianCalendar(), TabularIslamicCalendar())
    (1420, 9, 24)
    >>> convert((1917, 10, 25), JulianCalendar(), GregorianCalendar())
    (1917, 11, 7)
    >>> convert((2023, 2, 29), GregorianCalendar(), JulianCalendar())
    Traceback (most recent call last):
        ...
    lunar.errors.CalendarError: Gregorian calendar has no date 2023-02-29
    """
    return target.from_julian_day(source.to_julian_day(date))
