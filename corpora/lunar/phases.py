"""The phases of the Moon, from the leading terms of the lunar theory."""

from enum import Enum
from math import ceil, cos, radians, sin

from .constants import J2000, JULIAN_CENTURY, LUNATION_ZERO, SYNODIC_MONTH
from .errors import PhaseError


class Phase(Enum):
    """The four principal phases; the value is the elapsed fraction of the lunation."""

    NEW = 0.0
    FIRST_QUARTER = 0.25
    FULL = 0.5
    LAST_QUARTER = 0.75


#: Corrections to the mean phase, in days: new moon, full moon, and the multiples of M, M' and F in the sine.
_TERMS = (
    (-0.40720, -0.40614, 0, 1, 0),
    (0.17241, 0.17302, 1, 0, 0),
    (0.01608, 0.01614, 0, 2, 0),
    (0.01039, 0.01043, 0, 0, 2),
    (0.00739, 0.00734, -1, 1, 0),
    (-0.00514, -0.00515, 1, 1, 0),
    (0.00208, 0.00209, 2, 0, 0),
)


def mean_phase(lunation: float) -> float:
    """Return the Julian day of a mean phase.

    :param lunation: number of the lunation counted from the new moon of 6 January 2000; add 0.25, 0.5 or 0.75 for the
        later phases.
    :returns: the Julian day, as if the Moon and the Sun moved at a steady rate.

    >>> mean_phase(0)
    2451550.09766
    """
    return LUNATION_ZERO + SYNODIC_MONTH * lunation


def true_phase(lunation: float) -> float:
    """Return the Julian day of a new or full moon, to within about half an hour.

    Parameters
    ----------
    lunation : float
        A whole number for a new moon, or a whole number and a half for a full moon.

    Returns
    -------
    float
        The mean phase corrected by seven periodic terms.

    Raises
    ------
    PhaseError
        If ``lunation`` belongs to neither a new moon nor a full moon.

    Examples
    --------
    >>> round(true_phase(-283), 2)
    2443192.65
    >>> true_phase(0.25)
    Traceback (most recent call last):
        ...
    lunar.errors.PhaseError: not a new or full moon: 0.25
    """
    part = lunation % 1
    if part not in (0.0, 0.5):
        raise PhaseError(f"not a new or full moon: {lunation}")
    sun = radians(2.5534 + 29.10535670 * lunation)
    moon = radians(201.5643 + 385.81693528 * lunation)
    node = radians(160.7108 + 390.67050284 * lunation)
    column = 0 if part == 0.0 else 1
    correction = sum(term[column] * sin(term[2] * sun + term[3] * moon + term[4] * node) for term in _TERMS)
    return mean_phase(lunation) + correction


def next_phase(jd: float, phase: Phase = Phase.NEW) -> float:
    """Find the first phase of a kind at or after a moment.

    Args:
        jd: Julian day from which to search.
        phase: ``Phase.NEW`` (the default) or ``Phase.FULL``.

    Returns:
        The Julian day of the phase.

    Raises:
        PhaseError: If ``phase`` is one of the quarters.

    >>> from lunar.julian import from_julian_day, julian_day
    >>> year, month, day = from_julian_day(next_phase(julian_day(2024, 4, 1)))
    >>> year, month, int(day)
    (2024, 4, 8)
    """
    if phase not in (Phase.NEW, Phase.FULL):
        raise PhaseError(f"only new and full moons are computed, not {phase.name}")
    lunation = ceil((jd - LUNATION_ZERO) / SYNODIC_MONTH - phase.value - 1) + phase.value
    while (moment := true_phase(lunation)) < jd:
        lunation += 1
    return moment


def age(jd: float) -> float:
    """Return the mean age of the Moon: the days since the last mean new moon.

    >>> round(age(mean_phase(12) + 3.5), 6)
    3.5
    """
    return (jd - LUNATION_ZERO) % SYNODIC_MONTH


def phase_name(jd: float) -> str:
    """Name the eighth of the lunation in which a moment falls.

    >>> phase_name(mean_phase(0.5))
    'full moon'
    >>> phase_name(mean_phase(7.875))
    'waning crescent'
    """
    names = (
        "new moon",
        "waxing crescent",
        "first quarter",
        "waxing gibbous",
        "full moon",
        "waning gibbous",
        "last quarter",
        "waning crescent",
    )
    return names[round(8 * age(jd) / SYNODIC_MONTH) % 8]


def illuminated_fraction(jd: float) -> float:
    """Return how much of the Moon's disc is lit, from 0 to 1.

    Parameters
    ----------
    jd : float
        Julian day.

    Returns
    -------
    float
        The lit fraction of the disc, good to about one part in a hundred.

    Examples
    --------
    >>> from lunar.julian import julian_day
    >>> round(illuminated_fraction(julian_day(1992, 4, 12)), 2)
    0.68
    """
    t = (jd - J2000) / JULIAN_CENTURY
    d = radians(297.8501921 + 445267.1114034 * t)
    m = radians(357.5291092 + 35999.0502909 * t)
    mp = radians(134.9633964 + 477198.8675055 * t)
    lag = 6.289 * sin(mp) - 2.100 * sin(m) + 1.274 * sin(2 * d - mp) + 0.658 * sin(2 * d)
    lag += 0.214 * sin(2 * mp) + 0.110 * sin(d)
    return (1 - cos(d + radians(lag))) / 2
