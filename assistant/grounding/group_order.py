"""Two figures in the order of two groups that the sentence before them sets against each other.

"OS was 47.9 months with first-line and 48.1 months with second-line use. Time on treatment was 24.6 versus 8.1 months": the
later pair names no group, and is told in the order of the groups before it.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.grounding.stretches import CONDITION_KINDS
from assistant.grounding.types import Figure, Mention, Reading

_PAIR = 2
_LINE = "line"
_TOLD_APART = (_LINE, "biomarker")


def follow_groups(reading: Reading, figures: list[Figure], group: list[int], comparator: str) -> None:
    """Give a pair of figures that no group stands with the two groups told before it, each its own."""
    first, last = figures[group[0]].quantity, figures[group[-1]].quantity
    for dimension in _TOLD_APART if len(group) == _PAIR else ():
        told = [m for m in reading.of_kind(*CONDITION_KINDS) if m.dimension == dimension]
        order = _order(told, first.first)
        own = {reading.segments[first.first], reading.segments[last.first]}
        if any(reading.segments[m.first] in own for m in told) or len(order) != _PAIR or not _opposed(order, dimension):
            continue
        arms = [figures[position].arm for position in group]
        arms = [arms[0]] * _PAIR if arms[1] == frozenset({comparator}) else arms
        for position, concept, arm in zip(group, order, arms, strict=True):
            conditions = {**figures[position].conditions, dimension: frozenset({concept})}
            figures[position] = replace(figures[position], conditions=conditions, arm=arm)


def _order(told: list[Mention], before: int) -> list[str]:
    """The groups named before a place, in their order; one named before and after the other has no place."""
    named = [m.concept for m in told if m.first < before]
    order = list(dict.fromkeys(named))
    return order if [c for i, c in enumerate(named) if not i or named[i - 1] != c] in (order, order * _PAIR) else []


def _opposed(order: list[str], dimension: str) -> bool:
    """Whether two groups are two lines of treatment, or the two states of one gene."""
    genes = {concept.partition(":")[0] for concept in order}
    return len(genes) == 1 or dimension == _LINE
