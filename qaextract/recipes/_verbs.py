"""Verbs of technical descriptions."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(words.split())


#: What options, commands and functions do; in the base form.
VERBS = word_set(
    "abort accept access activate add adjust advance affect align allocate allow alter announce append apply "
    "arrange ask assign associate attach attempt avoid begin bind block break build bypass calculate call cancel "
    "capitalize cause change check choose clean clear close collect combine compare compile complete compress "
    "compute concatenate configure connect construct contain continue control convert copy count create cut "
    "deactivate declare decode decompress decrease define delay delete deliver denote describe destroy detach "
    "detect determine disable discard display divide download draw drop dump duplicate echo edit eliminate emit "
    "enable encode enforce ensure enter erase escape establish evaluate examine exchange exclude execute exit "
    "expand export extend extract fetch fill filter find finish fix flush fold follow force format free generate "
    "get give grant group halt handle hide highlight hold identify ignore implement import include increase "
    "increment indicate inform inhibit initialise initialize insert install instruct interpret interrupt "
    "introduce invert invoke join jump keep kill leave let limit link list load locate lock log look lower "
    "maintain make manage mark match measure merge modify move multiply name negate normalize notify obtain omit "
    "open order output override overwrite pack parse pass paste pause perform permit place play plot point pop "
    "prepend preserve prevent print process produce prohibit prompt protect provide push put query quit raise "
    "read rebuild recognize record redirect redraw reduce refer reformat refresh refuse reinitialize release "
    "reload remove rename render repeat replace report represent request require rerun reset resize resolve "
    "restart restore restrict resume retain retrieve return reverse round run save scale scan schedule scroll "
    "search select send separate set shift show shrink shut simulate skip sort specify split start stop store "
    "strip subtract suppress suspend swap switch synchronize take tell terminate test toggle trace transfer "
    "transform translate transpose treat trim truncate turn type undo unlock unpack unset update upgrade upload "
    "use validate verify view wait warn wrap write yield work differ trigger tokenize behave act operate "
    "disregard have comprise offer involve know distinguish expect need cover feature depend carry stretch "
    "squeeze bend absorb reflect exhibit possess"
)
#: Base forms that are nouns as well: verbs only where an object with its article follows.
ALSO_NOUNS = word_set(
    "access block break call change check control copy count cut delay display drop dump echo edit escape exit "
    "export fill filter fix flush fold force format group halt handle highlight hold import increase increment "
    "insert interrupt join jump limit link list load lock log look make mark match measure merge move name order "
    "output pack pass paste pause place play plot point print process prompt push query raise read record release "
    "reload repeat report request reset restart return reverse round run save scale scan schedule scroll search "
    "select set shift show skip sort split start stop store strip swap switch take test toggle trace transfer "
    "trim turn type undo update upgrade use view wait wrap write yield"
)


def base_form(word: str) -> str:
    """The base form of a known verb in the third person; empty for any other word."""
    if word == "has":
        return "have"
    roots = (word[:-1], word[:-2], word[:-3] + "y") if word.endswith("s") else ()
    return next((root for root in roots if root in VERBS), "")


def third_person(word: str) -> bool:
    """Whether the word is a known verb in the third person."""
    return bool(base_form(word))


def in_third_person(verb: str) -> str:
    """The third person of a verb in its base form: "copies", "passes", "has"."""
    if verb == "have":
        return "has"
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2] not in "aeiou" else f"{verb}s"
