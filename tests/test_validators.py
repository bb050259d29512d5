"""Validators on planted faults: good pairs of many kinds, and what each fault turns them into."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

import qaextract
from qaextract.english import sentences
from qaextract.model import Chunk, Context, Document, DocumentRef, Draft, Evidence, QAPair, Span, Verdict
from qaextract.points import PairValidator, validators
from qaextract.validators.duplicate import Duplicate, first_of_group

EVAL = Path(__file__).parents[2] / "shared/eval"
NAMES = ("support", "numbers", "self_contained", "leak", "length")


@dataclass(frozen=True)
class Case:
    """A pair as a person would write it down."""

    question: str
    answer: str
    quotes: tuple[str, ...]
    around: str = ""
    headings: tuple[str, ...] = ()
    title: str = ""
    language: str = "en"

    def pair(self) -> tuple[QAPair, Context]:
        text = "\n\n".join((*self.quotes, self.around))
        document = Document(id="0" * 16, uri="made.txt", title=self.title, text=text, blocks=())
        evidence = tuple(Evidence(q, Span(text.index(q), text.index(q) + len(q))) for q in self.quotes)
        draft = Draft(question=self.question, answer=self.answer, quotes=self.quotes)
        pair = QAPair(
            "factual", draft, evidence, DocumentRef(document.id, document.uri, self.title), None, self.headings
        )
        chunk = Chunk(document.id, Span(0, len(text)), text, self.headings)
        return pair, Context(document=document, chunk=chunk, language=self.language)


def check(name: str, case: Case) -> Verdict:
    pair, context = case.pair()
    validator = validators.get(name)()
    assert isinstance(validator, PairValidator)
    return validator.check(pair, context)


def faults(case: Case) -> list[str]:
    return [f"{name}:{verdict.code}" for name in NAMES if not (verdict := check(name, case)).ok]


def case(question: str, answer: str, *quotes: str, **more: object) -> Case:
    return Case(question, answer, quotes, **more)  # type: ignore[arg-type]


GOOD = [
    case(
        "What does the kiln controller do when the probe fails?",
        "It switches the burner off and sounds the alarm.",
        "When the probe fails, the controller switches the burner off and sounds the alarm.",
    ),
    case(
        "How long does the Marlow ferry take to cross the strait?",
        "45 minutes",
        "The Marlow ferry crosses the strait in 45 minutes.",
    ),
    case(
        "How deep is Lake Orsa at its deepest point?",
        "It is 112 m deep.",
        "Lake Orsa is 112 metres deep at its deepest point.",
    ),
    case(
        "Which bridge is longer, the Alder bridge or the Birch bridge?",
        "The Birch bridge",
        "The Alder bridge is 320 m long.",
        "The Birch bridge measures 410 m.",
    ),
    case(
        "How many pupils attend the two schools together?",
        "430",
        "The upper school has 250 pupils.",
        "The lower school has 180 pupils.",
    ),
    case("Does the pump run while the tank is empty?", "No, it stops.", "The pump stops as soon as the tank is empty."),
    case("Is the glaze food-safe?", "Yes.", "The glaze contains no lead and is food-safe."),
    case(
        "Can a sealed record be edited?",
        "No. A sealed record cannot be changed.",
        "A sealed record cannot be changed by anyone.",
    ),
    case(
        "Why does bread dough rise?",
        "Because yeast produces gas that inflates the dough.",
        "Yeast ferments sugars, and the carbon dioxide gas it produces inflates the dough.",
    ),
    case(
        "What is a weir?",
        "A low dam built across a river to raise the water level.",
        "A weir is a low dam built across a river to raise the water level upstream.",
    ),
    case(
        "What is the term for a low dam built across a river?",
        "weir",
        "A weir is a low dam built across a river to raise the water level.",
    ),
    case(
        "What does the abbreviation CRT stand for in the Handbook of Displays?",
        "cathode-ray tube",
        "The cathode-ray tube (CRT) was once the usual display.",
        title="Handbook of Displays",
    ),
    case(
        "In Python's `shelve` module, what does `sync` return?",
        "None",
        "sync() writes back all entries and returns None.",
        headings=("shelve",),
    ),
    case(
        "What is the default value of the parameter `timeout` of `fetch_page`?",
        "`-1`",
        "def fetch_page(url, timeout=-1, retries=3):",
    ),
    case(
        "What is the signature of `fetch_page`?",
        "fetch_page(url, timeout=-1, retries=3)",
        "def fetch_page(url, timeout=-1, retries=3):",
    ),
    case("What does this print?\n>>> [n * 2 for n in (1, 2)]", "[2, 4]", ">>> [n * 2 for n in (1, 2)]\n[2, 4]"),
    case(
        "Which exception does `open_box` raise when the lid is locked?",
        "LidError",
        "    if self.locked:\n        raise LidError('locked')",
        around="def open_box(self):",
    ),
    case(
        "What are the three layers of the coating?",
        "primer, undercoat and varnish",
        "The coating has a primer, an undercoat and a varnish.",
    ),
    case(
        "In which year was the Halvard mill rebuilt?",
        "1874",
        "The Halvard mill burned down in 1869 and was rebuilt in 1874.",
    ),
    case("What share of the sample was female?", "52.5 %", "Of the sample, 52.5% was female and 47.5% male."),
    case(
        "At what temperature does gallium melt?",
        "At about 29.8 °C.",
        "Gallium melts at 29.8 °C, so it melts in the hand.",
    ),
    case("How many legs does a harvestman have?", "Eight", "A harvestman has eight legs and a single pair of eyes."),
    case("How many legs does a harvestman have?", "8", "A harvestman has eight legs."),
    case(
        "What must never be stored next to the oxidiser?",
        "solvents",
        "Solvents must never be stored next to the oxidiser.",
    ),
    case(
        "Why did the committee reject the first design?",
        "It was too heavy for the old pier.",
        "The committee turned the first design down because the old pier could not have carried it: it was too heavy.",
    ),
    case(
        "Which option of `packit` keeps the old archive?",
        "--keep",
        "--keep: do not delete the old archive after packing",
    ),
    case(
        "What does the flag `-n` of `packit` do?",
        "It does not overwrite an existing file.",
        "-n  Do not overwrite an existing file.",
    ),
    case(
        "Who designed the lighthouse at Cape Ferrow?",
        "Ines Valdemar",
        "The lighthouse at Cape Ferrow was designed by Ines Valdemar and built by her brother Tomas.",
    ),
    case(
        "What is the capacity of the larger tank?",
        "It holds 1,200 litres.",
        "The larger tank holds 1200 l, the smaller one 800 l.",
    ),
    case(
        "By how much did the price of a ticket increase between March and June?",
        "By $3.",
        "A ticket cost $12 in March and $15 in June.",
    ),
    case("What is the average of the two readings?", "21", "The first reading was 20 and the second reading was 22."),
    case(
        "According to the Orchard Manual, when should pears be picked?",
        "Before they are fully ripe.",
        "Pears should be picked before they are fully ripe.",
        title="Orchard Manual",
        headings=("Chapter 4", "Harvest"),
    ),
    case(
        "Which of copper, iron and lead conducts heat best?",
        "copper",
        "Of the three metals, copper conducts heat best, lead worst.",
    ),
    case("Is a glacier a river of ice or a lake of ice?", "A river of ice", "A glacier is a river of ice."),
    case(
        "Prove that the sum of two even numbers is even.",
        "Let the numbers be 2a and 2b; their sum 2a + 2b = 2(a + b) is even.",
        "Let the numbers be 2a and 2b. Their sum is 2a + 2b = 2(a + b), which is even.",
    ),
    case(
        "What happens to a request that has no token?",
        "It is refused with status 401.",
        "A request without a token is refused with status 401.",
    ),
    case(
        "How does the moth avoid bats?",
        "It folds its wings and drops when it hears their calls.",
        "On hearing the calls of bats the moth folds its wings and drops to the ground.",
    ),
    case(
        "What speed must the drum not exceed?",
        "60 revolutions per minute",
        "The drum must not turn faster than 60 revolutions per minute.",
    ),
    case(
        "What does the United Kingdom's Data Office publish?",
        "annual tables",
        "The UK Data Office publishes annual tables.",
    ),
    case(
        "Was sieht der Wächter vom Turm?",
        "Das Meer",
        "Der Wächter sieht vom Turm aus das Meer und die Inseln.",
        language="de",
    ),
]

OTHER = "The festival opens on the second Sunday of autumn with a parade of lanterns along the quay."
NAMES_SWAPPED = (
    (r"\bInes Valdemar\b", "Oskar Lindqvist"),
    (r"\bLidError\b", "KeyError"),
    (r"\bsolvents\b", "fertilisers"),
    (r"\bweir\b", "sluice"),
    (r"\bcathode-ray tube\b", "plasma panel"),
    (r"--keep", "--force"),
    (r"\byeast\b", "Bacillus"),
    (r"\bprimer\b", "lacquer"),
    (r"annual tables", "weekly bulletins"),
)
UNITS_SWAPPED = (
    ("minutes", "hours"),
    (" m ", " km "),
    (" %", " kg"),
    ("°C", "°F"),
    ("litres", "millilitres"),
    ("$", "€"),
)
VERBS = r"\b(?:is|was|holds|switches|produces|folds|sounds|should be|cannot|does not)\b"


def other_number(text: str) -> str:
    """The last digit of the first number changed; a number in words replaced."""
    if "eight" in text.lower():
        return re.sub("eight", "nine", text, flags=re.IGNORECASE)
    return re.sub(r"(\d+(?:[.,]\d+)*)", lambda n: n[0][:-1] + str((int(n[0][-1]) + 3) % 10), text, count=1)


def negated(text: str) -> str:
    def turn(verb: re.Match[str]) -> str:
        word = verb[0]
        turned = {"cannot": "can", "does not": "does", "is": "is not", "was": "was not", "should be": "should not be"}
        return (
            turned.get(word) or f"does not {word.removesuffix('es') if word == 'switches' else word.removesuffix('s')}"
        )

    changed = re.sub(VERBS, turn, text, count=1)
    return f"Not {text}" if changed == text and text[:1].isalpha() and len(text.split()) > 2 else changed


def planted() -> list[tuple[str, Case, Case]]:
    found = []
    for good in GOOD:
        if good.language != "en":
            continue
        swaps = {"number": other_number(good.answer), "negation": negated(good.answer)}
        for kind, table in (("entity", NAMES_SWAPPED), ("unit", UNITS_SWAPPED)):
            for old, new in table:
                old = old if kind == "entity" else re.escape(old)
                if re.search(old, good.answer, re.IGNORECASE):
                    swaps[kind] = re.sub(old, new, good.answer, flags=re.IGNORECASE)
        for kind, answer in swaps.items():
            if answer != good.answer and not good.answer.lower().startswith(("yes", "no")):
                found.append(
                    (kind, good, Case(good.question, answer, good.quotes, good.around, good.headings, good.title))
                )
        more = (OTHER,)
        found.append(
            ("wrong page", good, Case(good.question, good.answer, more, good.around, good.headings, good.title))
        )
    return found


def test_good_pairs_pass():
    rejected = {good.question: found for good in GOOD if (found := faults(good))}
    assert len(rejected) <= 0.03 * len(GOOD), rejected


def test_planted_faults_are_caught():
    caught: Counter[str] = Counter()
    total: Counter[str] = Counter()
    missed: list[str] = []
    for kind, good, bad in planted():
        total[kind] += 1
        new = set(faults(bad)) - set(faults(good))
        caught[kind] += bool(new)
        if not new:
            missed.append(f"{kind}: {bad.question} -> {bad.answer!r}")
    table = "\n".join(f"{kind:12}{caught[kind]:4} of {total[kind]}" for kind in total) + "\n" + "\n".join(missed)
    assert total["number"] >= 12, table
    assert total["negation"] >= 12, table
    for kind, least in (("number", 0.95), ("negation", 0.95), ("unit", 0.95), ("entity", 0.95), ("wrong page", 0.7)):
        assert caught[kind] >= least * total[kind], table


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (case("How many legs has a spider?", "9", "A spider has eight legs."), "support:number_not_in_evidence"),
        (case("How far is it to Lund?", "5 km", "Lund is 5 m away."), "support:number_not_in_evidence"),
        (case("How cold is the vault?", "5 °C", "The vault is kept at -5 °C."), "support:number_not_in_evidence"),
        (
            case("Which protocol does the meter speak?", "IPv6", "The meter speaks IPv4."),
            "support:number_not_in_evidence",
        ),
        (case("Is the log kept?", "Yes", "The log is not kept after a week."), "self_contained:ok"),
        (
            case("Does the meter store raw readings?", "Yes", "The meter does not store raw readings."),
            "support:negation_differs",
        ),
        (
            case("What does the meter store?", "It stores raw readings.", "The meter does not store raw readings."),
            "support:negation_differs",
        ),
        (
            case("What does the meter store?", "It does not store raw readings.", "The meter stores raw readings."),
            "support:negation_differs",
        ),
        (case("Who founded Arle?", "Bruno Katz", "Arle was founded by Mina Holt."), "support:not_in_evidence"),
        (
            case("In 1913, who founded Arle?", "Mina Holt", "Arle was founded by Mina Holt in 1912."),
            "numbers:number_not_in_source",
        ),
        (case("What does it return?", "A list", "split returns a list."), "self_contained:dangling_reference"),
        (case("What is shown in Figure 3?", "A list", "Figure 3 shows a list."), "self_contained:dangling_reference"),
        (case("The split function.", "A list", "split returns a list."), "self_contained:not_a_question"),
        (case("What does split return when the", "A list", "split returns a list."), "self_contained:truncated"),
        (
            case("What does split return?", "A list of the", "split returns a list of the words."),
            "self_contained:truncated",
        ),
        (case("How is the tank filled?", "See Figure 3.", "See Figure 3."), "self_contained:dangling_reference"),
        (case("What is a heap queue?", "A heap queue.", "A heap queue is a heap."), "leak:answer_in_question"),
        (case("How many bits has a 32-bit integer?", "32", "A 32-bit integer has 32 bits."), "leak:answer_in_question"),
        (case("What does split return?", "x" * 3000, "split returns " + "x" * 3000), "length:too_long"),
        (case("What does split return?", "  ", "split returns a list."), "length:too_short"),
    ],
)
def test_each_fault_has_its_code(bad: Case, code: str):
    name, wanted = code.split(":")
    assert check(name, bad).code == wanted


@pytest.mark.parametrize(
    "good",
    [
        case(
            "What is the sum of the first and the second weight?",
            "30 g",
            "The first weight is 10 g.",
            "The second weight is 20 g.",
        ),
        case("How many colours does the flag have?", "Three: red, white and blue.", "The flag is red, white and blue."),
        case("What does `print('abc')` print?", "abc", ">>> print('abc')\nabc"),
        case("Who wrote the report, Anna or Ben?", "Ben", "Ben wrote the report."),
        case("What is not allowed in the reading room?", "Food", "Food is not allowed in the reading room."),
        case(
            "Does `pop` return a list?",
            "No, it does not return a list; it returns None.",
            "pop removes the entry and returns None.",
        ),
        case("What is the value of $x$?", "2.5", "Solving gives x = 2.50."),
        case("What does 10² m equal?", "100 m", "10² m equals 100 m."),
        case("When did the second press start?", "In the 1880s", "The 2nd press started in the 1880s."),
        case("Explain why ice floats.", "Ice is less dense than water.", "Ice is less dense than water, so it floats."),
        case("Fill the blank: water boils at ____ °C at sea level.", "100", "At sea level water boils at 100 °C."),
        case("What is the output of `sorted({3, 1})`?", "The output is `[1, 3]`.", ">>> sorted({3, 1})\n[1, 3]"),
        case(
            "Which parameters does `open_box` take?",
            "It takes `lid` (positional-only, default `()`) and `**more` (any other keyword arguments).",
            "def open_box(lid=(), /, **more):",
        ),
        case("What is the output of `list(())`?", "The output is `[]`.", ">>> list(())\n[]"),
        case(
            "What does `name` specify?",
            "If not given, it is guessed.",
            ":param name: If not\n    given, it is guessed.",
        ),
        case("Where is `weigh` defined?", "In the file `made.txt`.", "def weigh(thing):"),
    ],
)
def test_what_looks_like_a_fault_and_is_none(good: Case):
    assert faults(good) == []


def test_settings_are_fields():
    short = validators.get("length")(max_chars=5)
    pair, context = case("What is a weir?", "A low dam", "A weir is a low dam.").pair()
    assert isinstance(short, PairValidator)
    assert short.check(pair, context).code == "too_long"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "5 " * 30_000,
        "not " * 10_000,
        "((((" * 50_000,
        "\ud800\x00\x1b" * 1000,
        "1" * 50_000,
        "a-\n" * 20_000,
        "Ab " * 20_000,
        "`" * 100_000,
        "1,000" * 30_000,
        "It " * 50_000,
        "..." * 50_000,
        '"' * 100_000,
        "\u0301" * 50_000,
        "it is " * 10_000,
        "one hundred " * 20_000,
        "1e99999",
        "(1) " * 30_000,
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_hostile_text_ends(name: str, text: str):
    begin = time.perf_counter()
    for hostile in (
        case("What is it?", text, "A quote."),
        case(text, "An answer", "A quote."),
        case("What?", "A", text),
    ):
        check(name, hostile)
    assert time.perf_counter() - begin < 8


def test_ten_thousand_quotes_end():
    quotes = tuple(f"Row {n} holds {n * 7} grains." for n in range(10_000))
    pair, _ = case("How many grains does row 12 hold?", "84", quotes[12]).pair()
    text = "\n\n".join(quotes)
    evidence = tuple(Evidence(quote, Span(0, len(quote))) for quote in quotes)
    many = QAPair(pair.kind, pair.draft, evidence, pair.document)
    begin = time.perf_counter()
    for name in NAMES:
        validator = validators.get(name)()
        assert isinstance(validator, PairValidator)
        assert validator.check(many, Context(Document("0" * 16, "a", "", text, ()))).ok
    assert time.perf_counter() - begin < 8


# --- duplicates -------------------------------------------------------------------------------------------------

SAME = [
    ("What is the capital of Norway?", "what's the capital of norway"),
    ("What is the capital of Norway?", "Which is the capital of Norway?"),
    ("How do you sort a list in Python?", "How can a list be sorted in Python?"),
    ("What is the boiling point of brine at sea level?", "At sea level, what is the boiling point of brine?"),
    ("In which year did the war end?", "In what year did the war end?"),
    ("Name the largest planet.", "What is the largest planet?"),
    ("What are the three states of matter?", "What are the 3 states of matter?"),
    ("What colour is the flag?", "What color is the flag?"),
    ("How is the data base organised?", "How is the database organised?"),
    ("How is the archive organised?", "How is the archive organized?"),
    ("Define entropy.", "What is entropy?"),
    ("Which city, sorry, which country exports most tin?", "Which country exports most tin?"),
]
DIFFERENT = [
    ("What happened in 1914?", "What happened in 1915?"),
    ("What is new in version 3.1?", "What is new in version 3.10?"),
    ("What is the capital of Norway?", "What is the capital of Sweden?"),
    ("Which function is faster?", "Which function is slower?"),
    ("Is the key optional?", "Is the key not optional?"),
    ("Which state has no coast?", "Which state has a coast?"),
    ("When was Arle founded?", "Where was Arle founded?"),
    ("Who taught Mina?", "Whom did Mina teach?"),
    ("Is the crow larger than the owl?", "Is the owl larger than the crow?"),
    ("What is done before compilation?", "What is done after compilation?"),
    ("What does `malloc` return?", "What does `calloc` return?"),
    ("What is nitrate?", "What is nitrite?"),
    ("What is interstate trade?", "What is intrastate trade?"),
    ("How many bits are in IPv4?", "How many bits are in IPv6?"),
    ("What is water?", "What is heavy water?"),
    ("Must the lid be closed?", "May the lid be closed?"),
    ("What is x1?", "What is x2?"),
    ("What is the HTTP service for?", "What is the HTTPS service for?"),
    ("What is 2 + 3?", "What is 2 - 3?"),
    ("What does `f(-1)` return?", "What does `f(1)` return?"),
    ("What does `f[x]` return?", "What does `f(x)` return?"),
    ("What does `map` take?", "What does `maps` take?"),
    ("What converts text to bytes?", "What converts bytes to text?"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_the_same_question_is_found(a: str, b: str):
    assert first_of_group([a, b]) == [None, 0]
    assert first_of_group([b, a]) == [None, 0]


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_another_question_is_kept(a: str, b: str):
    assert first_of_group([a, b]) == [None, None]


def test_a_group_is_named_by_its_first():
    asked = ["What is a weir?", "What is a lock?", "what is a weir", "What's a weir?", "", "", "What is a lock"]
    assert first_of_group(asked) == [None, None, 0, 0, None, 4, 1]


def test_many_questions_take_seconds():
    asked = [f"What does option number {n} of the tool do in mode {n % 7}?" for n in range(5_000)]
    begin = time.perf_counter()
    assert first_of_group(asked) == [None] * len(asked)
    assert time.perf_counter() - begin < 10


def pairs_of(*asked: tuple[str, str]) -> list[QAPair]:
    return [case(question, answer, f"{question} {answer}").pair()[0] for question, answer in asked]


def test_of_the_same_pair_the_first_stays():
    pairs = pairs_of(
        ("What is a weir?", "A low dam."), ("What's a weir?", "a low dam"), ("What is a lock?", "A low dam.")
    )
    verdicts = list(Duplicate().check_all(pairs))
    assert [verdict.code for verdict in verdicts] == ["ok", "duplicate", "ok"]
    assert pairs[0].id in verdicts[1].message
    assert verdicts[1].score is not None
    assert verdicts[1].score > 0.9


def test_another_answer_to_the_same_question_is_marked_and_kept():
    pairs = pairs_of(
        ("When was Arle founded?", "1912"), ("When was Arle founded?", "1921"), ("When was Arle founded?", "1912")
    )
    verdicts = list(Duplicate().check_all(pairs))
    assert [(verdict.ok, verdict.code) for verdict in verdicts] == [
        (True, "ok"),
        (True, "conflicting_answers"),
        (False, "duplicate"),
    ]


@pytest.mark.parametrize("text", ["a " * 200_000, "\ud800" * 1000, "1" * 100_000, "no what " * 10_000, "um " * 10_000])
def test_hostile_questions_end(text: str):
    begin = time.perf_counter()
    assert first_of_group([text, text, text + "x", "What is it?"])[1] == 0
    assert time.perf_counter() - begin < 8


# --- development sets -------------------------------------------------------------------------------------------


def rows_of(name: str) -> list[dict[str, str]]:
    path = EVAL / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_answers_with_their_sentence_are_not_rejected():
    rejected: Counter[str] = Counter()
    rows = rows_of("alignment/xquad_en.jsonl")
    for row in rows:
        text, start = row["context"], int(row["start"])
        quote = next(s for s in sentences(text) if s.start <= start < s.end).of(text)
        for name in ("support", "leak", "length"):
            verdict = check(name, case(row["question"], row["answer"], quote, around=text))
            rejected[f"{name}:{verdict.code}"] += not verdict.ok
    assert sum(rejected.values()) <= 0.03 * len(rows), rejected


def test_disfluent_questions_and_their_neighbours():
    rows = rows_of("duplicates/disfl_qa.jsonl")[::4]
    found = sum(first_of_group([row["b"], row["a"]])[1] == 0 for row in rows)
    wrong = sum(
        first_of_group([row["b"], other["a"]])[1] == 0 and row["b"] != other["b"] for row, other in pairwise(rows)
    )
    assert wrong <= 0.005 * len(rows)
    assert found >= 0.5 * len(rows)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("A tide of less than average range.", "direction_differs"),
        ("A tide of greater than average range.", "ok"),
        ("A neap tide is smaller than a spring tide.", "ok"),  # the same direction, said from the other side
    ],
)
def test_the_opposite_in_the_same_words_is_no_support(answer: str, code: str) -> None:
    verdicts = qaextract.check(
        question="What is a spring tide, and is a neap tide smaller?",
        answer=answer,
        context="A spring tide is a tide of greater than average range, and it is larger than a neap tide.",
    )
    assert [verdict.code for verdict in verdicts if verdict.validator == "support"] == [code]
