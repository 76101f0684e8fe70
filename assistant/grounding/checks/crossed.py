"""Two figures in each other's place: a row whose figures stand for the treatments that the other is printed for.

Where a sentence is told apart ("; median survival was 31 and 39 months, respectively") a part has no names of its own, and the
order of its figures is only known from the whole. So this is asked of the whole, and what it stops is not told apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.figures import COMPARATOR
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Figure, Reading, Reason, ReasonCode

_KINDS = frozenset({"months", "percent"})
_ROW_WORDS = frozenset({"and", "versus", "vs", "against", "/", "month", "%", "percent"})


def check_crossed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for two figures side by side, in a stretch without names, that are printed for each other's
    treatment.
    """
    del lexicon
    figures = [figure for figure in sentence.figures if figure.quantity.kind in _KINDS]
    for one, other in pairwise(figures):
        between = {token.stem for token in sentence.tokens[one.quantity.last : other.quantity.first]}
        row = one.quantity.kind == other.quantity.kind and between <= _ROW_WORDS and one.measures == other.measures
        number = sentence.segments[other.quantity.first]
        named = any(sentence.segments[arm.first] == number for arm in sentence.arms)
        if row and one.measures and not named and _crossed(one, other, sources):
            words = sentence.phrase(one.quantity.first, other.quantity.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"printed for each other's treatment: “{words}”")


def _crossed(one: Figure, other: Figure, sources: Sequence[Reading]) -> bool:
    """Whether every statement that prints both figures of their measure has them for each other's treatment."""
    arms = undosed(one.arm), undosed(other.arm)
    if not all(arms) or arms[0] == arms[1] or COMPARATOR in arms[0] | arms[1]:
        return False
    found = [
        (undosed(left.arm), undosed(right.arm))
        for source in sources
        for left in source.figures
        for right in source.figures
        if agrees(one.quantity, left.quantity)
        and agrees(other.quantity, right.quantity)
        and left.measures == right.measures == one.measures
    ]
    return bool(found) and all(pair == arms[::-1] for pair in found)
