"""What a figure or a table shows, where its caption states a finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import words
from qaextract.model import Block, Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._fitness import debris, leans
from qaextract.recipes._prose import Sentence, blocks_of, sentences_of
from qaextract.recipes._subject import asked_within

_NUMBER = re.compile(
    r"^(?P<kind>figure|fig\.|table|tab\.|chart|plate|map)\s*[A-Z]?[\dIVX]+(?:[.\-–][\dA-Za-z]+)*\s*(?:[.:|–—-]\s*|\s(?=[A-Z]))",
    re.IGNORECASE,
)
#: What a plot is a plot of, or what is compared: a title that names it can be asked about.
_PLOTTED = re.compile(
    r"\b(?:plots?|scatter ?plots?|histograms?|box ?plots?|graphs?|maps?|charts?|time series|comparison|distributions?|spectr(?:um|a)|curves|profiles?"
    r"|effects?|influence|dependence|variation|changes?|relationship|correlations?|rates?|levels?|number|frequency|function of|vs\.?|versus|against)\b",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"\b(?:increas\w+|decreas\w+|higher|lower|larger|smaller|faster|slower|better|worse|more|less|fewer|greater|tends?|strengthen\w*|reduc\w+|improv\w+"
    r"|outperform\w*|exceed\w*|dominat\w+|peaks?|rises?|falls?|drops?|grows?|declin\w+|differs?|similar|significant(?:ly)?|rejected|strong(?:ly)?"
    r"|weak(?:ly)?|correlat\w+|converg\w+|constant|unchanged|doubles?|highest|lowest|largest|smallest|most|best|worst)\b",
    re.IGNORECASE,
)
#: Sentences that explain how the figure is drawn, or point into it.
_LEGEND = re.compile(
    r"\b(?:lines?|red|blue|green|black|white|gr[ae]y|orange|yellow|purple|solid|dashed|dotted|panels?|left|right|top|bottom|upper|middle|row|rows|columns?"
    r"|ax[ie]s|circles?|dots?|bars?|shad\w+|bands?|colou?rs?|colou?red|arrows?|box|boxes|markers?|squares?|triangles?|legend|inset|insets|see|note"
    r"|shown|plotted|drawn|displayed|depict\w*|indicat\w+|denot\w+|represent\w*|illustrat\w+|courtesy|source|adapted|image|photo\w*|\([a-z]\)"
    r"|truncated|scaled?|limited|restricted|chosen|selected|used|using|calculated|computed|fitted|x-\w+|y-\w+|results for|refer|text|vertical|horizontal|symbols?|points?|bold|italics?|asterisks?)\b",
    re.IGNORECASE,
)


class CaptionDraft(Draft):
    """A question on a figure or table."""

    figure: str


@recipes.register("caption")
@dataclass(frozen=True)
class Caption:
    """Ask what a figure or table shows, where its caption names it and then states a finding.

    Captions that only name what is drawn, or explain how, are left out: few are asked about.
    """

    draft: ClassVar[type[Draft]] = CaptionDraft
    quota: int = 2
    max_title_chars: int = 130

    def accepts(self, chunk: Chunk) -> bool:
        """Whether the chunk names a figure or table."""
        return re.search(r"\b(?:fig|tab|chart|plate|map)", chunk.text, re.IGNORECASE) is not None

    def find(self, chunk: Chunk, document: Document) -> Iterable[CaptionDraft]:
        """The drafts, in text order."""
        for block in blocks_of(document, chunk, "caption"):
            draft = self._asked(block, document)
            if draft is not None:
                yield draft

    def _asked(self, block: Block, document: Document) -> CaptionDraft | None:
        told = sentences_of(document, block)
        if len(told) < 2:
            return None
        found = _NUMBER.match(told[0].text)
        title = told[0].text[found.end() :].strip().rstrip(".:") if found else ""
        if found is None or not self._names(title):
            return None
        finding = next((sentence for sentence in told[1:] if _is_finding(sentence)), None)
        if finding is None:
            return None
        kind = "table" if found["kind"].lower().startswith("tab") else "figure"
        quotes = (told[0].quote(document), finding.quote(document))
        return CaptionDraft(
            question=asked_within(document, f"What does the {kind} titled “{title}” show?"),
            answer=finding.text,
            quotes=quotes,
            figure=title,
        )

    def _names(self, title: str) -> bool:
        """Whether the title says by itself what is drawn."""
        fits = 3 <= len(title.split()) and len(title) <= self.max_title_chars and _PLOTTED.search(title)
        return bool(fits) and not debris(title) and not leans(title) and "“" not in title


def _is_finding(sentence: Sentence) -> bool:
    """Whether the sentence states what the figure tells, and can be read alone."""
    text = sentence.text
    if not _FINDING.search(text) or _LEGEND.search(text) or not text.endswith("."):
        return False
    return len(words(text)) >= 6 and not debris(text) and leans(text) is None
