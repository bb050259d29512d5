"""Numbers of an English text, in digits and in words, and the units beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qaextract.model import Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text. `value` is canonical, so that "1,000", "1000.0" and "one thousand" agree.

    `unit` is the canonical unit beside it ("km", "%", "$"), or the empty string; `spelled` says that it is in words.
    """

    span: Span
    value: str
    unit: str = ""
    spelled: bool = False


_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_CARDINALS = {word: n for n, word in enumerate(_ONES.split())} | {w: 10 * n for n, w in enumerate(_TENS.split(), 2)}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
_COUNTING = "|".join(_CARDINALS)
_SCALE = "|".join(_SCALES)
_SPELLED = re.compile(
    rf"\b(?:{_COUNTING}|(?<=a\s)(?:{_SCALE}))\b(?:(?:\s+and\s+|[\s-]+)(?:{_COUNTING}|{_SCALE})\b){{0,12}}",
    re.IGNORECASE,
)
_SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWER = str.maketrans(_SUPER + "⁻−", "0123456789--")
_DIGITS = re.compile(
    r"(?<![\w.,])(?P<money>[$€£¥]\s?)?(?P<sign>(?<![\w)\]])[-−+±])?(?P<money2>(?<=[-−+±])[$€£¥]\s?)?"
    r"(?P<digits>\d{1,3}(?:[,\u2009\u202f']\d{3})+(?!\d)|\d+)(?P<rest>(?:\.\d+)*)"
    rf"(?P<power>\s?[×x·*]\s?10\s?\^?\s?[-−]?(?:\d+|[{_SUPER}⁻]+)|[eE][-+−]?\d+)?(?P<raised>[{_SUPER}]+)?"
    rf"(?:[\s-]?(?P<scale>{_SCALE})s?\b)?"
    r"(?P<unit>[\s\-]?(?:%|‰|°\s?[CFK]?|[A-Za-zµμΩÅ]+(?:\s?cent\b)?[²³]?(?:/[A-Za-z]+[²³]?)?))?"
)
_BASES = {
    **{"m": "metre meter", "g": "gram gramme", "s": "second sec", "Hz": "hertz", "N": "newton", "Pa": "pascal"},
    **{"J": "joule", "W": "watt", "V": "volt", "A": "ampere amp", "Ω": "ohm", "L": "litre liter l", "B": "byte"},
    **{"bit": "", "eV": "electronvolt", "mol": "mole", "K": "kelvin", "cal": "calorie", "bar": "", "px": "pixel"},
    **{"pt": "", "h": "hour hr hrs", "min": "minute mins", "d": "day", "week": "wk", "month": "", "year": "yr"},
    **{"decade": "", "century": "", "inch": "", "ft": "foot feet", "yd": "yard", "mi": "mile", "lb": "lbs pound"},
    **{"oz": "ounce", "t": "tonne ton", "ha": "hectare", "acre": "", "%": "percent pct", "°": "degree deg", "‰": ""},
    **{"°C": "celsius", "°F": "fahrenheit", "$": "dollar usd", "€": "euro eur", "£": "gbp", "¥": "yen jpy", "cent": ""},
}
_PREFIXES = {
    **{"k": "kilo", "M": "mega", "G": "giga", "T": "tera", "m": "milli", "µ": "micro", "n": "nano", "c": "centi"},
    **{"p": "pico", "d": "deci"},
}
_PREFIXED = {"m", "g", "s", "Hz", "N", "Pa", "J", "W", "V", "A", "Ω", "L", "B", "bit", "eV", "mol", "cal"}


def _unit_names() -> Iterator[tuple[str, str]]:
    for symbol, names in _BASES.items():
        for name in [symbol, *names.split()]:
            yield name, symbol
            if len(name) > 2:
                yield name + "s", symbol
        if symbol in _PREFIXED:
            yield from _prefixed_names(symbol, names.split() or [symbol])
    yield from (("KB", "kB"), ("Kb", "kbit"), ("inches", "inch"), ("centuries", "century"), ("us", "µs"))


def _prefixed_names(symbol: str, names: list[str]) -> Iterator[tuple[str, str]]:
    for short, long in _PREFIXES.items():
        yield short + symbol, short + symbol
        for name in names:
            if len(name) > 2:
                yield long + name, short + symbol
                yield long + name + "s", short + symbol


_UNITS = dict(_unit_names())


def unit(word: str) -> str:
    """The symbol of a unit of measure, from a symbol or a name ("kilometres" gives "km"); empty if it is none.

    Of a quotient ("km/h") the parts are looked up; powers are kept ("cm²").
    """
    word = re.sub(r"\s", "", word).strip("-").replace("μ", "µ")
    if "/" in word:
        parts = [unit(part) for part in word.split("/")]
        return "/".join(parts) if all(parts) else parts[0]
    name = word.rstrip("²³")
    symbol = _UNITS.get(name) or (_UNITS.get(name.lower(), "") if len(name) > 3 else "")
    return symbol + word[len(name) :] if symbol else ""


def numbers(text: str) -> list[Number]:
    """The numbers of a text in order: in digits, with sign, decimals, power of ten and scale, and in words.

    Digits inside a word ("x1", "utf8") are none. Dotted ones ("3.11.2") keep their text as value, raised ones
    ("10²") become "10^2".
    """
    found = [_from_digits(match) for match in _DIGITS.finditer(text)]
    found += [_from_words(match, text) for match in _SPELLED.finditer(text)]
    return sorted(found, key=lambda number: number.span)


def _from_digits(match: re.Match[str]) -> Number:
    digits = re.sub(r"\D", "", match["digits"])[:400] + match["rest"][:400]
    sign = "-" if match["sign"] and match["sign"].strip() in "-−" else ""
    scale = _SCALES.get((match["scale"] or "").lower(), 1)
    value = sign + digits
    if digits.count(".") <= 1:
        value = _canonical(value, _exponent(match["power"] or ""), scale)
    if match["raised"]:
        value += "^" + match["raised"].translate(_LOWER)
    beside = (match["money"] or match["money2"] or "").strip() or _unit_beside(match)
    end = match.end("unit") if match["unit"] and beside else match.start("unit") if match["unit"] else match.end()
    return Number(Span(match.start(), end), value, beside)


def _unit_beside(match: re.Match[str]) -> str:
    decade = match["unit"] == "s" and match["digits"].endswith("0")  # the 1990s, in their 60s
    return "" if decade or not match["unit"] else unit(match["unit"])


def _exponent(power: str) -> int:
    digits = re.search(r"(?:10\s?\^?\s?|[eE])([-+]?\d{1,4})\s*$", power.translate(_LOWER))
    return int(digits[1]) if digits else 0


def _canonical(number: str, power: int = 0, scale: int = 1) -> str:
    try:
        value = (Decimal(number) * scale).scaleb(power).normalize()
    except InvalidOperation:  # more digits or a larger exponent than the arithmetic holds
        return f"{number}e{power}"
    return str(value) if abs(value.adjusted()) > 40 else format(value, "f")


def _from_words(match: re.Match[str], text: str) -> Number:
    total, group = 0, 0
    for word in re.findall(r"[a-z]+", match[0].lower()):
        if word in _CARDINALS:
            group += _CARDINALS[word]
        elif (scale := _SCALES.get(word, 0)) in (100, 12):
            group = max(group, 1) * scale
        elif scale:
            total, group = total + max(group, 1) * scale, 0
    beside = re.compile(r"[\s-]+([A-Za-z]+(?:\s?cent\b)?)").match(text, match.end())
    return Number(Span(*match.span()), str(total + group), unit(beside[1]) if beside else "", spelled=True)
