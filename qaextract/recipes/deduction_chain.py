"""Chains of reasoning: what a passage starts from, infers on the way, and concludes.

After the Phi-4 Technical Report (arXiv 2412.08905, section 2.2 and appendix D.1.1): the chain is annotated first, and
the question is then made from passage and annotation together.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qaextract.english import is_english
from qaextract.model import Ask, Chunk, Context, Draft
from qaextract.points import recipes
from qaextract.prompt import parts
from qaextract.recipes._asked import Said, is_prose

_LEAST_LETTERS = 300
_REASONING = re.compile(
    r"\b(?:because|since|so|therefore|thus|hence|if|then|follows?|consequently|reasons?|why|implies|imply|implying"
    r"|means? that|must|leads? to|results? in|as a result|for this|otherwise|unless|suppose|proof|prove[ds]?"
    r"|shows? that|caus\w+|due to|accordingly|depends? on)\b",
    re.IGNORECASE,
)


class Chain(BaseModel):
    """A chain of reasoning that the passage itself draws."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    premises: tuple[Said, ...] = Field(description="What the passage takes as given.", min_length=1)
    steps: tuple[Said, ...] = Field(
        description="What it infers on the way, in order, each from what stands before it.", min_length=1
    )
    conclusion: Said = Field(description="What it arrives at.")

    def parts(self) -> tuple[Said, ...]:
        """All parts in order."""
        return (*self.premises, *self.steps, self.conclusion)

    @model_validator(mode="after")
    def _rests_on_more_than_one_sentence(self) -> Chain:
        if len({quote for part in self.parts() for quote in part.quotes}) < 2:
            raise ValueError("a chain rests on at least two different quotes; leave out what is said in one sentence")
        return self


class Chains(BaseModel):
    """The chains of a passage."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    chains: tuple[Chain, ...] = Field(description="The best chains; empty where the passage draws none.")


class Reformulated(BaseModel):
    """A question that leads through a chain, and its answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str = Field(description="States the premises as facts and asks for the conclusion, without saying it.")
    answer: str = Field(description="The steps in order, one sentence each, and at the end the conclusion.")


class Reformulation(BaseModel):
    """What became of a chain."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pairs: tuple[Reformulated, ...] = Field(description="One pair; empty where the chain does not hold.")


class DeductionChainDraft(Draft):
    """A question that asks for a conclusion, and the chain that leads there; `quotes` are those of all its parts."""

    question: str = Field(description="States the premises as facts and asks for the conclusion.")
    answer: str = Field(description="The steps in order, and at the end the conclusion.")
    premises: tuple[Said, ...] = Field(description="What the chain takes as given.")
    steps: tuple[Said, ...] = Field(description="What it infers on the way, in order.")
    conclusion: Said = Field(description="What it arrives at.")


ANNOTATE = """\
Task: find chains of reasoning in the passage. Do not write questions yet. A chain has three kinds of parts:

- `premises`: what the passage takes as given: facts, definitions, measurements, assumptions;
- `steps`: what it infers on the way, in order, each from the premises and steps before it; at least one;
- `conclusion`: what it arrives at, which is more than any one premise says.

For each part write one sentence of your own that stands alone (`says`), and copy into its `quotes` the whole sentence \
of the passage that says it. A sentence that says two parts may be quoted for both, but the chain as a whole rests on \
at least two sentences.

It is a chain only if the passage itself draws it. Signs are words like because, since, so, therefore, if, it follows, \
for that reason; an argument, a proof, a diagnosis, the reasons for a design. It is no chain if
- statements merely stand one after another: events in time, steps of instructions, properties of a thing;
- a link is missing that you would have to add from what you know;
- the conclusion only repeats a premise, or is a definition, an opinion or an advice without its reasons.

An example from another text, not to be used: "Marrow lock is filled from the upper pond. In August the upper pond \
sinks below the sluice, so that no water reaches the lock. Boats then have to wait for rain."
Premises: "Marrow lock is filled from the upper pond." "In August the upper pond sinks below the sluice of Marrow \
lock." Step: "In August no water reaches Marrow lock." Conclusion: "In August boats at Marrow lock have to wait for \
rain."

Reply with at most {most} chains, the best ones. No chain is a good reply too: most passages tell and do not argue."""

REFORMULATE = """\
Task: turn this chain of reasoning, which was found in the passage, into one question and its answer.

{chain}

First hold the chain against the passage. Reply with an empty list if the passage does not say some part of it, if \
some part does not follow from those before it, or if nobody would need the steps to come to the conclusion.

The question
- states, as facts and with all names, numbers and conditions, the premises that a reader has to start from;
- then asks for the conclusion, in one question of what, which, how or when; not yes or no;
- says neither the conclusion nor any step, so that there is something to reason.

The answer
- takes the steps in their order, one short sentence each, and says what each follows from;
- ends with the conclusion, in a sentence that answers the question;
- keeps to the words, numbers and negations of the passage, names things (not "the two", "the latter"), and has \
nothing that the passage does not say;
- is about 30 to 120 words, without headings, numbering, or any mention of premises, steps or a chain.

An example from another text, not to be used.
Good: "Marrow lock is filled from the upper pond, and in August the upper pond sinks below the sluice. What do boats \
that come to Marrow lock in August have to do?" – "With the upper pond below the sluice, no water reaches Marrow lock. \
Without water the lock cannot be filled, so boats have to wait for rain."
Bad: "Why do boats have to wait for rain at Marrow lock in August?" (says the conclusion). "What follows from the low \
pond?" (which pond? low when?). "Why is no water in the lock, and what do boats do?" (two questions)."""


@recipes.register("deduction_chain")
@dataclass(frozen=True)
class DeductionChain:
    """What follows from given facts, and by which steps? Asked by a model in two stages: find the chain, then ask."""

    draft: ClassVar[type[Draft]] = DeductionChainDraft
    default: ClassVar[bool] = False
    reads: ClassVar[str] = "prose"
    most: int = 2
    quota: int = 4

    def accepts(self, chunk: Chunk) -> bool:
        """Whether there is prose enough and, in English, a word of reasoning."""
        return is_prose(chunk, _LEAST_LETTERS) and bool(_REASONING.search(chunk.text) or not is_english(chunk.text))

    def extract(self, unit: Chunk, context: Context) -> Generator[Ask, BaseModel | None, Iterable[Draft]]:
        """Annotate, then reformulate each chain; no chain ends it after the first stage."""
        found = yield Ask("annotate", parts(context, ANNOTATE.format(most=self.most)), Chains)
        drafts: list[Draft] = []
        for chain in found.chains[: self.most] if isinstance(found, Chains) else ():
            task = REFORMULATE.format(chain="\n".join(_listed(chain)))
            made = yield Ask("reformulate", parts(context, task), Reformulation)
            if isinstance(made, Reformulation):
                drafts += [_draft(chain, pair) for pair in made.pairs[:1]]
        return drafts


def _listed(chain: Chain) -> Iterator[str]:
    for title, said in (("Premise", chain.premises), ("Step", chain.steps), ("Conclusion", (chain.conclusion,))):
        for part in said:
            yield f"{title}: {part.says}"
            yield from (f"    quoted: {quote}" for quote in part.quotes)


def _draft(chain: Chain, pair: Reformulated) -> DeductionChainDraft:
    quotes = dict.fromkeys(quote for part in chain.parts() for quote in part.quotes)
    return DeductionChainDraft(
        question=pair.question,
        answer=pair.answer,
        quotes=tuple(quotes),
        premises=chain.premises,
        steps=chain.steps,
        conclusion=chain.conclusion,
    )
