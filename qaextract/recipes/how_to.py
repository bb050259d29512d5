"""How something is done, where one sentence says it: "To ..., use ..."."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import content_words, words
from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._fitness import usable
from qaextract.recipes._grammar import capitalised
from qaextract.recipes._meanings import is_maths
from qaextract.recipes._prose import blocks_of, is_matter, sentences_of
from qaextract.recipes._subject import asked_within, subject

_ACTS = r"use|type|call|enter|issue|specify|set|add|run|write|press|choose|select|invoke|insert|click"
_FORM = re.compile(
    r"(?:To|In order to) (?P<aim>[a-z]+ [^,;:]{6,110}?), "
    rf"(?P<act>(?:(?:you|one) (?:can|may|should|must|need to|have to) |simply |just |you )?(?P<verb>{_ACTS})\b .+)"
)
#: An aim that depends on what was said, or that is no work to be done.
_NO_AIM = re.compile(
    r"^(?:be|do|see|know|understand|illustrate|summari[sz]e|show (?:this|how)|avoid (?:this|confusion)"
    r"|help|continue|return)\b"
    r"|\b(?:it|them|this|that|these|those|its|their|such|so|example|problem|effect|following|above|below|previous|last"
    r"|first|second|other|another|instead|again|also|same|usual|your|our|one symbol|current|new one"
    r"|assumed|corresponding|resulting|or to|[ab] and [bc])\b"
    r"|\bthe (?:output|results?|list|entry|entries|items?|width|height|size|value|text|labels?|name|names"
    r"|file|files|plot"
    r"|picture|code|program|program’s|option|options|function|command|correctness|date|default|event|book"
    r"|page|data|number"
    r"|field|object|argument|parameter|test|tests|question|answer|diagram|window|graph|word|line"
    r"|loop)\b(?! (?:of|in|for|from|to|on)\b)",
    re.IGNORECASE,
)
#: What is done is shown elsewhere, or told by half.
_NO_ACT = re.compile(
    r"\b(?:now|instructed|favou?rite|a command such as|something like|examples?|e\.g|for instance|above"
    r"|below|following|as follows|like this|this|these|those|here|section|chapter"
    r"|page \d|see|instead|again|also|same|appropriate|similarly|respectively|was|were|they|shown|above-mentioned)\b"
    r"|:\s|;\s|\.\s|[?!]|\bit\b(?!s)|\.\.\.|…",
    re.IGNORECASE,
)
_CODE = re.compile(r"[\\_()<>$%#@^~=*+]|\w\.\w|--?\w|[a-z][A-Z]|[A-Z]{2}|`|[‘'\"“]\S+[’'\"”]|→")

_OPTION_ONLY = re.compile(r"[a-z ]+ (?:the )?(?:option )?‘?--?\w[\w-]*’?(?: option)?\.")


class HowToDraft(Draft):
    """A question on how something is done."""

    aim: str


@recipes.register("how_to")
@dataclass(frozen=True)
class HowTo:
    """How do you ...? Answered by the rest of the sentence that begins with the aim: "To ..., use ..."."""

    #: In reference manuals the heading narrows such a sentence, and nobody can tell whether it does: of the pairs read
    #: on unseen manuals half lacked the name of the command. So it has to be asked for.
    default: ClassVar[bool] = False
    draft: ClassVar[type[Draft]] = HowToDraft
    quota: int = 3
    share: float = 1.0
    max_words: int = 40

    def accepts(self, chunk: Chunk) -> bool:
        """Whether a sentence of the chunk may begin with an aim, and it is no front or back matter."""
        return re.search(r"\bTo [a-z]|In order to\b", chunk.text) is not None and not is_matter(chunk)

    def find(self, chunk: Chunk, document: Document) -> Iterable[HowToDraft]:
        """One draft for each such sentence; nothing where nobody could tell in which system it is done so."""
        if not subject(document):
            return
        for block in blocks_of(document, chunk, "paragraph", "list"):
            # A sentence before may narrow it: "However, under AIX ...".
            for sentence in list(sentences_of(document, block))[:1]:
                found = _FORM.fullmatch(sentence.text)
                if found and sentence.text.endswith(".") and self._fits(found):
                    yield HowToDraft(
                        question=asked_within(document, f"How do you {found['aim']}?"),
                        answer=capitalised(found["act"]),
                        quotes=(sentence.quote(document),),
                        aim=found["aim"],
                    )

    def _fits(self, found: re.Match[str]) -> bool:
        """Whether aim and act are told whole, and the act says more than the aim."""
        aim, act = found["aim"], found["act"]
        if _NO_AIM.search(aim) or _NO_ACT.search(act) or len(words(act)) > self.max_words:
            return False
        new = set(content_words(act)) - set(content_words(f"{aim} {found['verb']}"))
        # An option alone does not say of which command it is.
        enough = len(new) >= 3 or (bool(new) and _CODE.search(act) is not None and not _OPTION_ONLY.fullmatch(act))
        whole = f"To {aim}, {act}"
        return enough and len(content_words(aim)) >= 2 and usable(whole) and not is_maths(aim)
