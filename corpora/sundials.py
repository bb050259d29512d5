"""Compute every number, table row and curve of sundials.tex.

``python3 sundials.py`` prints the results, ``--write`` puts the table and the curves into the paper, and
``--check`` compares the paper with what is computed.

The model: the Sun's mean longitude L, the mean anomaly M, the eccentricity e and the obliquity
are the polynomials printed in the paper, Kepler's equation is solved to 1e-12 radian, and the equation of
time is L minus the right ascension. Nutation, aberration and planetary perturbations are left out.
"""

import sys
from datetime import datetime, timedelta
from math import asin, atan2, cos, degrees, pi, radians, sin, sqrt, tan
from pathlib import Path

J2000 = datetime(2000, 1, 1, 12)
YEAR = 2025


def elements(t):
    """Return L, M (radians), e and the obliquity (radians), ``t`` in Julian centuries from J2000."""
    mean_longitude = 280.46646 + 36000.76983 * t
    anomaly = 357.52911 + 35999.05029 * t
    eccentricity = 0.016708634 - 0.000042037 * t
    obliquity = 23.439291 - 0.0130042 * t
    return radians(mean_longitude), radians(anomaly), eccentricity, radians(obliquity)


def wrap(x):
    """Reduce an angle to the interval from -pi to pi."""
    return (x + pi) % (2 * pi) - pi


def true_anomaly(anomaly, e):
    """Solve Kepler's equation by Newton's method and return the true anomaly."""
    big_e = anomaly = wrap(anomaly)
    while True:
        step = (big_e - e * sin(big_e) - anomaly) / (1 - e * cos(big_e))
        big_e -= step
        if abs(step) < 1e-12:
            break
    return 2 * atan2(sqrt(1 + e) * sin(big_e / 2), sqrt(1 - e) * cos(big_e / 2))


def centuries(when):
    """Return the Julian centuries from J2000 to ``when``."""
    return (when - J2000).total_seconds() / 86400 / 36525


def parts(when):
    """Return the whole equation of time, its eccentricity part and its obliquity part, in minutes."""
    long_, anomaly, e, obliquity = elements(centuries(when))
    centre = wrap(true_anomaly(anomaly, e) - anomaly)
    lam = long_ + centre
    alpha = atan2(cos(obliquity) * sin(lam), cos(lam))
    first, second = -centre, wrap(lam - alpha)
    return tuple(4 * degrees(x) for x in (first + second, first, second))


def series(when):
    """The two-term formula of the paper, in minutes."""
    long_, anomaly, e, obliquity = elements(centuries(when))
    y = tan(obliquity / 2) ** 2
    return 4 * degrees(-2 * e * sin(anomaly) + y * sin(2 * long_))


def noons():
    """Return noon of every day of the year."""
    return [datetime(YEAR, 1, 1, 12) + timedelta(days=k) for k in range(365)]


def declination(when):
    """Return the declination of the Sun in radians."""
    long_, anomaly, e, obliquity = elements(centuries(when))
    return asin(sin(obliquity) * sin(long_ + true_anomaly(anomaly, e) - anomaly))


def hour_line(latitude, hours):
    """Angle between the noon line and the line ``hours`` from noon on a horizontal dial, in degrees."""
    return degrees(atan2(sin(radians(latitude)) * sin(radians(15 * hours)), cos(radians(15 * hours))))


def clock(minutes):
    """Write a time in minutes as signed minutes and seconds."""
    sign = "+" if minutes >= 0 else "−"
    seconds = round(abs(minutes) * 60)
    return f"{sign}{seconds // 60} min {seconds % 60:02d} s"


def table_rows():
    """Rows of the table: the Sun on the 15th of each month."""
    rows = []
    for month in range(1, 13):
        day = datetime(YEAR, month, 15, 12)
        whole, first, second = parts(day)
        rows.append((f"15 {day:%B}", f"{degrees(declination(day)):+.1f}", f"{first:+.2f}", f"{second:+.2f}", f"{whole:+.2f}"))
    return [tuple(cell.replace("-", "−") for cell in row) for row in rows]


def five_terms(when):
    """The five-term formula of the paper, in minutes."""
    long_, anomaly, e, obliquity = elements(centuries(when))
    y = tan(obliquity / 2) ** 2
    rest = 4 * e * y * sin(anomaly) * cos(2 * long_) - y * y * sin(4 * long_) / 2 - 1.25 * e * e * sin(2 * anomaly)
    return series(when) + 4 * degrees(rest)


def rms(values):
    """Return the root mean square of a sequence."""
    return sqrt(sum(v * v for v in values) / len(values))


def blocks():
    """Return the text of the two generated blocks of sundials.tex."""
    values = [parts(day) for day in noons()]
    days = [*range(0, 365, 4), 364]
    curves = []
    for index, style in enumerate(("thick", "dashed", "densely dotted, semithick")):
        points = " ".join(f"({k},{values[k][index]:.2f})" for k in days)
        curves.append(f"  \\draw[{style}] plot[smooth] coordinates {{{points}}};")
    return {"rows": "\n".join(" & ".join(row) + r"\\" for row in table_rows()), "curves": "\n".join(curves)}


