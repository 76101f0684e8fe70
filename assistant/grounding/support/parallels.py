"""Figures and names told in one order: "31.9 and 26.7 months with first and second line, 47.9 and 48.1 after that".

What a figure is stated for is read from the words around it, and several figures in a row are read wrongly now and then. Where
the sentence has two printed figures and the names that tell them apart, each name once, figures and names stand in the same
order or they do not: that tells a pair from a swapped pair whatever the words between are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import PART
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.reading.reader import DOSE_MARK, SIZES
from assistant.grounding.types import Figure, Quantity, Reading, ReasonCode

_REACH, _LINE = 2, "line"
ARMS, CONDITIONS, MEASURES = "arms", "conditions", "measures"


def told_in_order(
    misfit: tuple[ReasonCode, str], figure: Figure, printed: Figure, sentence: Reading, sources: Sequence[Reading]
) -> bool:
    """Whether a figure stands among other printed ones of its kind as their names do, in what the misfit is about."""
    code, message = misfit
    sort = CONDITIONS if code is ReasonCode.POPULATION else MEASURES if message.startswith("as ") else ARMS
    orders = list(told_orders(sort, figure, printed, sentence, sources))
    if sort == ARMS and not orders and printed.conditions.get(_LINE):
        orders = list(told_orders(CONDITIONS, figure, printed, sentence, sources))
    return True in orders and False not in orders


def told_out_of_order(
    misfit: tuple[ReasonCode, str], figure: Figure, printed: Figure, sentence: Reading, sources: Sequence[Reading]
) -> bool:
    """Whether a figure and another printed one stand in the other order than their groups of patients do."""
    orders = list(told_orders(CONDITIONS, figure, printed, sentence, sources)) if misfit[0] is ReasonCode.POPULATION else []
    return False in orders and True not in orders


def told_orders(sort: str, figure: Figure, printed: Figure, sentence: Reading, sources: Sequence[Reading]) -> Iterator[bool]:
    """For each other printed figure that the sentence has: whether the two stand in the order of their names."""
    own = _names(printed, sort)
    for rival in (other for source in sources for other in source.figures if other.quantity.kind == printed.quantity.kind):
        other_result = sort != MEASURES and rival.measures != printed.measures
        if agrees(rival.quantity, printed.quantity) or other_result or _names(rival, sort) == own:
            continue
        for quantity in sentence.quantities:
            if quantity.kind == printed.quantity.kind and agrees(quantity, rival.quantity):
                order = _in_order(figure.quantity, quantity, own, _names(rival, sort), sentence)
                if order is None and sort == ARMS:
                    order = _against_named(figure.quantity, quantity, own, rival, sentence)
                if order is not None:
                    yield order


def _in_order(one: Quantity, other: Quantity, own: frozenset[str], theirs: frozenset[str], sentence: Reading) -> bool | None:
    """Whether two figures stand in the order of the names that one of them has and the other has not; None where unclear.

    A dose that is not stated where others are speaks against the pair.
    """
    numbers = {sentence.segments[one.first], sentence.segments[other.first]}
    everywhere = range(len(sentence.tokens))
    results = {sentence.segments[q.first] for q in sentence.quantities if q.kind == one.kind} - numbers
    open_ = [index for index in everywhere if sentence.segments[index] not in results]
    near = [index for index in everywhere if sentence.segments[index] in numbers]
    if any(name.startswith(DOSE_MARK) and not _places(name, sentence, everywhere) for name in own - set(SIZES)):
        return False if any(quantity.kind == "mg" for quantity in sentence.quantities) else None
    for places in (near, open_):
        firsts, others = ([_places(name, sentence, places) for name in sorted(names)] for names in (own - theirs, theirs - own))
        found = [place for entry in firsts for place in entry], [place for entry in others for place in entry]
        if all(found) and all(len(entry) <= 1 for entry in (*firsts, *others)):
            ahead, behind = max(found[0]) < min(found[1]), min(found[0]) > max(found[1])
            return ahead == (one.first < other.first) if ahead or behind else None
    return None


def _against_named(one: Quantity, other: Quantity, own: frozenset[str], rival: Figure, sentence: Reading) -> bool | None:
    """True where a figure without its name is set against another with its name ("41.9% versus 27.4% with B alone")."""
    if any(_places(name, sentence, range(len(sentence.tokens))) for name in own - rival.arm):
        return None
    marks = [m.first for m in sentence.of_kind("versus")]
    behind = [arm for arm in sentence.arms if arm.concepts == rival.arm and 0 <= arm.first - other.last <= _REACH]
    return True if behind and any(one.last == mark < other.first <= mark + 2 for mark in marks) else None


def _places(name: str, sentence: Reading, places: Sequence[int]) -> list[int]:
    """Where a name, or a dose as a figure, stands."""
    doses = [q.first for q in sentence.quantities if q.kind == "mg" and name == f"{DOSE_MARK}{q.value:g}"]
    return [
        place
        for place in (*doses, *(m.first for m in sentence.mentions if m.concept == name and m.kind != PART))
        if place in places
    ]


def _names(figure: Figure, sort: str) -> frozenset[str]:
    if sort == ARMS:
        return figure.arm
    if sort == MEASURES:
        return figure.measures
    return frozenset().union(*figure.conditions.values()) if figure.conditions else frozenset()
