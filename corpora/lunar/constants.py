"""Constants of the lunar and solar cycles; lengths are in days."""

from typing import Final

#: Julian day of noon on 1 January 2000, from which the astronomical series are reckoned.
J2000: Final = 2451545.0

#: Days in a Julian century.
JULIAN_CENTURY: Final = 36525.0

#: Mean time from one new moon to the next.
SYNODIC_MONTH: Final = 29.530588861

#: Julian day of the mean new moon of 6 January 2000, lunation number zero.
LUNATION_ZERO: Final = 2451550.09766

#: The Metonic cycle: nineteen years hold very nearly 235 lunations.
METONIC_YEARS: Final = 19
METONIC_MONTHS: Final = 235

#: Tide-raising force of the Sun divided by that of the Moon, at mean distances.
SOLAR_TO_LUNAR: Final = 0.46
