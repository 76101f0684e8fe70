"""Two figures in the order of two groups that are set against each other before them.

"OS was 47.9 months with first-line and 48.1 months with second-line use. Time on treatment was 24.6 versus 8.1 months": the
later pair names no group, and is told in the order of the groups before it. So is a second pair of one stretch ("7.8 months by
investigators and 11.0 by central review, versus 3.2 and 4.1 with B"), and a pair in brackets behind one group is that group's
and its counterpart's ("more events with first-line use (20 vs 10)").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.grounding.reading.stretches import CONDITION_KINDS
from assistant.grounding.types import Figure, Mention, Reading

_PAIR = 2
_LINE, _GENES, _REVIEWERS = "line", "biomarker", "assessor"
_TOLD_APART = (_LINE, _GENES, _REVIEWERS)
_BRACKET_REACH, _NAME_REACH = 3, 6
_ELIDED = {("with", "and"): "without", ("without", "and"): "with", ("with", "versus"): "without"}
_TURNED = {"altered": "unaltered", "unaltered": "altered"}


def follow_groups(reading: Reading, figures: list[Figure], group: list[int], comparator: str) -> None:
    """Give a pair of figures that no group stands with the two groups told before it, each its own."""
    first, last = figures[group[0]].quantity, figures[group[-1]].quantity
    for dimension in _TOLD_APART if len(group) == _PAIR else ():
        told = [m for m in reading.of_kind(*CONDITION_KINDS) if m.dimension == dimension]
        own = {reading.segments[first.first], reading.segments[last.first]}
        near = [m for m in told if reading.segments[m.first] in own]
        if near:
            order = _in_brackets(reading, told, near, first.first) or _second_pair(reading, near, figures, group[0])
        else:
            order = _order(told, first.first) if dimension != _REVIEWERS else []
        if len(order) != _PAIR or not _opposed(order, dimension):
            continue
        arms = [figures[position].arm for position in group]
        arms = [arms[0]] * _PAIR if arms[1] == frozenset({comparator}) else arms
        for position, concept, arm in zip(group, order, arms, strict=True):
            conditions = {**figures[position].conditions, dimension: frozenset({concept})}
            figures[position] = replace(figures[position], conditions=conditions, arm=arm)


def _order(told: Sequence[Mention], before: int) -> list[str]:
    """The groups named before a place, in their order; one named before and after the other has no place."""
    named = [m.concept for m in told if m.first < before]
    order = list(dict.fromkeys(named))
    return order if [c for i, c in enumerate(named) if not i or named[i - 1] != c] in (order, order * _PAIR) else []


def _second_pair(reading: Reading, near: Sequence[Mention], figures: Sequence[Figure], position: int) -> list[str]:
    """The two groups of a stretch that each have a figure before them, which a second pair of figures follows."""
    first = figures[position].quantity
    if len(near) != _PAIR or near[-1].last > first.first:
        return []
    places = [f.quantity.first for f in figures[:position] if f.quantity.kind == first.kind]
    places = [place for place in places if reading.segments[place] == reading.segments[first.first]]
    apart = len(places) == _PAIR and places[0] < near[0].first < places[1] < near[1].first
    return [m.concept for m in near] if apart else []


def _in_brackets(reading: Reading, told: Sequence[Mention], near: Sequence[Mention], first: int) -> list[str]:
    """A group right before a bracket with a pair set against each other, and its counterpart named before."""
    ahead = [m for m in near if m.last <= first]
    opening = reading.depths[first] > 0 and reading.tokens[first - 1].text == "("
    if len(near) != 1 or not ahead or not opening or first - ahead[-1].last > _BRACKET_REACH:
        return []
    others = list(dict.fromkeys(m.concept for m in told if m.first < first and m.concept != ahead[-1].concept))
    opposed = any(m.first > first and m.first - first <= _BRACKET_REACH for m in reading.of_kind("versus"))
    return [ahead[-1].concept, others[0]] if len(others) == 1 and opposed and ahead[-1].dimension == _LINE else []


def _opposed(order: Sequence[str], dimension: str) -> bool:
    """Whether two groups are two lines of treatment, two reviewers, or the two states of one gene."""
    genes = {concept.partition(":")[0] for concept in order}
    return len(genes) == 1 or dimension in {_LINE, _REVIEWERS}


def fill_states(reading: Reading, figures: list[Figure]) -> None:
    """Give the first of two figures the state of the gene named behind the second ("15 months with and 23 without X")."""
    for position, (one, other) in enumerate(pairwise(figures)):
        between = tuple(t.stem for t in reading.tokens[one.quantity.last : other.quantity.first])
        if one.quantity.kind != other.quantity.kind or between not in _ELIDED:
            continue
        behind = {reading.tokens[i].stem for i in range(other.quantity.last, min(len(reading.tokens), other.quantity.last + 1))}
        named = [m for m in reading.of_kind("condition") if 0 <= m.first - other.quantity.last <= _NAME_REACH]
        states = [m.concept.partition(":") for m in named if m.dimension == _GENES]
        if states and behind == {_ELIDED[between]} and states[0][2] in _TURNED:
            concept = f"{states[0][0]}:{_TURNED[states[0][2]]}"
            conditions = {**one.conditions, _GENES: frozenset({concept})}
            figures[position] = replace(one, conditions=conditions)
