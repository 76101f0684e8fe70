"""Lists keep their pairs: what a statement prints piece by piece ("A (X), B (Y)", "1.9 months in T, 3.6 months in U") stays so.

A piece lies between commas, semicolons, colons, stops and "and"s outside brackets and combinations. Two things of different
sorts that a sentence says of each other are stopped where a statement has them in different pieces, each beside another of the
other's sort, and none has them in one. It judges nothing that a statement does not print in such pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise, permutations

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

Cell = tuple[str, str]
_SPLITS = frozenset({",", ";", ":", ".", "and", "while", "wherea", "but"})
_SORTS = frozenset({"drug", "trial", "class", "finding", "test"})
_DIRECTIONS = frozenset({"up", "down"})
_RESULTS = frozenset({"result_positive", "result_negative"})
_UNPAIRED = frozenset({"phase", "grade", "level", "ci", "score"})
_AND = "and"
_MEASURE, _SIZES = "measure", frozenset({"doublet", "triplet"})
_ENDPOINTS = frozenset({"endpoint_met", "endpoint_not_met"})
_DENIED_REACH = 5
_IN_ORDER = "respect"
_DATED = frozenset({"event", "condition"})
_EVENTS = frozenset({"approve", "positive_opinion", "application", "vote_for"})
_NAMES = frozenset({"drug", "trial", "class", "test"})


def check_cells(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a pair of things that the statements print in other pairs only."""
    del lexicon
    printed = [_pieces(source) for source in sources]
    for left, right in _pairs(sentence):
        if any({left, right} <= piece for pieces in printed for piece in pieces):
            continue
        both = [pieces for pieces in printed if {left, right} <= frozenset().union(*pieces)]
        owned = left[0] == "trial" and all(_owned(left, right, pieces) for pieces in both)
        crossed = [pieces for pieces in both if _crossed(left, right, pieces)]
        rest = [pieces for pieces in both if pieces not in crossed and _of_one_trial(pieces)]
        if both and (owned or (crossed and not rest)):
            words = f"{_name(left)} and {_name(right)}"
            yield Reason(ReasonCode.RELATION, words, f"these two are printed in other pairs: {words}")


def _crossed(left: Cell, right: Cell, pieces: Sequence[frozenset[Cell]]) -> bool:
    """Whether each of two things stands in pieces beside another of the other's sort only."""
    return _beside_another(left, right, pieces) and _beside_another(right, left, pieces)


def _of_one_trial(pieces: Sequence[frozenset[Cell]]) -> bool:
    """Whether a statement names one trial at most, so that what it says is said of that."""
    return len({cell for piece in pieces for cell in piece if cell[0] == "trial"}) <= 1


def _owned(trial: Cell, fact: Cell, pieces: Sequence[frozenset[Cell]]) -> bool:
    """Whether a figure or finding stands beside other trials only."""
    homes = [piece for piece in pieces if fact in piece]
    return fact[0] not in _NAMES and all(any(cell[0] == "trial" for cell in piece) and trial not in piece for piece in homes)


def _beside_another(cell: Cell, other: Cell, pieces: Sequence[frozenset[Cell]]) -> bool:
    homes = [piece for piece in pieces if cell in piece]
    return bool(homes) and all(any(rival[0] == other[0] for rival in piece) for piece in homes)


def _pairs(sentence: Reading) -> Iterator[tuple[Cell, Cell]]:
    """Names with what is said of them: in one piece, or in one stretch that has a single name of the sort."""
    seen: set[tuple[Cell, Cell]] = set()
    if _IN_ORDER in {token.stem for token in sentence.tokens}:
        return
    pieces = _pieces(sentence)
    for cells in (*pieces, *_stretches(sentence)):
        sorts = Counter(sort for sort, _ in cells)
        for left, right in permutations(sorted(cells), 2):
            if left[0] == right[0] or (left, right) in seen or not _paired(left, right):
                continue
            if cells not in pieces and left[0] == "trial" and _beside_another(right, left, pieces):
                continue
            alone = [sorts[cell[0]] == 1 for cell in (left, right)]
            named = right[0] in _NAMES | {"finding"} or left[0] == "trial"
            if all(alone) or (named and any(alone)):
                seen.add((left, right))
                yield left, right


