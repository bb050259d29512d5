"""Recompute every number that is stated in tides.tex and stop at the first that is wrong.

Run with ``python3 tides_check.py``; nothing is printed but the last line when all is well.
"""

import contextlib
import io
import re
from math import cos, pi, sqrt
from pathlib import Path

# Standard gravitational parameters (m^3/s^2), mean distances and radius (m), gravity (m/s^2).
GM_MOON, GM_SUN = 4.9028e12, 1.32712e20
D_MOON, D_SUN = 3.844e8, 1.496e11
RADIUS, GRAVITY = 6.371e6, 9.82
SPEED = {"M2": 28.9841042, "S2": 30.0, "N2": 28.4397295, "K1": 15.0410686, "O1": 13.9430356}


def same(stated, value, places):
    """Fail unless ``value`` rounds to ``stated`` at ``places`` decimals."""
    if round(value, places) != stated:
        raise SystemExit(f"stated {stated}, computed {value}")


def main():
    # Chapter 1.
    same(179, GM_SUN / D_SUN**2 / (GM_MOON / D_MOON**2), 0)
    same(389, D_SUN / D_MOON, 0)
    same(0.46, GM_SUN / D_SUN**3 / (GM_MOON / D_MOON**3), 2)
    same(0.39, (405.5 / 363.3) ** 3 - 1, 2)
    moon = 2 * GM_MOON * RADIUS / D_MOON**3
    same(9, GRAVITY / moon / 1e6, 0)
    same(8, 70e6 * moon / GRAVITY, 0)  # milligrams
    lunar = 1.5 * GM_MOON * RADIUS**2 / D_MOON**3 / GRAVITY
    solar = 1.5 * GM_SUN * RADIUS**2 / D_SUN**3 / GRAVITY
    same(0.54, lunar, 2)
    same(0.25, solar, 2)
    same(0.79, 0.54 + 0.25, 2)
    same(0.29, 0.54 - 0.25, 2)
    same(2.7, 0.79 / 0.29, 1)
    same(2.7, (lunar + solar) / (lunar - solar), 1)
    lunar_day = 2 * 360 / SPEED["M2"]
    same(50, (lunar_day - 24) * 60, 0)
    same(25, (lunar_day / 2 - 12) * 60, 0)
    same(450, 2 * pi * 6.378e6 / (lunar_day * 3600), -1)
    same(200, sqrt(GRAVITY * 4000), -1)
    same(21.9, 365.25 * 24 / 400, 1)
    # Chapter 2.
    for name, stated in (("M2", 12.421), ("S2", 12.0), ("N2", 12.658), ("K1", 23.934), ("O1", 25.819)):
        same(stated, 360 / SPEED[name], 3)
    same(1.0159, 30.0 - 28.9841, 4)
    same(354.4, 360 / 1.0159, 1)
    same(14.77, 360 / 1.0159 / 24, 2)
    same(7.4, 360 / 1.0159 / 48, 1)
    same(29.53, 2 * 360 / (SPEED["S2"] - SPEED["M2"]) / 24, 2)
    same(695.6185, 24 * SPEED["M2"], 4)
    same(24.3815, 24 * (SPEED["S2"] - SPEED["M2"]), 4)
    same(3.60, 1.8**2 + 0.6**2, 9)
    same(2.16, 2 * 1.8 * 0.6, 9)
    same(0.09, (0.12 + 0.10) / (1.80 + 0.60), 2)
    for stated, value in ((5.3, 2.9 + 2.4), (4.1, 2.9 + 1.2), (1.7, 2.9 - 1.2), (0.5, 2.9 - 2.4)):
        same(stated, value, 9)
    curve = [(1 - cos(pi * k / 6)) / 2 for k in range(7)]
    twelfths = [sum((1, 2, 3, 3, 2, 1)[:k]) / 12 for k in range(7)]
    same(6.7, 100 * curve[1], 1)
    same(8.3, 100 * twelfths[1], 1)
    assert all(abs(a - b) < 1 / 60 for a, b in zip(curve, twelfths))
    assert all(abs(curve[k] - twelfths[k]) < 1e-12 for k in (0, 2, 3, 4, 6))
    same(0.0163, twelfths[1] - curve[1], 4)
    tide = [0.8 + 4.2 * f for f in twelfths]
    for stated, value in zip((0.8, 1.15, 1.85, 2.9), tide):
        same(stated, value, 9)
    # The program in the last section, taken from the source and run.
    source = Path(__file__).with_name("tides.tex").read_text(encoding="utf-8")
    program = re.search(r"\\begin\{lstlisting\}\[.*?\]\n(.*?)\\end\{lstlisting\}", source, re.S).group(1)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program, {})
    printed = re.findall(r"h  (\S+) m", out.getvalue())
    said = re.search(r"It prints five heights: (.*?)twelve", source).group(1)
    if printed != re.findall(r"(\d\.\d\d)~m", said):
        raise SystemExit(f"the program printed {printed}; the text says {said}")
    # Exercises.
    same(2.6, 0.65 / 0.25, 9)
    same(5.8, 3.1 + 2.7, 9)
    same(1.8, 3.1 - 1.3, 9)
    same(0.5444, 28.9841 - 28.4397, 4)
    same(661, 360 / 0.5444, 0)
    same(27.6, 360 / 0.5444 / 24, 1)
    print("tides: all numbers hold")


if __name__ == "__main__":
    main()
