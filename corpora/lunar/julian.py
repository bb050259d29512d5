"""Julian days: a plain count of days, which makes dates easy to subtract."""

from math import floor

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def julian_day(year: int, month: int, day: float = 1.0, *, gregorian: bool = True) -> float:
    """Return the Julian day of a date.

    Args:
        year: Astronomical year; 0 is 1 BC and -1 is 2 BC.
        month: Month from 1 to 12.
        day: Day of the month, with the time of day as a fraction. Defaults to the midnight that begins the month.
        gregorian: Read the date in the Gregorian calendar (the default) or in the Julian one.

    Returns:
        The number of days since noon on 1 January 4713 BC in the Julian calendar.

    Raises:
        ValueError: If ``month`` is not between 1 and 12.

    Examples:
        >>> julian_day(2000, 1, 1.5)
        2451545.0
        >>> julian_day(1582, 10, 15) - julian_day(1582, 10, 4, gregorian=False)
        1.0
    """
    if not 1 <= month <= 12:
        raise ValueError(f"month must be between 1 and 12, not {month}")
    if month <= 2:
        year, month = year - 1, month + 12
    correction = 2 - year // 100 + year // 400 if gregorian else 0
    return floor(365.25 * (year + 4716)) + floor(30.6001 * (month + 1)) + day + correction - 1524.5


def from_julian_day(jd: float, *, gregorian: bool = True) -> tuple[int, int, float]:
    """Return the year, the month and the day, with its fraction, of a Julian day.

    This is the inverse of :func:`julian_day`.

    >>> from_julian_day(2451545.0)
    (2000, 1, 1.5)
    >>> from_julian_day(2299160.5, gregorian=False)
    (1582, 10, 5.0)
    """
    whole = floor(jd + 0.5)
    fraction = jd + 0.5 - whole
    a = whole
    if gregorian:
        century = floor((whole - 1867216.25) / 36524.25)
        a = whole + 1 + century - century // 4
    b = a + 1524
    c = floor((b - 122.1) / 365.25)
    d = floor(365.25 * c)
    e = floor((b - d) / 30.6001)
    month = e - 1 if e < 14 else e - 13
    year = c - 4716 if month > 2 else c - 4715
    return year, month, b - d - floor(30.6001 * e) + fraction


def weekday(jd: float) -> str:
    """Return the English name of the day of the week.

    >>> weekday(julian_day(1969, 7, 20))
    'Sunday'
    """
    return WEEKDAYS[floor(jd + 0.5) % 7]