def _paired(left: Cell, right: Cell) -> bool:
    """Whether two things are said of each other: a name and anything, a measure and whether its endpoint was met."""
    if _MEASURE in {left[0], right[0]}:
        return left[0] == _MEASURE and right[1] in _ENDPOINTS
    if "date" in {left[0], right[0]} and {left[0], right[0]} & _DATED:
        return left[0] == "date"
    return left[0] in _NAMES and right[0] not in _DATED


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
        if token.stem in _SPLITS and not reading.depths[index] and index not in whole and not _goes_on(reading, index)
    ]
    cells = _cells(reading)
    found: list[tuple[str, frozenset[Cell]]] = []
    for first, last in pairwise([0, *cuts, len(reading.tokens)] if reading.tokens else []):
        found.append((reading.tokens[first].stem, frozenset(cell for place, cell in cells if first <= place < last)))
    return _inherit([(cut, piece) for cut, piece in found if piece])


def _inherit(pieces: list[tuple[str, frozenset[Cell]]]) -> list[frozenset[Cell]]:
    """Give the items of a list what is said of them before or behind it ("A and B met ...", "met in A and B")."""
    result = [piece for _, piece in pieces]
    for index in range(1, len(pieces)):
        if pieces[index][0] == _AND and _only_names(result[index]):
            result[index] |= _findings(result[index - 1])
    for index in range(len(pieces) - 2, -1, -1):
        if pieces[index + 1][0] == _AND and _only_names(result[index]):
            result[index] |= _findings(result[index + 1])
    for index in range(1, len(pieces)):
        # "No results had been seen for A (...), B (...) or C": each of them.
        if pieces[index][0] in {",", _AND} and not _findings(result[index]) and any(c[0] == "trial" for c in result[index]):
            result[index] |= frozenset(cell for cell in _findings(result[index - 1]) if cell[1] in OPEN_FINDINGS)
    return result


def _only_names(piece: frozenset[Cell]) -> bool:
    return {cell[0] for cell in piece} <= _NAMES | {_MEASURE}


def _findings(piece: frozenset[Cell]) -> frozenset[Cell]:
    return frozenset(cell for cell in piece if cell[0] == "finding")


def _denied(reading: Reading, mention: Mention) -> bool:
    """Whether a direction stands behind a denial ("no such gain"): it tells nothing of its name then."""
    near = [m for m in reading.of_kind("negator") if 0 < mention.first - m.first <= _DENIED_REACH]
    return mention.kind in _DIRECTIONS and bool(near)


def _goes_on(reading: Reading, index: int) -> bool:
    """Whether a comma only opens what is told of the name before it ("A, studied in T, and B, studied in U")."""
    following = reading.tokens[index + 1 : index + 2]
    return reading.tokens[index].stem == "," and bool(following) and following[0].text.endswith("ed")


def _sort(mention: Mention) -> str:
    if mention.concept in _EVENTS:
        return "event"
    return "finding" if mention.concept in _RESULTS or mention.kind in _DIRECTIONS else mention.kind


def _cells(reading: Reading) -> list[tuple[int, Cell]]:
    """(token, (sort, thing)) of names, findings and figures, earlier treatment aside."""
    prior = {i for arm in reading.arms if arm.prior for i in range(arm.first, arm.last)}
    found = [
        (m.first, (_sort(m), m.concept))
        for m in reading.mentions
        if (m.kind in _SORTS | _DIRECTIONS | {_MEASURE, "condition"} or m.concept in _RESULTS | _EVENTS)
        and m.first not in prior
        and not _denied(reading, m)
    ]
    figures = [q for q in reading.quantities if q.kind not in _UNPAIRED]
    found += [(place, ("drug", concept)) for place, concept in _sized(reading)]
    return found + [(q.first, (q.kind, f"{q.value:g}")) for q in figures]


def _sized(reading: Reading) -> list[tuple[int, str]]:
    """(token, drug) of "the doublet" or "the triplet" behind another one that is named after a drug ("the A triplet")."""
    drugs = {m.last: m.concept for m in reading.of_kind("drug")}
    led, found = "", []
    for index, token in enumerate(reading.tokens):
        if token.stem in _SIZES:
            led = drugs.get(index, led)
            found += [(index, led)] if led and index not in drugs else []
    return found


def _name(cell: Cell) -> str:
    return cell[1].replace("_", " ")
