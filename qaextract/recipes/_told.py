"""Sentences of running prose that say what a command, an option or another named thing does or is used for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from qaextract.english import content_words, words
from qaextract.model import Block, Document, Span
from qaextract.recipes._entries import described_names
from qaextract.recipes._fitness import usable
from qaextract.recipes._grammar import as_sentence
from qaextract.recipes._meanings import genus_fits, is_maths, names_tool
from qaextract.recipes._prose import OncePerDocument, Sentence, emphasised, is_changelog, prose, sentences_of
from qaextract.recipes._slots import is_local, stands_for
from qaextract.recipes._subject import subject
from qaextract.recipes._telling import is_own_name, tells
from qaextract.recipes._usage import is_name, made_up
from qaextract.recipes._verbs import VERBS, base_form, word_set

_NOUN = (
    r"(?:command[- ]line option|(?:class|package|terminal|global|built-in|builtin|internal|optional|standard|template"
    r"|member|environment|system|shell|configuration|document|text|utility|meta|special|free) "
    r")?(?:function|command|option|package|class|macro|environment|variable|parameter|file|program|method|operator"
    r"|argument|keyword|directive|utility|tool|script|flag|field|attribute|property|module|library|primitive"
    r"|statement|driver|predicate|constant|qualifier|modifier|setting|switch|routine|procedure|register|daemon"
    r"|plugin|extension|interface|service|algorithm|widget|style|mode)"
)
_LEAD = re.compile(
    rf"(?:(?:The|A|An)\s(?P<noun>{_NOUN})\s|(?P<bare>{_NOUN.replace('(?:', '(?i:', 1)})\s|(?P<the>The)\s)?"
)
_CODE = re.compile(r"[“\"‘'`]?(?P<term>[^\s,;:()“”\"‘’']+(?:\([^()“”]{0,40}\))?)[”\"’'`]?(?=\s)")
_BEHIND = re.compile(rf"\s(?P<noun>{_NOUN})(?=\s)")
#: What cannot be but code.
_CERTAIN = re.compile(r"^[\\.$%@-]\S|_|\w\(.*\)$|::|[a-z][A-Z]|\w\.[a-z]{2,}|^[a-z]+\d+$|\w=")
_PLACEHOLDER = re.compile(r"\(.*[\[\]\d].*\)|^[<⟨{\[].*[>⟩}\]]$|^\W+$|^.$|…|\.\.\.|[⟨⟩«»]|^\d|[=|]|^\(")


@dataclass(frozen=True)
class Told:
    """A question on a named thing, the sentence that answers it, and where that stands."""

    term: str
    noun: str
    question: str
    answer: str
    span: Span


@dataclass(frozen=True)
class _Subject:
    """The named thing that a sentence begins with, and what is said of it; `first` in its paragraph or not."""

    term: str
    noun: str
    rest: str
    span: Span
    runs: tuple[str, ...]
    heading: str = ""
    first: bool = True

    @property
    def named(self) -> str:
        return f"the {self.noun} `{self.term}`" if self.noun else f"`{self.term}`"


@OncePerDocument
def told(document: Document) -> list[Told]:
    """What the sentences of a document say, in text order; each thing once, none that an entry of a list describes."""
    known = {_key(name) for name in described_names(document)}
    examples = {_key(name) for name in made_up(document)}
    if is_changelog(document):
        return []
    about = set(re.findall(r"\w+", f"{subject(document)} {document.title}".lower()))
    begun = list(_all_subjects(document))
    places: dict[str, set[str]] = defaultdict(set)
    for one in begun:
        places[one.term].add(one.heading)
    found: list[Told] = []
    for one in begun:
        if (
            _key(one.term) in known
            or (one.noun not in _BUILT_IN and _key(one.term) in examples)
            or one.term.lower() in about
            or re.sub(r"\W", "", one.term.lower()) == "".join(re.findall(r"\w+", subject(document).lower()))
            or not _is_one_thing(one, len(places[one.term]))
        ):
            continue
        made = _question(one)
        if made and _fits(made[1], one):
            known.add(_key(one.term))
            found.append(Told(one.term, one.noun, made[0], made[1], one.span))
    return found


_BUILT_IN = word_set("keyword statement package primitive operator directive builtin")


def _is_one_thing(begun: _Subject, places: int) -> bool:
    """Whether the name tells what is meant: of a parameter, other things may have one of the same name."""
    if begun.noun.split(" ")[-1] not in _ARGUMENTS:
        return True
    title = re.findall(r"[\w.\\@-]+", begun.heading.lower())
    if begun.term.lower().strip('"') in title:
        return True
    return places == 1 and (len(begun.term) >= _TELLING or not begun.term.isalnum())


def _key(term: str) -> str:
    return re.sub(r"\(.*|\{.*|^\W+", "", term).lower() or term


def _all_subjects(document: Document) -> Iterator[_Subject]:
    """The sentences that begin with a named thing, each with the heading above it."""
    heading = ""
    for block in document.blocks:
        if block.kind == "heading":
            heading = prose(document, block).text
        elif block.kind in ("paragraph", "list", "footnote"):
            for one in _subjects(document, block):
                # A word that is printed plain as often is a word, and the run may stand for anything.
                if one.noun or _CERTAIN.search(one.term) or is_name(one.term, document):
                    yield replace(one, heading=heading)


def _subjects(document: Document, block: Block) -> Iterator[_Subject]:
    """The sentences of a block that begin with a named thing."""
    if "\t" in block.span.of(document.text):
        return
    whole = prose(document, block)
    runs = [whole.within(run) for run in emphasised(document, block.span)]
    starts = {run.start: run.end for run in runs if len(run)}
    sentences = sentences_of(document, block)
    for sentence, after in zip_longest(sentences, sentences[1:]):
        # What the next sentence takes back or limits is not the whole of it.
        if sentence.text.endswith(".") and not (after and _LIMITS.match(after.text)):
            begun = _begun(sentence, starts) or _used(sentence, starts)
            if begun is not None:
                yield replace(begun, first=sentence is sentences[0])


_LIMITS = re.compile(r"(?:if not|otherwise|however|but|instead|unless|else)\b", re.IGNORECASE)


def _begun(sentence: Sentence, starts: dict[int, int]) -> _Subject | None:
    text = sentence.text
    lead = _LEAD.match(text)
    assert lead is not None
    found = _name_at(text, lead.end(), sentence.plain.start, starts)
    if found is None:
        return None
    term, end, marked = found
    behind = _BEHIND.match(text, end)
    noun = lead["noun"] or lead["bare"] or ""
    if behind and not noun:
        noun, end = behind["noun"], behind.end()
    if lead["the"] and not noun:
        return None  # "The ID", "The TEX": an article takes a noun
    if not _names(term, noun, marked):
        return None
    return _Subject(term, noun.lower(), text[end:].strip(), sentence.span, _runs_after(sentence, starts, end))


def _runs_after(sentence: Sentence, starts: dict[int, int], end: int) -> tuple[str, ...]:
    """What is set apart in the sentence after a place, each with the words around it."""
    found = []
    for start, stop in starts.items():
        at, to = start - sentence.plain.start, stop - sentence.plain.start
        if end < at and to <= len(sentence.text):
            before = sentence.text[:at].split()[-1:]
            after = sentence.text[to:].split()[:1]
            found.append(" ".join([*before, f"[{sentence.text[at:to].strip(' .,;:')}]", *after]))
    return tuple(found)


def _name_at(text: str, at: int, offset: int, starts: dict[int, int]) -> tuple[str, int, bool] | None:
    """The name at a place of a sentence: a run that is set apart, or a word; where it ends; whether it is set apart."""
    for quote in (0, 1):
        end = starts.get(offset + at + quote, 0) - offset
        if at < end < len(text) and end - at < 60:
            run = text[at + quote : end].strip()
            closed = re.compile(r"(?:\([^()]{0,30}\))?[”\"’'`]?(?=\s)").match(
                text, at + quote + len(text[at + quote : end].rstrip())
            )
            if closed and (" " not in run or re.fullmatch(r"[a-z]+(?: [a-z]+)?", run)):
                return run + closed[0].rstrip("”\"’'`"), closed.end(), True
    code = _CODE.match(text, at)
    return (code["term"].strip("`"), code.end(), text[at] in "“\"‘'`") if code else None


def _names(term: str, noun: str, marked: bool) -> bool:
    """Whether the word is the name of something in code, and not a placeholder or a proper name."""
    if (
        "://" in term
        or len(term) < 3
        or _DATA_FILE.search(term)
        or _FUSED.match(term)
        or _PLACEHOLDER.search(term)
        or not re.search(r"[A-Za-z]", term)
        or term[-1] in ".-/"
    ):
        return False
    certain = _CERTAIN.search(term) is not None
    if noun:
        return marked or certain
    return certain or (marked and len(term) > 3 and term.islower() and term.isalpha())


#: A file that a manual brings as an example.
_DATA_FILE = re.compile(r"\w\.(?:csv|dat|data|mat|mod|sav|txt|xy|xls|tsv)$")
#: A label run into the text: "NoteThis setting ...".
_FUSED = re.compile(r"(?:Note|Notes|Warning|Tip|Hint|Important|Caution|Example|Remark)[A-Z]")
_ARGUMENTS = word_set(
    "argument option parameter flag field keyword attribute property switch modifier qualifier style mode"
)
_TELLING = 8
_USE = re.compile(rf"^(?:You (?:can|may) use|Use|One can use)\s(?:the\s)?(?P<a>{_NOUN}\s)?")


def _used(sentence: Sentence, starts: dict[int, int]) -> _Subject | None:
    """The thing that is used, and what for, of a sentence such as "Use the command `x` to ..."."""
    lead = _USE.match(sentence.text)
    found = _name_at(sentence.text, lead.end(), sentence.plain.start, starts) if lead else None
    if lead is None or found is None:
        return None
    term, end, marked = found
    noun = (lead["a"] or "").strip()
    behind = _BEHIND.match(sentence.text, end)
    if behind and not noun:
        noun, end = behind["noun"], behind.end()
    rest = sentence.text[end:].strip()
    if not re.match(r"to [a-z]+ ", rest) or not _names(term, noun, marked):
        return None
    modal = "can be" if " " in lead[0].split(" use")[0] or lead[0].startswith(("You", "One")) else "is"
    return _Subject(term, noun, f"{modal} used {rest}", sentence.span, ())


_PURPOSE = re.compile(
    r"(?P<be>is|can be|may be|can also be)\s(?:(?:mainly|usually|normally|primarily|typically|often"
    r"|generally|commonly|mostly"
    r"|internally)\s)?(?P<how>used|intended|designed|meant|useful|provided)\s(?P<to>to|for)\s"
)
#: Verbs that take what is asked for as their object: "What does it return?"
_ASKED_BY = word_set(
    "return specify determine control contain define indicate provide represent describe hold denote store enable "
    "compute calculate generate produce display print create set list select"
)
#: Verbs that tell no action of the thing.
_WEAK = word_set(
    "use need have know expect work look differ behave act depend cover take require follow involve comprise be "
    "become do go come wait seem see accept get give make appear permit refuse avoid begin "
    "understand distinguish leave find stop start keep fail match contain call apply affect "
    "request refer include continue load operate introduce support drop have"
)
_MORE_VERBS = word_set(
    "support typeset aid center centre tag map estimate fit color colour manage maintain enhance supply form help "
    "simplify unify abbreviate delegate"
)
OBJECT = re.compile(
    r"(?:an?|the|all|any|each|every|two|both|one|how|whether|which|what|information|additional|basic|various|several"
    r"|new|only|its)\b"
)


_SECOND = re.compile(
    r";\s|,\swhereas\s|,?\s(?:and|but|while|whereas)\s(?=\S*[A-Z_\\(]\S*\s(?:can|to|will|may|must|[a-z]+s)\s)"
    r"|,\s(?:and|but|so)\s(?:its?|they|their|the|an?)\s(?:[\w-]+\s){0,4}?(?:is|are|can|will|has|have|may"
    r"|must|does|do)\b"
    r"|,?\s(?:and|but)\sit\s|,?\s(?:and|but|while)\sthe\s(?:command|function|option|macro|package|class"
    r"|variable|method)\s\S+\s"
    r"|,\sotherwise\s|,\s(?:but|and)\s(?:somehow|if)\s"
)
_SHORTEST = 5  # words


def without_second(rest: str) -> str:
    """What is said before a second statement, on something else, begins."""
    found = _SECOND.search(rest)
    return rest[: found.start()] if found and len(rest[: found.start()].split()) >= _SHORTEST else rest


def _question(begun: _Subject) -> tuple[str, str] | None:
    """The question and the whole answer; None where the sentence tells no action and no purpose."""
    rest = without_second(begun.rest)
    lead = f"{begun.named[:1].upper()}{begun.named[1:]}"
    answer = as_sentence(f"{lead} {rest}")
    # Numbered statements and files are those of an example.
    if begun.noun in ("statement", "file", "") and re.search(r"\d.*\.\w+$|^\w\d+$", begun.term):
        return None
    if is_local(begun.term, begun.noun) and stands_for(rest) and not names_tool(re.sub(r"^(?:is|are) ", "", rest)):
        return None
    if use := _PURPOSE.match(rest):
        be, to = "can" if use["be"] != "is" else "is", use["to"]
        if use["how"] == "designed" and to == "to":
            return f"What is {begun.named} designed to do?", answer
        asked = "used" if to == "to" or use["how"] in ("used", "provided") else use["how"]
        if use["how"] in ("intended", "meant", "useful") and to == "to":
            return None
        return f"What {be} {begun.named} {'be ' if be != 'is' else ''}{asked} for?", answer
    if found := re.match(r"is (?P<meaning>(?:an?|the) .+)$", rest):
        if not genus_fits(found["meaning"].rstrip("."), False, "is"):
            return None
        return f"What is {begun.named}?", answer
    if found := re.match(
        r"is (?P<what>equivalent to|a synonym (?:for|of)|an alias (?:for|of)|short for) (?=.*[\\_(<-]\S)", rest
    ):
        return f"What is {begun.named} {found['what']}?", answer
    if found := re.match(r"is true (?:if|when)(?: and only if)? ", rest):
        return f"When is {begun.named} true?", answer
    bare = re.sub(r"^[a-z]+ly ", "", rest)
    verb, _, following = bare.partition(" ")
    if verb == "will" and (begun.noun or re.search(r"[\\_(]", begun.term)) and following.split(" ")[0] in VERBS - _WEAK:
        return f"What does {begun.named} do?", answer
    base = base_form(verb) or (verb[:-1] if verb.endswith("s") and verb[:-1] in _MORE_VERBS else "")
    # Behind the name of a command, a word in -s before an article can be nothing but its verb.
    acts = (
        begun.noun
        and re.fullmatch(r"[a-z]{3,}(?<!s)s", verb)
        and re.match(r"(?:an?|the|all|each|every|two)\b", following)
    )
    asked = works_by(base, following) or ("do" if acts and not base and verb not in _NO_VERBS else "")
    # Further down in a paragraph it is told what the thing does besides, or in one case.
    return (f"What does {begun.named} {asked}?", answer) if asked and begun.first else None


_NO_VERBS = word_set("was has does is uses takes needs requires gets drops")


def works_by(base: str, following: str) -> str:
    """The verb to ask by: "do", or the verb of the statement where its object answers; empty where nothing is done."""
    if base in _ASKED_BY and OBJECT.match(following):
        return base
    if not base or base in _WEAK or re.match(r"(?:in|of|at|by|with|from|is|are|using)\b", following):
        return ""
    return "do"


#: What shows that the sentence tells of one case, of the text around it, or of times gone by.
LOCAL = re.compile(
    r"\b(?:examples?|now|ago|deprecated|obsolete|no longer|section|chapter|appendix|manual|figure|above|below"
    r"|exercise|listing|output|results? (?:in|is)|so|as follows|like this|instead|otherwise"
    r"|(?<!that )(?<!which )(?:was|were)|has been|would"
    r"|again|almost|sometimes|anything|something|everything|nothing|one of (?:the|these)|first|second|third|next"
    r"|currently|opposite|an alternative(?! (?:to|of|for))"
    r"|last|new(?:er|ly)|old(?:er)?|same|similar|this|these|those|followings?|attempt|but you|must|should"
    r"|you want)\b|the (?:two|three|four|five) [a-z]+s"
    r"|such (?!as\b)|certain|appropriate|actually|another|useful|different|various"
    r"|many(?: other)?|things?|[=?!]|:$|[,;]\.?$"
    r"|, and the \S+ (?:\w+ )?\w+s\b"
    r"|, (?:its|it|the|\S*[A-Z_:\\]\S*) (?:\w+ ){0,5}?is\b|\b([a-z]{3})\w+ \1\w{0,2}\b|\.\s|\bsee\b|\bcf\b",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    rf"(?!(?:\S*\W)?{_NOUN}s? \[)(?:\S+ )?\[(?P<name>[a-z][\w-]{{0,14}}|[A-Z])\](?! \W*{_NOUN}s?\b)"
)
#: "the list of C", "c1 and c2": names that a signature gives to its arguments.
_VARIABLES = re.compile(r"(?<![\w.\\-])(?:[A-Z]|[A-Za-z]{1,6}[12])(?![\w'’+#-]|\.\w)")


def _has_parameter(begun: _Subject) -> bool:
    """Whether the sentence names arguments that the name of the thing does not show."""
    letters = [run["name"] for text in begun.runs if (run := _PARAMETER.match(text))]
    letters += [
        found[0] for found in _VARIABLES.finditer(begun.rest) if not re.search(r"\bin $", begun.rest[: found.start()])
    ]
    return any(not re.search(rf"\b{re.escape(letter)}\b", begun.term) for letter in letters)


_MOST_WORDS = 45
_LEAST_CONTENT = 4


def _fits(answer: str, begun: _Subject) -> bool:
    """Whether the sentence says enough and can be read alone."""
    said = begun.rest.rstrip(".")
    if re.match(r"\S+ (?:and \S+ )?(?:it|them|this|these|its)\b", said):
        return False
    if _has_parameter(begun):
        return False
    if len(words(said)) > _MOST_WORDS or LOCAL.search(said) or is_maths(said):
        return False
    if not is_own_name(begun.term) or not tells(begun.term, said):
        return False
    new = set(content_words(said)) - set(content_words(f"{begun.term} {begun.noun}"))
    least = 1 if " equivalent to " in answer else _LEAST_CONTENT
    return len(new) >= least and usable(answer.replace("`", ""))
