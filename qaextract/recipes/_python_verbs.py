"""Docstrings as statements: "Pop and return the item." becomes "`pop` pops and returns the item."."""

from __future__ import annotations

import re

from qaextract.english import words

_VERBS = frozenset(
    words(
        """
        abort accept access accumulate acquire activate adapt add adjust advance affect aggregate align allocate allow
        analyse analyze annotate answer append apply approve approximate arrange ask assemble assert assign associate
        assume attach attempt authenticate average balance begin bind blend block bound break broadcast browse build
        bundle bypass byte-compile cache calculate call cancel capture cast catch cause center centre change check
        choose clamp classify clean cleanup clear clip clone close cluster coerce collapse collect combine commit
        compare compile complete compose compress compute concatenate configure confirm connect consolidate constrain
        construct consume continue control convert convolve copy correct count cover create crop customize cut cycle
        deactivate deal debug decide declare decode decompose decompress decorate decrease decrement decrypt deduce
        deep-copy define delegate delete deliver denote deny dequeue derive describe deserialize destroy detach detect
        determine differentiate digest disable disassemble discard disconnect discover dismiss dispatch display
        distribute divide do downgrade download downsample drain draw drop dump duplicate edit eliminate emit empty
        emulate enable encapsulate enclose encode encrypt end enforce enqueue ensure enter enumerate erase escape
        establish estimate evaluate examine exchange exclude execute exit expand expect export expose express extend
        extract factor fail fall feed fetch fill filter finalize find finish fire fit fix flatten flip flush focus
        fold follow force fork format forward free freeze fuse gather generate get give go grab grant group grow
        guarantee guard guess halt handle hash help hide highlight hold honor identify ignore implement import include
        increase increment indent indicate infer inform inherit initialise initialize initiate inject insert inspect
        install instantiate instruct integrate interact intercept interleave interpolate interpret interrupt intersect
        introduce invalidate invert invite invoke isolate issue iterate join keep kill label launch lay lazily-load
        leave let limit link list listen load localize locate lock log look loop lower make manage manipulate map mark
        marshal mask match maximize measure merge migrate minimize mirror mix mock modify monitor mount move multiply
        mutate name narrow negate negotiate normalise normalize notify obtain offer omit open operate optimize order
        output overlay overwrite pack pad paint parse partition pass paste patch pause perform permit permute persist
        pick pickle pipe place plot point poll pop populate position post predict prefix prepare prepend preprocess
        present preserve pretty-print prevent print process produce prohibit project promote prompt propagate provide
        prune publish pull purge push put quantize query queue quit quote raise randomize rank reach read rebuild
        recalculate receive recognize recompute reconstruct record recover redirect reduce refactor refine refresh
        register reinitialize reject release reload remember remove rename render reopen reorder repeat replace reply
        report represent reproduce request require reschedule reserve reset reshape resize resolve restart restore
        restrict resume retain retrieve retry return reverse revert rewind rewrite rotate round route run sample
        sanitize save scale scan schedule scroll search seek select send separate serialise serialize serve set shift
        show shrink shuffle shut shutdown sign signal simplify simulate skip sleep slice smooth solve sort spawn
        specialize specify split stack stage standardize start state step stop store stream strip subclass submit
        subscribe substitute subtract suggest sum summarize supply support suppress suspend swap switch synchronize
        take tell terminate test tie tile toggle tokenize trace track train transcribe transfer transform transition
        translate transmit transpose traverse treat trigger trim truncate try turn unassign unbind undo unescape
        unfold unify uninstall unite unload unlock unmap unmarshal unpack unpause unpickle unquote unregister unset
        unwrap update upgrade upload use validate verify view visit wait wake walk warn watch work wrap write yield
        zip
        """
    )
)
#: Verbs that begin a docstring as nouns just as often ("Log normal distribution."): a determiner has to follow.
_NOUNS = frozenset(
    words(
        """
        access answer average block cast control count cycle display empty end file focus force format group guess
        hash help hook host index label limit lock log map mark mask match measure model narrow order plot point
        position process project queue rank record report request result sample signal stack stage start state step
        stop stream substitute sum support test trace track transition view work
        """
    )
)
_NOT_AFTER_A_VERB = re.compile(r",? (?:of|is|are|was|were|has|that(?= (?:is|are|was|has|can|will)\b)|which|who)\b")
_IRREGULAR = {"do": "does", "go": "goes", "undo": "undoes", "quit": "quits"}
_FINITE_OPENING = re.compile(
    r"(?:can|cannot|may|must|should|will|would|could|might|do|does|did|has|have|had|is|are|was|were|\w+n't)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"(?:the|an?|its?|them|their|all|any|each|every|one|another|both|no|some|only|that|whether|if|how|`|\d|True|False|None"
    r"|to|in|on|from|with|as|by)(?:\b|(?<=`))"
)
_COORDINATED = re.compile(r"(,? (?:and then|and/or|and|or|then|but) |, )((?:[a-z]+ly )?)([a-z]+)\b(?=([ ,.]?)\s*(\S*))")
#: Where a parallel verb may stand that is not behind its conjunction: ", and for files write ...", "else prompt ...".
_LATER_VERB = re.compile(
    r"\b(?:and|or) (?:for|if|when|in|on|with|by|as|until|unless)\b.*|\b(?:else|otherwise)\b,? [a-z]+", re.DOTALL
)
_NO_VERB = re.compile(
    r"\w+(?:ing|s|ed|ly)|not|all|both|in|on|at|to|of|for|by|from|with|without|when|if|then|only|also|even|where|while|until|as"
    r"|after|before|during|between|into|over|under|that|which|optionally|is|be|so|than|via|per|within|above|below|half"
)
_SUBORDINATE = re.compile(
    r"\b(?:to|that|which|who|if|when|whose|so|because|for|while|where|until|whether|can|will|may|must|should|not|how|unless)\b"
)


