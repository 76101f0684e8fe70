"""Two figures in the order of two groups that the sentence before them sets against each other.

"OS was 47.9 months with first-line and 48.1 months with second-line use. Time on treatment was 24.6 versus 8.1 months": the
later pair names no group, and is told in the order of the groups before it.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.grounding.stretches import CONDITION_KINDS
from assistant.grounding.types import Figure, Mention, Reading

_PAIR = 2
_TOLD_APART = ("line", "biomarker")
_STOPS = frozenset({".", ";"})


def follow_groups(reading: Reading, figures: list[Figure], group: list[int], comparator: str) -> None:
    """Give a pair of figures that no group stands with the two groups told before it, each its own."""
    first, last = figures[group[0]].quantity, figures[group[-1]].quantity
    for dimension in _TOLD_APART if len(group) == _PAIR else ():
        told = [m for m in reading.of_kind(*CONDITION_KINDS) if m.dimension == dimension]
        begin, end = _clause(reading, first.first, last.last)
        order = _order(told, first.first)
        if any(begin <= m.first < end for m in told) or len(order) != _PAIR or not _opposed(order):
            continue
        arms = [figures[position].arm for position in group]
        shared = arms[0] if arms[1] in {frozenset({comparator}), arms[0]} else None
        if shared is None:
            continue
        for position, concept in zip(group, order, strict=True):
            conditions = {**figures[position].conditions, dimension: frozenset({concept})}
            figures[position] = replace(figures[position], conditions=conditions, arm=shared)


def _order(told: list[Mention], before: int) -> list[str]:
    """The groups named before a place, in their order; one named before and after the other has no place."""
    named = [m.concept for m in told if m.first < before]
    order = list(dict.fromkeys(named))
    return order if [c for i, c in enumerate(named) if not i or named[i - 1] != c] in (order, order * _PAIR) else []


def _opposed(order: list[str]) -> bool:
    """Whether two groups are two lines of treatment, or the two states of one gene."""
    genes = {concept.partition(":")[0] for concept in order}
    return len(genes) == 1 or not any(":" in concept for concept in order)


def _clause(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """The tokens between the stops or semicolons around a stretch."""
    marks = [index for index, token in enumerate(reading.tokens) if token.stem in _STOPS]
    return (
        max((mark for mark in marks if mark < first), default=0),
        min((mark for mark in marks if mark >= last), default=len(reading.tokens)),
    )
