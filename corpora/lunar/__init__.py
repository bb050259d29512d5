"""The Moon's phases, calendars and spring tides, in plain Python.

The package needs nothing outside the standard library. Moments are Julian days in Terrestrial Time, which differs
from civil time by little more than a minute in our day.

>>> from lunar import Phase, julian_day, next_phase
>>> moment = next_phase(julian_day(1977, 2, 1), Phase.NEW)
>>> round(moment, 2)
2443192.65
"""

from .calendars import (
    Calendar,
    GregorianCalendar,
    JulianCalendar,
    LunarCalendar,
    TabularIslamicCalendar,
    convert,
)
from .computus import easter, golden_number
from .constants import J2000, METONIC_MONTHS, METONIC_YEARS, SYNODIC_MONTH
from .errors import CalendarError, LunarError, PhaseError
from .julian import from_julian_day, julian_day, weekday
from .phases import Phase, age, illuminated_fraction, next_phase, phase_name
from .tides import is_spring, next_spring_tide, relative_range

__all__ = [
    "J2000",
    "METONIC_MONTHS",
    "METONIC_YEARS",
    "SYNODIC_MONTH",
    "Calendar",
    "CalendarError",
    "GregorianCalendar",
    "JulianCalendar",
    "LunarCalendar",
    "LunarError",
    "Phase",
    "PhaseError",
    "TabularIslamicCalendar",
    "age",
    "convert",
    "easter",
    "from_julian_day",
    "golden_number",
    "illuminated_fraction",
    "is_spring",
    "julian_day",
    "next_phase",
    "next_spring_tide",
    "phase_name",
    "relative_range",
    "weekday",
]
__version__ = "1.0.0"
