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
from qaextract.recipes._grammar import is_plural, uncapitalised
from qaextract.recipes._prose import Sentence, blocks_of, sentences_of
from qaextract.recipes._subject import asked_within
from qaextract.recipes._verbs import third_person

_NUMBER = re.compile(
    r"^(?P<kind>figure|fig\.|table|tab\.|chart|plate|map)\s*[A-Z]?[\dIVX]+(?:[.\-–][\dA-Za-z]+)*\s*(?:[.:|–—-]\s*"
    r"|\s(?=[A-Z]))",
    re.IGNORECASE,
)
#: What a plot is a plot of, or what is compared: a title that names it can be asked about.
_PLOTTED = re.compile(
    r"\b(?:plots?|scatter ?plots?|histograms?|box ?plots?|graphs?|maps?|charts?|time series|comparison|distributions?"
    r"|spectr(?:um|a)|curves|profiles?"
    r"|effects?|influence|dependence|variation|changes?|relationship|correlations?|rates?|levels?|number|frequency"
    r"|function of|vs\.?|versus|against)\b",
    re.IGNORECASE,
)
_FINDING = re.compile(
    r"\b(?:increas\w+|decreas\w+|higher|lower|larger|smaller|faster|slower|better|worse|more|less|fewer|greater|tends?"
    r"|strengthen\w*|reduc\w+|improv\w+"
    r"|outperform\w*|exceed\w*|dominat\w+|peaks?|rises?|falls?|drops?|grows?|declin\w+|differs?|similar"
    r"|significant(?:ly)?|rejected|strong(?:ly)?"
    r"|weak(?:ly)?|correlat\w+|converg\w+|constant|unchanged|doubles?|highest|lowest|largest|smallest|most|best"
    r"|worst)\b",
    re.IGNORECASE,
)
#: Sentences that explain how the figure is drawn, or point into it.
_LEGEND = re.compile(
    r"\b(?:lines?|red|blue|green|black|white|gr[ae]y|orange|yellow|purple|solid|dashed|dotted|panels?|left|right|top"
    r"|bottom|upper|middle|row|rows|columns?"
    r"|ax[ie]s|circles?|dots?|bars?|shad\w+|bands?|colou?rs?|colou?red|arrows?|box|boxes|markers?|squares?|triangles?"
    r"|legend|inset|insets|see|note"
    r"|shown|plotted|drawn|displayed|depict\w*|indicat\w+|denot\w+|represent\w*|illustrat\w+|courtesy|source|adapted"
    r"|image|photo\w*|\([a-z]\)"
    r"|truncated|scaled?|limited|restricted|chosen|selected|used|using|calculated|computed|fitted|x-\w+|y-\w+"
    r"|results for|refer|text|vertical|horizontal|symbols?|points?|bold|italics?|asterisks?)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 7
#: "The router" does many things; "the second router" may do the one that is told.
_FEWEST_SUBJECT_WORDS = 3
#: What speaks of ink and not of things.
_DRAWN = re.compile(
    r"\b(?:red|blue|green|black|white|gr[ae]y|orange|solid|dashed|dotted|panels?|ax[ie]s|curves?|bars?|shad\w+"
    r"|colou?r\w*|arrows?|boxes|legend"
    r"|inset|shown|plotted|drawn|displayed|depict\w*|here|figure|diagram|plot|picture|image)\b",
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
        if not told:
            return None
        found = _NUMBER.match(told[0].text)
        if found is None:
            return None
        clause = told[0].text[found.end() :].strip()
        if (subject := _acting_subject(clause)) and _stands_alone(clause, _DRAWN):
            return CaptionDraft(
                question=asked_within(document, f"What does {uncapitalised(subject)} do?"),
                answer=clause,
                quotes=(told[0].quote(document),),
                figure=clause,
            )
        title = clause.rstrip(".:")
        if not self._names(title):
            return None
        finding = next(
            (sentence for sentence in told[1:] if sentence.text[:1].isupper() and _is_finding(sentence)), None
        )
        if finding is None:
            return None
        kind = "table" if found["kind"].lower().startswith("tab") else "figure"
        quotes = (told[0].quote(document), finding.quote(document))
        return CaptionDraft(
            question=asked_within(document, f"What finding does the caption of the {kind} titled “{title}” state?"),
            answer=finding.text,
            quotes=quotes,
            figure=title,
        )

    def _names(self, title: str) -> bool:
        """Whether the title says by itself what is drawn."""
        fits = len(title.split()) >= 3 and len(title) <= self.max_title_chars and _PLOTTED.search(title)
        return bool(fits) and not debris(title) and not leans(title) and "“" not in title


def _acting_subject(clause: str) -> str:
    """The subject of a caption that is a sentence, where a known verb in the present says what it does."""
    found = re.match(
        r"((?:The|An?|Each|Every) [a-z][\w’'-]*(?: [a-z][\w’'-]*){0,5}?) ([a-z]+s) (?:the|an?|its|all|from|to|into)\b",
        clause,
    )
    if (
        found is None
        or len(found[1].split()) < _FEWEST_SUBJECT_WORDS
        or not third_person(found[2])
        or found[2] in ("shows", "uses", "lists", "gives", "presents")
    ):
        return ""
    return (
        ""
        if re.search(r"\b(?:and|or|that|which|who|of the|is|are|as)\b", found[1]) or is_plural(found[1])
        else found[1]
    )


def _stands_alone(text: str, legend: re.Pattern[str] = _LEGEND) -> bool:
    """Whether a sentence of a caption speaks of its subject and not of the drawing, and can be read alone."""
    if not text.endswith(".") or legend.search(text) or len(words(text)) < _FEWEST_WORDS:
        return False
    return not debris(text) and leans(text) is None


def _is_finding(sentence: Sentence) -> bool:
    """Whether the sentence states what the figure tells, and can be read alone."""
    text = sentence.text
    return _FINDING.search(text) is not None and _stands_alone(text)