def third_person(verb: str) -> str:
    """The form that goes with "it"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return f"{verb}zes" if verb == "quiz" else f"{verb}es"
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}s"


_THIRD = {third_person(verb): verb for verb in _VERBS}


def is_third_person(word: str) -> bool:
    """Whether the word is a verb in that form."""
    return word in _THIRD


def is_verb(word: str) -> bool:
    """Whether docstrings use the word to say what a function does, in either form."""
    return word.lower() in _VERBS or word.lower() in _THIRD


def has_finite_verb(text: str) -> bool:
    """Whether one of the words is a verb in the form that goes with "it", or an auxiliary."""
    return any(word in _THIRD or _FINITE_OPENING.fullmatch(word) for word in re.findall(r"[\w'-]+", text))


def predicate(text: str) -> str | None:
    """What goes behind the name: "Pops x." and "Pop x." become "pops x.".

    None where the text does not begin with a verb, or where it cannot be told which later words are verbs too.
    """
    opening = re.match(r"((?:[A-Za-z]+ly )?)([A-Za-z-]+)(?=[ ,])", text)
    if opening is None:
        return None
    adverb, first = opening[1].lower(), opening[2].lower()
    rest = _without_second_clause(text[opening.end() :])
    if _NOT_AFTER_A_VERB.match(rest) or " - " in rest or " -- " in rest:
        return None
    if first in _THIRD:
        return f"{adverb}{first}{rest}"
    if first not in _VERBS or (first in _NOUNS and not _DETERMINER.match(rest.lstrip(" ,"))):
        return None
    coordinated = _coordinated(rest)
    return None if coordinated is None else f"{adverb}{third_person(first)}{coordinated}"


def _without_second_clause(rest: str) -> str:
    """The rest with a second statement behind a semicolon made whole: "; raise KeyError if it is not there".

    Where that statement has several verbs it is left out.
    """
    clause = re.search(r";\s+(?:it\s+)?([A-Za-z]+)\b", rest)
    if not clause or not is_verb(clause[1]):
        return rest
    before, after = rest[: clause.start()], rest[clause.end() :]
    return (
        f"{before}."
        if _COORDINATED.search(after) or ";" in after
        else f"{before}; it {third_person(clause[1].lower())}{after}"
    )


def _is_object(word: str) -> bool:
    """Whether what begins with the word is what a verb acts on."""
    return word in ("the", "a", "an", "it", "its", "them")


def _coordinated(rest: str) -> str | None:
    """The rest of the sentence with the verbs that are parallel to its first in the same form."""
    later = _LATER_VERB.search(rest)
    if later and (set(words(later[0])) & (_VERBS - _NOUNS)):
        return None
    parts: list[str] = []
    done = 0
    adjacent = True  # nothing but verbs so far: "Read, check and return ..."
    for match in _COORDINATED.finditer(rest):
        before = rest[done : match.start()]
        adjacent = adjacent and not before.strip()
        if match[3] not in _VERBS:
            if match[1] != ", " and _is_object(match[5]) and not _NO_VERB.fullmatch(match[3]):
                return None  # a verb that is not listed, it seems
            continue
        if not adjacent:
            if not _DETERMINER.match(match[5]):
                if match[1] == ", " and match[3] in _NOUNS:
                    continue
                return None
            if match[1] == ", " or _SUBORDINATE.search(rest[: match.start()]):
                return None
        parts += [rest[done : match.start()], match[1], match[2], third_person(match[3])]
        done = match.end(3)
    return "".join([*parts, rest[done:]])
