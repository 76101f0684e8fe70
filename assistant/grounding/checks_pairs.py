"""Figures that are printed in pairs stay in them: "289 (40.8%)", "22 of 39", "3.6 months in PALMIRA"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_OF = (["of"], ["of", "the"], ["/"])
_OPENED = (["("], ["patient", "("])
_NAMED_KINDS = frozenset({"months", "percent", "count", "ratio"})
_CAPITALS = 3
_SHARE_REACH = 6
_ROUNDED = 1.0
Pair = tuple[str, float, float]


def check_count_pairs(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a part with its whole or share where the sources print one of the two in another pair only."""
    del lexicon
    printed = {pair for source in sources for pair, _ in _pairs(source)}
    for pair, (first, last) in _pairs(sentence):
        kind, left, right = pair
        rivals = {other for other in printed if other[0] == kind and (other[1] == left or other[2] == right)}
        if rivals and pair not in printed and not any(_rounded(pair, other) for other in rivals):
            words = sentence.phrase(first, last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"no cited statement prints these two together: “{words}”")


def _rounded(pair: Pair, other: Pair) -> bool:
    """Whether a whole share in a pair is the printed one without its decimals ("roughly 69 %")."""
    whole = pair[0] == "share" and pair[2].is_integer()
    return whole and pair[1] == other[1] and abs(pair[2] - other[2]) < _ROUNDED


def check_named_figures(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure with a name right after it ("3.6 months in A") that is printed with other names only."""
    del lexicon
    printed = [entry for source in sources for entry in _named(source)]
    for quantity, name in _named(sentence):
        names = {other for value, other in printed if (value.kind, value.value) == (quantity.kind, quantity.value)}
        if names and name not in names:
            words = sentence.phrase(quantity.first, quantity.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another name than {name}")


def _named(reading: Reading) -> Iterator[tuple[Quantity, str]]:
    """Figures with the name that stands right after them, behind "in" or an opening parenthesis."""
    for quantity in reading.quantities:
        link = [token.stem for token in reading.tokens[quantity.last : quantity.last + 1]]
        following = reading.tokens[quantity.last + 1 : quantity.last + 2]
        if quantity.kind in _NAMED_KINDS and link and link[0] in {"in", "("} and following and _is_name(following[0].text):
            yield quantity, following[0].stem


def _is_name(word: str) -> bool:
    """Whether a word is written as trials are ("PACE", "postMONARCH")."""
    return sum(letter.isupper() for letter in word) >= _CAPITALS


def _is_part(reading: Reading, part: Quantity, whole: Quantity) -> bool:
    """Whether two counts stand as "2 of 38"."""
    return part.kind == "count" and [token.stem for token in reading.tokens[part.last : whole.first]] in _OF


def _pairs(reading: Reading) -> Iterator[tuple[Pair, tuple[int, int]]]:
    """(kind, part, whole or percentage) with the tokens they take."""
    for before, left, right in zip((None, *reading.quantities), reading.quantities, reading.quantities[1:], strict=False):
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        if left.kind == "level" and right.kind == "ci":
            yield ("interval", left.value, right.value), (left.first, right.last)
        if left.kind == "percent" and right.kind == "count" and between[-1:] == ["("] and len(between) <= _SHARE_REACH:
            yield ("share", right.value, left.value), (left.first, right.last)
        if left.kind != "count":
            continue
        if right.kind == "count" and between in _OF:
            yield ("whole", left.value, right.value), (left.first, right.last)
        elif right.kind == "percent" and between in _OPENED:
            part = before if before and _is_part(reading, before, left) else left
            yield ("share", part.value, right.value), (part.first, right.last)
