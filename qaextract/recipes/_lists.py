"""Lists in a document: where a block stands, which items go together, and what announces them."""

from __future__ import annotations

from dataclasses import dataclass

from qaextract.model import Block, Document


@dataclass(frozen=True, eq=False)
class Whole:
    """A document as the key of a cache: the very object, not one that equals it."""

    document: Document

    def __hash__(self) -> int:
        return hash(self.document.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Whole) and other.document is self.document


def indent(block: Block) -> float:
    """How far a block is indented: points from the left of the page, or the depth of an item times as much."""
    if block.bbox is not None:
        return block.bbox.x0
    return 12.0 * (block.level or 0)
