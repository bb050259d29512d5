"""The date of Easter, the oldest lunar computation still in public use."""

from .constants import METONIC_YEARS


def golden_number(year: int) -> int:
    """Return the place of a year in the Metonic cycle, from 1 to 19.

    >>> golden_number(2024)
    11
    """
    return year % METONIC_YEARS + 1


def easter(year: int) -> tuple[int, int]:
    """Return the month and the day of Easter Sunday in the Gregorian calendar.

    Easter is the Sunday after the first ecclesiastical full moon that falls on or after 21 March.

    Args:
        year: A year of the Gregorian calendar.

    Returns:
        The month, 3 or 4, and the day.

    Raises:
        ValueError: If ``year`` is before 1583, the first full year of the calendar.

    Examples:
        >>> easter(2000)
        (4, 23)
        >>> easter(2024), easter(2025)
        ((3, 31), (4, 20))
    """
    if year < 1583:
        raise ValueError(f"the Gregorian Easter begins in 1583, not {year}")
    century = year // 100
    skipped = century - century // 4
    moon_shift = (8 * century + 13) // 25
    epact = (skipped - moon_shift + 19 * (year % METONIC_YEARS) + 15) % 30
    full = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((20 - year % METONIC_YEARS) // 11))
    weekday = (year + year // 4 + full + 2 - skipped) % 7
    offset = full - weekday
    month = 3 + (offset + 40) // 44
    return month, offset + 28 - 31 * (month // 4)
