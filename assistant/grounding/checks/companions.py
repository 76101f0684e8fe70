"""What stands in brackets behind a figure or a treatment stays with it: "7.2 months with A (HR 0.59) and 7.7 with B (HR 0.64)".

It judges only where each of two rivals has a companion of its own in one statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_MAIN = frozenset({"months", "percent"})
_COMPANION = "ratio"
_TRIPLE = frozenset({"triplet", "three", "3"})
_SIZES = frozenset({"triplet", "doublet"})
_FEWEST = 2
Entry = tuple[Quantity, frozenset[str], Quantity]


def check_companions(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a ratio beside a result, or for treatments, that a statement prints with another ratio."""
    del lexicon
    for source in sources:
        entries = _entries(source)
        for ratio in sentence.quantities if len(entries) >= _FEWEST else ():
            own = [entry for entry in entries if agrees(ratio, entry[2])] if ratio.kind == _COMPANION else []
            if len(own) == 1 and _of_another(sentence, ratio, own[0], [e for e in entries if e is not own[0]]):
                words = sentence.phrase(ratio.first, ratio.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed beside another result")


def _of_another(sentence: Reading, ratio: Quantity, own: Entry, others: Sequence[Entry]) -> bool:
    """Whether the stretch of a ratio has the result or exactly the treatments of another entry, and not its own."""
    depth = sentence.depths[ratio.first]
    before = [q for q in sentence.quantities if q.kind in _MAIN and q.last <= ratio.first]
    if before and depth and any(agrees(before[-1], entry[0]) for entry in others):
        return not agrees(before[-1], own[0])
    number = sentence.segments[ratio.first]
    near = [q for q in sentence.quantities if sentence.segments[q.first] == number and q.kind in {*_MAIN, _COMPANION}]
    drugs = frozenset(m.concept for m in sentence.of_kind("drug") if sentence.segments[m.first] == number)
    told = _TRIPLE & {token.stem for token in sentence.tokens}
    fewer = drugs < own[1] and any(entry[1] == drugs for entry in others)
    if len(near) == 1 and len(drugs) >= _FEWEST and fewer and not told:
        return True
    sizes = {m.concept for m in sentence.mentions if m.concept in _SIZES and sentence.segments[m.first] == number}
    other = any(sizes <= entry[1] for entry in others)
    return len(near) == len(sizes) == 1 and bool(own[1] & _SIZES) and not sizes & own[1] and other


def _entries(source: Reading) -> list[Entry]:
    """(result, treatments, ratio) where a ratio opens the bracket behind a result and its treatments."""
    found: list[Entry] = []
    start = 0
    for place, quantity in enumerate(source.quantities):
        main = next((q for q in reversed(source.quantities[:place]) if q.kind in _MAIN and not source.depths[q.first]), None)
        if quantity.kind != _COMPANION or not source.depths[quantity.first] or main is None or main.first < start:
            continue
        names = _names(source, main.last, quantity.first)
        if names:
            found.append((main, names, quantity))
        start = quantity.last
    return found


def _names(source: Reading, first: int, last: int) -> frozenset[str]:
    found = [m for m in source.mentions if m.kind == "drug" or m.concept in _SIZES]
    return frozenset(m.concept for m in found if first <= m.first < last)
