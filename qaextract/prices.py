"""What tokens cost: from the table of prices that is installed, or as the settings say."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import lru_cache

from qaextract.model import Usage

_MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens, and where the figures are from; `written` are those that fill a cache."""

    input: float
    output: float
    cached: float
    written: float
    source: str

    def cost(self, usage: Usage) -> float:
        """What this much costs, in US dollars."""
        plain = max(0, usage.input_tokens - usage.cached_tokens - usage.written_tokens)
        dollars = (
            plain * self.input
            + usage.cached_tokens * self.cached
            + usage.written_tokens * self.written
            + usage.output_tokens * self.output
        )
        return dollars / _MILLION

    def halved(self) -> Price:
        """The price in a batch."""
        source = f"{self.source}, halved for batches"
        return Price(self.input / 2, self.output / 2, self.cached / 2, self.written / 2, source)


UNKNOWN = Price(0.0, 0.0, 0.0, 0.0, "nobody knows: set price_input_usd and price_output_usd")
FREE = Price(0.0, 0.0, 0.0, 0.0, "asked on this machine")


def set_price(input_usd: float, output_usd: float, cached_usd: float | None) -> Price:
    """The price that the settings name."""
    cached = input_usd if cached_usd is None else cached_usd
    return Price(input_usd, output_usd, cached, input_usd * 1.25, "set by you")


@lru_cache(maxsize=8)
def known_price(provider: str, model: str) -> Price | None:
    """The price in the installed table (package genai-prices, which works offline); None where it knows none."""
    from genai_prices import Usage as Counted
    from genai_prices import calc_price

    def of(**usage: int) -> float | None:
        try:
            return float(calc_price(Counted(**usage), model_ref=model, provider_id=provider).total_price)
        except (LookupError, ValueError):
            return None

    # Many small requests: prices may rise with the length of a single one.
    given, back = of(input_tokens=1000), of(output_tokens=1000)
    read = of(input_tokens=1000, cache_read_tokens=1000)
    wrote = of(input_tokens=1000, cache_write_tokens=1000)
    if given is None or back is None:
        return None
    source = f"genai-prices {importlib.metadata.version('genai-prices')}"
    cached, written = given if read is None else read, given if wrote is None else wrote
    return Price(1000 * given, 1000 * back, 1000 * cached, 1000 * written, source)
