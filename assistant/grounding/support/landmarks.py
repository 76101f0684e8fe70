"""Figures that no statement need print: the value of no difference, the bar of a p value, the digit of a test's code.

They are not results but what results are held against, and each must be true of what the statements print.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.types import Quantity, Reading

_NO_DIFFERENCE, _BAR = 1.0, 0.05
_HOLDING = frozenset({"includ", "cross", "contain", "span", "overlap", "encompass"})
_BELOW = frozenset({"under", "below"})
_INTERVALS = frozenset({"ci", "interval", "interv"})
_REACH, _WORDS_BETWEEN = 8, 2


def is_null(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether 1 is the value of no difference that an interval has inside ("the interval, 0.50-1.12, includes 1"): a stated
    one, or where none is stated, every one that the statements print for what the sentence tells of.
    """
    before = [token.stem for token in sentence.tokens[max(0, quantity.first - _REACH) : quantity.first]]
    if quantity.value != _NO_DIFFERENCE or not set(before[-_WORDS_BETWEEN:]) & _HOLDING:
        return False
    stated = [q for q in sentence.quantities if q.kind == "ci"]
    if stated:
        return any(_holds(q) for q in stated)
    intervals = _intervals(sentence, sources) if _INTERVALS & set(before) and not _denied(sentence, quantity) else []
    return bool(intervals) and all(_holds(q) for q in intervals)


def _holds(interval: Quantity) -> bool:
    return interval.upper is not None and interval.value <= _NO_DIFFERENCE <= interval.upper


def _intervals(sentence: Reading, sources: Sequence[Reading]) -> list[Quantity]:
    """The printed intervals of the trials that a sentence names."""
    trials = {m.concept for m in sentence.of_kind("trial")}
    about = [source for source in sources if not trials or source.has(*trials)]
    return [q for source in about for q in source.quantities if q.kind == "ci"]


def _denied(sentence: Reading, quantity: Quantity) -> bool:
    """Whether a denial stands before the figure in its stretch."""
    number = sentence.segments[quantity.first]
    return any(sentence.segments[m.first] == number and m.first < quantity.first for m in sentence.of_kind("negator"))


def is_bar(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether .05 is the bar that the p value stated before it stays under ("p = .0486, just under .05")."""
    before = {token.stem for token in sentence.tokens[max(0, quantity.first - _WORDS_BETWEEN) : quantity.first]}
    if abs(quantity.value - _BAR) > 1e-9 or not before & _BELOW or _denied(sentence, quantity):
        return False
    values = {q.value for source in sources for q in source.quantities if q.kind == "p"}
    told = [q for q in sentence.quantities if q.last <= quantity.first and q.value in values]
    return bool(told) and told[-1].value < _BAR


def is_code(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a digit begins the code of a clone or a test that a statement prints too ("4B5")."""
    behind = sentence.tokens[quantity.last : quantity.last + 1]
    if quantity.kind != "count" or not behind or not _coded(behind[0].stem):
        return False
    pair = (sentence.tokens[quantity.first].stem, behind[0].stem)
    return any(pair == (a.stem, b.stem) for source in sources for a, b in pairwise(source.tokens))


def _coded(stem: str) -> bool:
    """Whether letters and digits make a code ("b5")."""
    return stem[0].isalpha() and any(letter.isdigit() for letter in stem)