def filled(text):
    """Return ``text`` with the generated blocks put between their marks."""
    for name, block in blocks().items():
        head, rest = text.split(f"% BEGIN {name}\n")
        _, tail = rest.split(f"% END {name}\n")
        text = f"{head}% BEGIN {name}\n{block}\n% END {name}\n{tail}"
    return text


def facts():
    """Return every phrase with a computed number, as it must stand in the paper."""
    days, values = noons(), [parts(day) for day in noons()]
    whole = [v[0] for v in values]

    def date(k):
        return f"{days[k].day} {days[k]:%B}"

    low, high = min(range(365), key=whole.__getitem__), max(range(365), key=whole.__getitem__)
    crest = max(range(90, 190), key=whole.__getitem__)
    trough = min(range(150, 250), key=whole.__getitem__)
    rates = [60 * (b - a) for a, b in zip(whole, whole[1:])]
    loss, gain = min(range(364), key=rates.__getitem__), max(range(364), key=rates.__getitem__)
    zeros = [k for k in range(364) if whole[k] * whole[k + 1] < 0]
    zero_days = [(days[k] + timedelta(days=whole[k] / (whole[k] - whole[k + 1]))) for k in zeros]
    named = [f"{z.day} {z:%B}" for z in zero_days]
    _, _, e, obliquity = elements(centuries(datetime(YEAR, 7, 1)))
    y = tan(obliquity / 2) ** 2
    two = [series(d) - w for d, w in zip(days, whole)]
    five = [five_terms(d) - w for d, w in zip(days, whole)]
    size, size_e, size_o = (rms([v[i] for v in values]) for i in range(3))
    yield f"from {clock(whole[low])} on {date(low)} to {clock(whole[high])} on {date(high)}"
    yield f"slowest on {date(low)}, at {clock(whole[low])}, and fastest on {date(high)}, at {clock(whole[high])}"
    yield f"on {date(crest)}, stands at only {clock(whole[crest])}"
    yield f"on {date(trough)}, at {clock(whole[trough])}"
    yield "agree four times: on {}, {}, {} and {}".format(*named)
    yield f"size of {size:.2f} minutes"
    yield f"account for {size_o:.2f} minutes and the orbit for {size_e:.2f}"
    yield f"is {size:.2f} minutes. The RMS of the eccentricity part alone is {size_e:.2f} minutes"
    yield f"obliquity part alone is {size_o:.2f} minutes"
    yield f"sum of their squares is {sqrt(size_e**2 + size_o**2):.2f} minutes"
    yield f"On {sum(abs(w) < 5 for w in whole)} days"
    yield f"and on {sum(abs(w) > 10 for w in whole)} days it was more than ten"
    yield f"around {date(loss)}, at {-rates[loss]:.0f} seconds a day"
    yield f"around {date(gain)}, at {rates[gain]:.0f} seconds a day"
    yield f"to within {60 * max(map(abs, two)):.0f} seconds, and a formula with five terms to within {60 * max(map(abs, five)):.0f} seconds"
    yield f"at most {60 * max(map(abs, two)):.0f} seconds, with an RMS error of {60 * rms(two):.0f} seconds"
    yield f"at most {60 * max(map(abs, five)):.0f} seconds, with an RMS error of {60 * rms(five):.0f} second"
    yield f"reaches {max(v[1] for v in values):.2f} minutes"
    yield f"reaches {max(v[2] for v in values):.2f} minutes"
    yield f"the amplitudes are {4 * degrees(2 * e):.2f} and {4 * degrees(y):.2f}"
    yield f"which is {y:.4f} in 2025"
    yield f"eccentricity is {e:.5f} and the obliquity is {degrees(obliquity):.3f} degrees"
    yield "lie at {:.2f}, {:.2f} and {:.2f} degrees".format(*(hour_line(52, h) for h in (1, 2, 3)))
    october = parts(datetime(YEAR, 10, 20, 12))[0]
    yield f"The EoT is {clock(october)}"
    answer = round((11.5 * 60 - october + 4 * 3.2 + 60) * 60)
    yield f"= {answer // 3600} h {answer // 60 % 60} min {answer % 60} s"
    meeus = parts(datetime(1992, 10, 13))[0] * 60
    yield f"model gives +{int(meeus // 60)} min {meeus % 60:.1f} s"
    drift = max(abs(parts(d.replace(year=YEAR + 1))[0] - w) for d, w in zip(days, whole)) * 60
    yield f"by up to about {drift:.0f} seconds"
    assert abs(sum(whole) / 365) < 0.01


def main():
    path = Path(__file__).with_name("sundials.tex")
    text = path.read_text(encoding="utf-8")
    if "--write" in sys.argv:
        path.write_text(filled(text), encoding="utf-8")
    elif "--check" in sys.argv:
        if filled(text) != text:
            raise SystemExit("the table or the curves differ from what is computed")
        wrong = [fact for fact in facts() if fact.lower() not in text.lower()]
        if wrong:
            raise SystemExit("not in the text:\n" + "\n".join(wrong))
        print("sundials: all numbers hold")
    else:
        print("\n".join([*blocks().values(), *facts()]))


if __name__ == "__main__":
    main()
