"""The members of a list, all of them, where the text says what is listed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from qaextract.english import FUNCTION_WORDS, content_words, stem, word_set, words
from qaextract.model import Chunk, Document, Draft
from qaextract.points import recipes
from qaextract.recipes._announced import NUMBERS, Announcement, announcement
from qaextract.recipes._fitness import debris, leans, usable
from qaextract.recipes._grammar import as_sentence
from qaextract.recipes._lists import Listing, listings_in
from qaextract.recipes._prose import blocks_of, prose, sentences_of
from qaextract.recipes._subject import asked_within, subject
from qaextract.recipes._usage import is_set_apart

#: Items that are no names but go on with the announcement or point back at it.
_NO_MEMBER = re.compile(
    r"^(?:one|it|its|they|their|these|this|that|those|the (?:first|second|third|other|latter|former|one|same)|first"
    r"|second|then|also|if|when|where"
    r"|in (?:this|that|the)|for|however|either|both|each|there|we|you|as|see|otherwise|e\.g|i\.e)\b|\bwhich\b"
    r"|\brespectively\b|\betc\b|\.\.\.|…|:$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?:is|are|was|were|has|have|can|cannot|may|must|will|should|does|do)\b")
_PRONOUN = re.compile(r"\b(?:it|its|they|them|their|you|your)\b")
_LONG_WORDS = 6
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(NUMBERS)}|[2-9])\b", re.IGNORECASE)
_LABEL = re.compile(r"(?P<label>[^\s.:;,][^.:;,]{1,50}?)(?:\.|:| [–—-]{1,2}) \s*\S")
_NOT_NAMED = re.compile(
    r"(?:referred|called|known|named|as|used|given|shown|described|defined|not|also|all|both|each)\b", re.IGNORECASE
)
_KINDS_OF = re.compile(
    r"(?:[\dA-Z]+(?:\.\d+)*\.? )?(?:The )?((?:main |basic |principal )?(?:kinds|types|forms|classes|categories|parts"
    r"|components|stages|phases))( of .+)$",
    re.IGNORECASE,
)
_HIDDEN = str.maketrans(",;", "\ue000\ue001")
_SHOWN = str.maketrans("\ue000\ue001", ",;")


class ListDraft(Draft):
    """A question whose answer is a list."""

    members: tuple[str, ...]


@recipes.register("list_members")
@dataclass(frozen=True)
class ListMembers:
    """Ask for all members of a list whose announcement says what they are.

    A number in the announcement must agree with the members; lists that may go on elsewhere are left out.
    """

    draft: ClassVar[type[Draft]] = ListDraft
    quota: int = 3
    max_members: int = 12
    max_item_chars: int = 260
    max_answer_chars: int = 1000

    def accepts(self, chunk: Chunk) -> bool:
        """Whether anything is announced in the chunk."""
        return ":" in chunk.text

    def find(self, chunk: Chunk, document: Document) -> Iterable[ListDraft]:
        """The drafts, in text order."""
        found = [*self._in_sentences(chunk, document), *self._in_lists(chunk, document)]
        return [draft for _, draft in sorted(found, key=lambda pair: pair[0])]

    def _in_sentences(self, chunk: Chunk, document: Document) -> Iterable[tuple[int, ListDraft]]:
        for block in blocks_of(document, chunk, "paragraph"):
            for sentence in sentences_of(document, block):
                if not sentence.text.endswith(".") or not _NUMBER_WORD.search(sentence.text) or debris(sentence.text):
                    continue
                for lead, rest in _parted(sentence.text):
                    asked = announcement(lead, document.text)
                    members = _divided(rest, asked.number) if asked and asked.number else []
                    if asked is None or not members:
                        continue
                    answer = f"{asked.opening}{rest}" if asked.opening else _begun(rest)
                    yield from self._draft(
                        sentence.span.start, asked, members, answer, (sentence.quote(document),), document
                    )
                    break

    def _in_lists(self, chunk: Chunk, document: Document) -> Iterable[tuple[int, ListDraft]]:
        for listing in listings_in(chunk, document):
            lead = listing.lead_sentence(document)
            title = listing.heading
            if title is not None and listing.lead == title and not listing.torn:
                named = _KINDS_OF.match(prose(document, title).text)
                members = _labels(listing) or [_bare(item.term or item.text) for item in listing.items]
                titled = Announcement(f"What are the {named[1].lower()}{named[2]}?", None) if named else None
                if titled and self._whole(listing, titled, document):
                    quotes = (document.text[title.span.start : title.span.end], listing.span.of(document.text))
                    yield from self._draft(listing.span.start, titled, members, _joined(members, ""), quotes, document)
                    continue
            asked = announcement(lead.text.rstrip(".:"), document.text) if lead else None
            # Without a colon only the number tells that the list is what the sentence speaks of.
            if (
                asked is None
                or lead is None
                or not (lead.text.endswith(":") or asked.number)
                or listing.torn
                or not self._whole(listing, asked, document)
            ):
                continue
            members = _labels(listing) or [_bare(item.term or item.text) for item in listing.items]
            quotes = (lead.quote(document), document.text[listing.span.start : listing.span.end])
            yield from self._draft(
                listing.span.start, asked, members, _joined(members, asked.opening), quotes, document
            )

    def _whole(self, listing: Listing, asked: Announcement, document: Document) -> bool:
        """Whether the items are of one kind, each a single phrase, and as many as announced."""
        items = listing.items
        if _goes_on(listing, document):
            return False
        if not 2 <= len(items) <= self.max_members or (asked.number or len(items)) != len(items):
            return False
        if listing.numbers and listing.numbers != tuple(range(1, len(items) + 1)):
            return False
        if any(item.term for item in items) != all(item.term for item in items):
            return False
        return all(item.whole for item in items) or bool(_labels(listing))

    def _draft(
        self,
        start: int,
        asked: Announcement,
        members: Sequence[str],
        answer: str,
        quotes: tuple[str, ...],
        document: Document,
    ) -> Iterable[tuple[int, ListDraft]]:
        if len(answer) > self.max_answer_chars or not all(self._fit(member) for member in members):
            return
        if not parallel(members) or len(set(members)) < len(members):
            return
        if _PRONOUN.search(asked.question) or leans(asked.question) or debris(asked.question):
            return
        if not subject(document) and not re.search(r"`| [A-Z]|\w[_\\]|\d", asked.question[1:]):
            return
        if not _has_scope(asked.question, document):
            return
        if members[0].isalpha() and not is_set_apart(members[0], document):
            answer = as_sentence(answer)
        draft = ListDraft(
            question=asked_within(document, asked.question), answer=answer, quotes=quotes, members=tuple(members)
        )
        if usable(answer.replace("`", '"')):
            yield start, draft

    def _fit(self, member: str) -> bool:
        """Whether a member is named whole."""
        if (
            not member
            or len(member) > self.max_item_chars
            or _NO_MEMBER.search(member)
            or debris(member.replace("`", ""))
        ):
            return False
        last = words(member)[-1:]
        return bool(last) and last[0].lower() not in FUNCTION_WORDS - {
            "all",
            "no",
            "not",
            "off",
            "on",
            "none",
            "both",
            "ones",
            "one",
        }


def _goes_on(listing: Listing, document: Document) -> bool:
    """Whether the text behind the list names one more: "There is also ..."."""
    behind = document.text[listing.span.end : listing.span.end + 60].lstrip()
    return re.match(r"(?:There (?:also |is also|are also)|In addition|Additionally|Another|Also,)", behind) is not None


def parallel(members: Sequence[str]) -> bool:
    """Whether the members are built alike: all clauses or all phrases, none of another order of length."""
    if all(re.match(r"[A-Z`].*[.)]$", member) for member in members):
        return True
    clauses = sum(_CLAUSE.search(member) is not None for member in members)
    if clauses not in (0, len(members)):
        return False
    capitals = sum(member[:1].isupper() for member in members if member[:1].isalpha())
    letters = sum(member[:1].isalpha() for member in members)
    lengths = [len(words(member)) for member in members]
    return (capitals in (0, letters) or max(lengths) <= _LONG_WORDS) and max(lengths) <= 6 * max(min(lengths), 3)


def _bare(text: str) -> str:
    """An item without the signs and words that join it to the next."""
    text = re.sub(r"[;,.]?\s+(?:and|or)$", "", text.strip())
    return re.sub(r"(?<!\.)[;,]+$", "", text).strip()


def _parted(text: str) -> Iterable[tuple[str, str]]:
    """Where a sentence may go over from its announcement to the members: a colon, "namely", "are", a comma."""
    if ": " in text:
        lead, _, rest = text.partition(": ")
        yield lead, rest
        return
    for joint in (
        r",? namely,? ",
        r"(?<= are) " if re.match("the ", text, re.IGNORECASE) else r",? namely,? ",
        r", (?=[^,]+(?:,[^,]+)*,? (?:and|or) )",
    ):
        if found := re.search(joint, text):
            yield text[: found.start()], text[found.end() :]


#: Nouns that every command, structure and chapter has its own of.
_OWN = word_set(
    "argument option parameter field value variable function operator command file column row line factor structure "
    "information distribution subcommand mode output input entry item element component property attribute keyword "
    "name key flag setting step approach method way reason case part section package environment model image table "
    "list data result test menu button window format specifier combination term resource"
)
_OWN_STEMS = frozenset(map(stem, _OWN))
_CODE_IN = re.compile(r"`|\\\w|\w_\w|\w\.\w|\w\(\)|--\w|[a-z][A-Z]")
#: "the two kinds of waves": what is divided is named.
_PARTED = re.compile(
    r"\b(kinds?|types?|sorts?|classes|species|families|forms|varieties|parts|halves|stages|phases|levels|modes)"
    r" of (?!the\b)"
)
#: "Which two levels are implemented?": of what, was said before.
_BARE_PASSIVE = re.compile(r"Which ([^?]+?) (?:are|were|can be|may be) (?:\w+ly )?(?:\w+ed|given|known|possible)\?$")
#: What is asked for: the words up to the verb or the complement.
_HEAD = re.compile(
    r"\b(?:which|what are the)"
    r"((?: (?!(?:is|are|can|may|must|do|does|has|have|of|for|in|to|that|will|describes?)\b)[\w-]+){1,4})",
    re.IGNORECASE,
)
_DEFINITE = re.compile(
    r"\b(?:the|each|every|both) (?!(?:two|three|four|five|six|seven|eight|nine|ten|\d+)\b)([a-z]+)\b"
)


def _has_scope(question: str, document: Document) -> bool:
    """Whether the question names what has the members, and not by words whose thing was named before it."""
    if re.search(r"\bviz\b|\b(?:groups of )?(?:items|things)\?|^which [^?]*\bas [a-z]+s do", question, re.IGNORECASE):
        return False
    if _CODE_IN.search(question):
        return True
    if bare := _BARE_PASSIVE.match(question):
        return re.search(r"\b(?:of|for|in|to|between)\b", bare[1]) is not None
    known = set(content_words(subject(document)))
    told = {w for w in content_words(question) if w not in known and w not in NUMBERS and not w.isdigit()}
    head = _HEAD.search(question)
    named = any(word[0].isupper() and stem(word.lower()) not in known for word in words(question)[1:])
    whole = _PARTED.search(question)
    divided = re.search(r"\b(?:consists? of|divided)\b", question)
    if head and not (named or whole or divided) and {stem(word.lower()) for word in words(head[1])} & _OWN_STEMS:
        return False
    if whole:
        return bool(told - _OWN_STEMS - {stem(whole[1].lower())})
    if any(stem(found[1].lower()) not in known for found in _DEFINITE.finditer(question)):
        return False
    return len(told - _OWN_STEMS) >= 2


def _labels(listing: Listing) -> list[str]:
    """The names that the items begin with, where every item goes on to describe what it names."""
    if any(item.term for item in listing.items):
        return []
    if all(re.fullmatch(r"[^:]{2,80}:", item.text) for item in listing.items):
        return [item.text.rstrip(":") for item in listing.items]
    found = [_LABEL.match(item.text) for item in listing.items]
    labels = [match["label"].strip("‘’'\"“” ") for match in found if match]
    # "Functions: ...": the label is a heading of what is listed behind it.
    headed = any(label.endswith("s") and stem(label.split()[-1].lower()) in _OWN_STEMS for label in labels)
    return labels if all(found) and not headed else []


def _divided(rest: str, number: int) -> list[str]:
    """The members that a sentence names after its colon; empty unless they are as many as announced."""
    # What stands in brackets is not divided.
    if _NOT_NAMED.match(rest):
        return []
    rest = re.sub(r"\([^()]*\)", lambda aside: aside[0].translate(_HIDDEN), rest.strip().rstrip("."))
    if ";" in rest:
        parts = re.split(r";\s+(?:(?:and|or)\s+)?", rest)
    elif number == 2:
        parts = re.split(r",?\s+(?:and|or)\s+", rest)
    else:
        parts = re.split(r",\s+(?:and\s+|or\s+)?|\s+(?:and|or)\s+(?=[^,]*$)", rest)
    parts = [part.translate(_SHOWN).strip() for part in parts]
    if len(parts) != number or any(
        _CLAUSE.search(part) or re.search(r"\b(?:and|or)\b.*\band\b|:", part) for part in parts
    ):
        return []
    return parts


def _joined(members: Sequence[str], opening: str) -> str:
    """The members as one sentence, behind the opening where they are short."""
    apart = any("," in member or " and " in member or len(words(member)) > _LONG_WORDS for member in members)
    if all(member.endswith(".") for member in members):
        return " ".join(members)
    members = [member.rstrip(".") for member in members]
    if apart:
        return _begun("; ".join(members))
    listed = f"{', '.join(members[:-1])} and {members[-1]}"
    return f"{opening}{listed}." if opening else _begun(listed)


def _begun(listed: str) -> str:
    """Members as an answer: names and code keep their first letter as it is."""
    parts = re.split(r"[,;]? (?:and|or) |[,;] ", listed.rstrip("."))
    alone = all(" " not in part for part in parts)
    if alone or re.search(r"[^\w\s’'“”‘-]", " ".join(parts[0].split()[:2])):
        return listed.rstrip(".") + "."
    return as_sentence(listed)
