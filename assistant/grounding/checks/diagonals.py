"""Figures that a statement prints in one run stay in it: "7.2 % with A and 3.1 % with B; nausea in 35.0 % versus 18.8 %".

A run is what is printed side by side of one measure, for one treatment or group after the other. A sentence that sets the first
of one run against the second of another ("nausea in 35.0 % with A and 3.1 % with B") has crossed from one result to another,
whatever the words between; so has one that leaves out both figures that would have made a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.types import Figure, Quantity, Reading, Reason, ReasonCode

_KINDS = ("months", "percent", "count")
_FEWEST = 2
Run = tuple[Figure, ...]


def check_diagonals(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for two figures side by side that stand in different places of two printed runs."""
    del lexicon
    for kind in _KINDS:
        stated = [f for f in sentence.figures if f.quantity.kind == kind and f.quantity.upper is None]
        if len(stated) < _FEWEST:
            continue
        runs = [run for source in sources for run in _runs(source, kind)]
        for left, right in pairwise(stated):
            if _crosses(left, right, sentence, runs) and not _printed_beside(left, right, sources):
                words = sentence.phrase(left.quantity.first, right.quantity.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"these two are of two results: “{words}”")


def _crosses(left: Figure, right: Figure, sentence: Reading, runs: Sequence[Run]) -> bool:
    """Whether two figures of one stretch are printed once each, in other places of two runs, without their partners."""
    if sentence.segments[left.quantity.first] != sentence.segments[right.quantity.first]:
        return False
    homes = [
        [(run, place) for run in runs for place, f in enumerate(run) if agrees(figure.quantity, f.quantity)]
        for figure in (left, right)
    ]
    if not all(homes):
        return False
    pairs = [(one, first, other, second) for one, first in homes[0] for other, second in homes[1]]
    if not all(one is not other and first != second and len(one) == len(other) for one, first, other, second in pairs):
        return False
    free = [
        all(not _stated(one[second].quantity, sentence) for one, _, _, second in pairs),
        all(not _stated(other[first].quantity, sentence) for _, first, other, _ in pairs),
    ]
    twice = [_times(figure.quantity, sentence) > 1 for figure in (left, right)]
    return (free[0] and (free[1] or twice[1])) or (free[1] and twice[0])


def _times(quantity: Quantity, sentence: Reading) -> int:
    return sum(agrees(other, quantity) for other in sentence.quantities)


def _stated(quantity: Quantity, sentence: Reading) -> bool:
    return any(agrees(other, quantity) for other in sentence.quantities)


def _printed_beside(left: Figure, right: Figure, sources: Sequence[Reading]) -> bool:
    """Whether some statement prints the two figures one after the other."""
    for source in sources:
        row = [f.quantity for f in source.figures if f.quantity.kind == left.quantity.kind]
        if any(agrees(left.quantity, one) and agrees(right.quantity, other) for one, other in pairwise(row)):
            return True
    return False


def _runs(source: Reading, kind: str) -> Iterator[Run]:
    """Figures of one kind and measure that follow each other in one stretch, each for another treatment or group."""
    run: list[Figure] = []
    for figure in (f for f in source.figures if f.quantity.kind == kind and f.quantity.upper is None):
        if run and not _goes_on(run, figure, source):
            if len(run) >= _FEWEST:
                yield tuple(run)
            run = []
        run.append(figure)
    if len(run) >= _FEWEST:
        yield tuple(run)


def _goes_on(run: Sequence[Figure], figure: Figure, source: Reading) -> bool:
    last = run[-1]
    together = source.segments[last.quantity.first] == source.segments[figure.quantity.first]
    told_apart = all((f.arm, f.conditions) != (figure.arm, figure.conditions) for f in run)
    return together and last.measures == figure.measures and told_apart
