"""Lists keep their pairs: what a statement prints piece by piece ("A (X), B (Y)", "1.9 months in T, 3.6 months in U") stays so.

A piece lies between commas, semicolons, colons, stops and "and"s outside brackets and combinations. Two things of different
sorts that a sentence says of each other are stopped where a statement has them in different pieces, each beside another of the
other's sort, and none has them in one. It judges nothing that a statement does not print in such pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from assistant.grounding.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

Cell = tuple[str, str]
_SPLITS = frozenset({",", ";", ":", ".", "and", "while", "wherea", "but"})
_SORTS = frozenset({"drug", "trial", "class", "finding"})
_RESULTS = frozenset({"result_positive", "result_negative"})
_UNPAIRED = frozenset({"phase", "grade", "level", "ci", "score"})
_IN_ORDER = "respect"
_NAMES = frozenset({"drug", "trial", "class"})


def check_cells(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a pair of things that the statements print in other pairs only."""
    del lexicon
    printed = [_pieces(source) for source in sources]
    for left, right in _pairs(sentence):
        if any({left, right} <= piece for pieces in printed for piece in pieces):
            continue
        both = [pieces for pieces in printed if {left, right} <= frozenset().union(*pieces)]
        if both and all(_crossed(left, right, pieces) for pieces in both):
            words = f"{_name(left)} and {_name(right)}"
            yield Reason(ReasonCode.RELATION, words, f"these two are printed in other pairs: {words}")


def _crossed(left: Cell, right: Cell, pieces: Sequence[frozenset[Cell]]) -> bool:
    """Whether each of two things stands in pieces beside another of the other's sort only."""
    return _beside_another(left, right, pieces) and _beside_another(right, left, pieces)


def _beside_another(cell: Cell, other: Cell, pieces: Sequence[frozenset[Cell]]) -> bool:
    homes = [piece for piece in pieces if cell in piece]
    return bool(homes) and all(any(rival[0] == other[0] for rival in piece) for piece in homes)


def _pairs(sentence: Reading) -> Iterator[tuple[Cell, Cell]]:
    """Names with what is said of them: in one piece, or in one stretch that has a single name of the sort."""
    seen: set[tuple[Cell, Cell]] = set()
    if _IN_ORDER in {token.stem for token in sentence.tokens}:
        return
    for cells in (*_pieces(sentence), *_stretches(sentence)):
        sorts = Counter(sort for sort, _ in cells)
        for left, right in permutations(sorted(cells), 2):
            if left[0] not in _NAMES or left[0] == right[0] or (left, right) in seen:
                continue
            alone = [sorts[cell[0]] == 1 for cell in (left, right)]
            named = right[0] in _NAMES | {"finding"} or left[0] == "trial"
            if all(alone) or (named and any(alone)):
                seen.add((left, right))
                yield left, right


def _stretches(reading: Reading) -> list[frozenset[Cell]]:
    cells = _cells(reading)
    numbers = sorted(set(reading.segments))
    return [frozenset(cell for place, cell in cells if reading.segments[place] == number) for number in numbers]


def _pieces(reading: Reading) -> list[frozenset[Cell]]:
    whole = {i for arm in reading.arms for i in range(arm.first, arm.last)}
    whole |= {i for m in reading.mentions for i in range(m.first, m.last)}
    cuts = [
        index
        for index, token in enumerate(reading.tokens)
        if token.stem in _SPLITS and not reading.depths[index] and index not in whole
    ]
    cells = _cells(reading)
    bounds = [0, *cuts, len(reading.tokens)]
    found = [frozenset(cell for place, cell in cells if first <= place < last) for first, last in pairwise(bounds)]
    return [piece for piece in found if piece]


def _cells(reading: Reading) -> list[tuple[int, Cell]]:
    """(token, (sort, thing)) of names, findings and figures, earlier treatment aside."""
    prior = {i for arm in reading.arms if arm.prior for i in range(arm.first, arm.last)}
    found = [
        (m.first, ("finding" if m.concept in _RESULTS else m.kind, m.concept))
        for m in reading.mentions
        if (m.kind in _SORTS or m.concept in _RESULTS) and m.first not in prior
    ]
    figures = [q for q in reading.quantities if q.kind not in _UNPAIRED]
    return found + [(q.first, (q.kind, f"{q.value:g}")) for q in figures]


def _name(cell: Cell) -> str:
    return cell[1].replace("_", " ")
