"""A second row of figures for another treatment: "A had 16.4 and 46.7 months; for B, the medians were 9.3 and 37.3".

The second row names its treatment and nothing else; its figures measure what those of the first row do, in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.grounding.types import Arm, Figure, Quantity, Reading

_SIDES = 2
_UNITS, _ROW = frozenset({"month", "%", "percent", "mo"}), "respect"


def own_row(reading: Reading, arms: Sequence[Arm], first: Quantity, last: Quantity) -> frozenset[str] | None:
    """The treatment that a stretch names alone, for both its figures, where the stretch before has a row of another one ("A had
    16.4 and 46.7 months; for B, the medians were 9.3 and 37.3").
    """
    number = reading.segments[first.first]
    near = {arm.concepts for arm in arms if reading.segments[arm.first] == number}
    earlier = {arm.concepts for arm in arms if reading.segments[arm.first] < number}
    before = [q for q in reading.quantities if q.kind == last.kind and reading.segments[q.first] == number - 1]
    row = [q for q in reading.quantities if q.kind == last.kind and reading.segments[q.first] == number]
    listed = [token.stem for token in reading.tokens[first.last : last.first] if token.stem not in _UNITS] == ["and"]
    ordered = any(token.stem == _ROW for i, token in enumerate(reading.tokens) if reading.segments[i] == number)
    whole = len(near) == 1 and len(earlier) == 1 and not near & earlier
    return near.pop() if whole and listed and not ordered and len(before) == len(row) == _SIDES else None


def follow_row(reading: Reading, figures: list[Figure], group: Sequence[int], arms: Sequence[Arm]) -> None:
    """Give the figures of a second row the measures, grades and groups of the first one, where its stretch names no measure."""
    first, last = figures[group[0]].quantity, figures[group[-1]].quantity
    if len(group) != _SIDES or own_row(reading, arms, first, last) is None:
        return
    number = reading.segments[first.first]
    if any(reading.segments[m.first] == number for m in reading.of_kind("measure", "condition")):
        return
    row = [f for f in figures if f.quantity.kind == last.kind and reading.segments[f.quantity.first] == number - 1]
    for position, above in zip(group, row, strict=True):
        figures[position] = replace(figures[position], measures=above.measures, conditions=above.conditions)
