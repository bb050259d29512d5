"""Problems to be worked out by a method of the passage, with values that are given and a result that is recomputed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from qaextract.english import is_english
from qaextract.model import Chunk, Draft
from qaextract.points import recipes
from qaextract.quantities import numbers
from qaextract.recipes._arithmetic import agrees, computed, operands, parts, sides
from qaextract.recipes._asked import AskedDraft, is_prose

#: Numbers that need no source: halves and squares, the parts of an hour, a day, a week, a year and a circle.
_COMMON = frozenset({0.0, 1.0, 2.0, 7.0, 12.0, 24.0, 60.0, 90.0, 180.0, 360.0, 365.0, 3600.0})
_PARTS = {
    **{"half": 2.0, "twice": 2.0, "double": 2.0, "square": 2.0, "third": 3.0, "triple": 3.0, "cube": 3.0},
    **{"quarter": 4.0, "fourth": 4.0, "fifth": 5.0, "sixth": 6.0, "seventh": 7.0, "eighth": 8.0, "ninth": 9.0},
    **{"tenth": 10.0, "eleventh": 11.0, "twelfth": 12.0},
}
_LEAST_NUMBERS = 2
_EQUATION = re.compile(r"[\w)\]}]\s*[=≈][^=\n]*?(?:\s[-−+*/]\s|[×·÷√∑²³^])")
_CALCULATION = re.compile(
    r"\b(?:formulae?|formulas|equation|equals?|ratio|proportion\w*|rate|per|percent\w*|times|twice|half|thirds?|quarter"
    r"|multipl\w+|divid\w+|product|subtract\w*|add(?:ed|ing)?|sum|differences?|averages?|mean|calculat\w+|comput\w+"
    r"|estimat\w+|convert\w*|conversion|squared?|cubed?|root|rule|factor|interest|probability"
    r"|one \w+(?: \w+)? (?:is|are|equals))\b|%",
    re.IGNORECASE,
)


class WorkedStep(BaseModel):
    """One step of a solution."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str = Field(description="What is done, and by which rule of the passage.")
    calculation: str = Field(
        description="`expression = number` in plain numbers without units or letters; empty if nothing is computed."
    )


class WorkedProblemDraft(AskedDraft):
    """A problem, what is given, and its solution step by step."""

    question: str = Field(description="Names the method, states every given value with its unit, asks for one result.")
    answer: str = Field(description="The solution in sentences: rule, values put in, last the result with its unit.")
    quotes: tuple[str, ...] = Field(
        description="Chosen first: the sentences of the passage that state the method, with its formula and numbers, "
        "each copied character by character.",
        min_length=1,
    )
    given: tuple[str, ...] = Field(
        description="The values of this case, each with name and unit, numbers as in the question.", min_length=1
    )
    steps: tuple[WorkedStep, ...] = Field(description="The solution, in order.", min_length=1)
    result: str = Field(description="Value and unit, as at the end of the answer.")

    def fault(self) -> tuple[str, str] | None:
        """The first value that is not given, number without a source, or calculation that does not come out."""
        asked = set(_values([self.question]))
        for value in _values(self.given):
            if not _near(value, asked):
                return "value_not_stated", f"the question does not state the given {value:g}"
        known = [*_values([*self.given, *self.quotes]), *_COMMON, *_named_parts([*self.quotes, self.question])]
        try:
            result = self._recompute(known)
        except ValueError as error:
            return "calculation_wrong", str(error)
        for name, text in (("question", self.question), ("answer", self.answer), ("result", self.result)):
            for value in _values([text]):
                if not _near(value, known):
                    return "number_not_given", f"the {name} has {value:g}: neither given, nor quoted, nor computed"
        if not any(_same(value, result) for value in _values([self.result])):
            return "result_differs", f"{self.result!r} is not the result of the last calculation"
        if not set(_values([self.result])) <= set(_values([self.answer])):
            return "result_differs", f"the answer does not say the result {self.result!r}"
        return None

    def _recompute(self, known: list[float]) -> float:
        """The last result; adds to what is known. Raises `ValueError` where a calculation is wrong."""
        stated: float | None = None
        for calculation in (step.calculation for step in self.steps if step.calculation.strip()):
            expression, stated, written = sides(calculation)
            value = computed(expression)
            if not agrees(value, stated, written):
                raise ValueError(f"{calculation!r}: the expression gives {value:.6g}")
            if strange := [one for one in operands(expression) if not _near(one, known)]:
                raise ValueError(f"{strange[0]:g} in {calculation!r} is neither given, nor quoted, nor computed before")
            known += [stated, *parts(expression)]
        if stated is None:
            raise ValueError("no step has a calculation")
        return stated


