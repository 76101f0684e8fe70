"""What is said of "all three" of the drugs named before: true where a statement tells it of each of them.

"A and B are oral SERDs and C is a PROTAC; all three hold approval" follows where each drug stands in a statement that has an
approval and denies nothing. What is counted, measured or compared so is not borne out by that.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.evidence import FUNCTION_KINDS
from assistant.grounding.types import Mention, Reading

_NUMBERS = {"three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
_FORBIDDEN = ("negator", "finding", "up", "down", "versus", "measure")


def told_of_each(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "all three" stands for the drugs before it, and what is said of them for each in a statement."""
    number = next((_NUMBERS.get(token.stem) for token in sentence.tokens[mention.last : mention.last + 1]), None)
    drugs = {m.concept for m in sentence.of_kind("drug") if m.last <= mention.first}
    behind = [m for m in sentence.mentions if m.first >= mention.last]
    if number is None or len(drugs) != number or any(m.kind in {"drug", *_FORBIDDEN} for m in behind):
        return False
    if any(q.first > mention.last + 1 for q in sentence.quantities):
        return False
    told = {m.concept for m in behind if m.kind not in FUNCTION_KINDS}
    return bool(told) and all(any(_tells(drug, told, source) for source in sources) for drug in drugs)


def _tells(drug: str, told: set[str], source: Reading) -> bool:
    """Whether a statement has what is told of no other drug but this one."""
    return {m.concept for m in source.of_kind("drug")} == {drug} and told <= source.concepts()
