"""Spring and neap tides, as far as the Moon's age alone can tell them."""

from math import cos, pi, sqrt

from .constants import SOLAR_TO_LUNAR, SYNODIC_MONTH
from .phases import Phase, age, next_phase


def relative_range(jd: float, lag: float = 1.5) -> float:
    """Return the range of the tide relative to its mean, from the age of the Moon.

    Args:
        jd: Julian day.
        lag: Age of the tide: days by which springs follow new and full moon. Defaults to 1.5.

    Returns:
        About 1.46 at springs and 0.54 at neaps, where 1 is the range with the Moon alone.

    Raises:
        ValueError: If ``lag`` is negative.

    Examples:
        >>> from lunar.phases import mean_phase
        >>> round(relative_range(mean_phase(0) + 1.5), 2)
        1.46
        >>> round(relative_range(mean_phase(0.25), lag=0), 2)
        0.54
    """
    if lag < 0:
        raise ValueError("lag must not be negative")
    angle = 4 * pi * age(jd - lag) / SYNODIC_MONTH
    return sqrt(1 + SOLAR_TO_LUNAR**2 + 2 * SOLAR_TO_LUNAR * cos(angle))


def is_spring(jd: float, threshold: float = 1.3) -> bool:
    """Tell whether the tide is near springs.

    :param jd: Julian day
    :param threshold: relative range above which a tide counts as a spring tide
    :rtype: bool

    >>> from lunar.phases import mean_phase
    >>> is_spring(mean_phase(3) + 1), is_spring(mean_phase(3.25) + 1)
    (True, False)
    """
    return relative_range(jd) > threshold


def next_spring_tide(jd: float, lag: float = 1.5) -> float:
    """Return the Julian day of the next peak of the spring tides.

    Parameters
    ----------
    jd : float
        Julian day from which to search.
    lag : float, default 1.5
        Days by which springs follow new and full moon.

    Returns
    -------
    float
        The earlier of the next new moon and the next full moon, plus ``lag``.

    Examples
    --------
    >>> from lunar.julian import from_julian_day, julian_day
    >>> year, month, day = from_julian_day(next_spring_tide(julian_day(2024, 4, 1)))
    >>> month, int(day)
    (4, 10)
    """
    start = jd - lag
    return min(next_phase(start, Phase.NEW), next_phase(start, Phase.FULL)) + lag