def _values(texts: Iterable[str]) -> Iterator[float]:
    """The numbers of texts; of a percentage and of a clock's time the digits."""
    for text in texts:
        for number in numbers(text):
            try:
                yield abs(float(number.value))
            except ValueError:  # a version or a power that is written out
                yield from map(float, re.findall(r"\d+", number.value))


def _named_parts(texts: Iterable[str]) -> Iterator[float]:
    """Numbers that are said as parts or powers: thirds, a quarter, twice, squared."""
    for word in re.findall(r"[a-z]+", " ".join(texts).lower()):
        part = next((value for name, value in _PARTS.items() if word.startswith(name)), None)
        if part:
            yield from (part, 1 / part)


def _near(value: float, known: Iterable[float]) -> bool:
    value = abs(value)
    if value and f"{value:.0e}"[0] == "1" and f"{value:e}".startswith("1.000000"):
        return True  # a power of ten: a change of prefix or a percentage
    return any(_same(value, one) for one in known)


def _same(a: float, b: float) -> bool:
    """Whether two numbers are the same, or one is the other rounded to three digits."""
    return abs(abs(a) - abs(b)) <= max(1e-9, 0.0005 * abs(b)) or (a != 0 and f"{abs(a):.3g}" == f"{abs(b):.3g}")


@recipes.register("worked_problem")
@dataclass(frozen=True)
class WorkedProblem:
    """What comes out for these values? Asked by a model of a method in the passage; all arithmetic is done again.

    The given values and the results are not in the document, so the checks for words and numbers of the source do
    not apply: instead each number has to be given in the question, quoted, or computed from such, and every
    calculation has to come out.
    """

    draft: ClassVar[type[Draft]] = WorkedProblemDraft
    default: ClassVar[bool] = False
    reads: ClassVar[str] = "prose"
    checks: ClassVar[tuple[str, ...]] = ("consistent", "leak", "length", "self_contained")
    prompt: ClassVar[str] = """\
Task: problems with numbers, to be worked out by a method that the passage gives: a formula, a rule, a conversion, a \
procedure of calculation.

- The passage has to state the method completely, with its numbers and with what each letter means. Quote all of that. \
If you would have to add a formula, a constant or a condition, reply with an empty list.
- Invent a realistic case for which the method holds, with values other than the passage's own. `given` lists them \
with name and unit. Constants of the method are not given: they are quoted.
- The question tells the case, names the method and its subject, states every given value with its unit, and asks for \
one quantity, in which unit and, if rounded, to how many decimals. It does not tell the steps.
- `steps` are the solution in order, at least two operations in all; a change of units is a step of its own. \
`calculation` is "expression = number" such as "2 * (3.5 + 4) / 3 = 5": plain numbers, + - * / ** ( ) sqrt sin cos tan \
(radians; radians(30) for degrees) exp log log10 pi. A program computes it again. Each number in it is given, or \
quoted, or the result of an earlier step.
- `answer` is the solution for a student in two to six sentences: the rule, the values put in with their units, the \
result as in `result`. It has no number that is not in the question, the quotes or the steps.

An example from another text, not to be used: "To fill Marrow lock takes 3 minutes for every metre of lift, and one \
minute more for each boat."
Good: "By the rule for filling Marrow lock, how many minutes does it take to fill the lock for 4 boats and a lift of \
2.5 metres?" – given: "lift: 2.5 metres", "boats: 4" – steps: "3 * 2.5 = 7.5", "1 * 4 = 4", "7.5 + 4 = 11.5" – result: \
"11.5 minutes".
Bad: "How long does it take to fill the lock?" (nothing given). A problem on the volume of the lock (no method for \
it). "7.5 + 4 = 12" (rounded without saying so)."""
    most: int = 2
    quota: int = 4

    def accepts(self, chunk: Chunk) -> bool:
        """Whether there is prose with an equation, or with numbers and, in English, a word of calculation."""
        if not is_prose(chunk):
            return False
        if _EQUATION.search(chunk.text):
            return True
        return len(numbers(chunk.text)) >= _LEAST_NUMBERS and bool(
            _CALCULATION.search(chunk.text) or not is_english(chunk.text)
        )
