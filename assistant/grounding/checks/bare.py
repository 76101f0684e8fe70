"""Pairs of figures without names: whose they are stands in an earlier clause ("A or B ... . PFS was 5 versus 3 months").

The order in which the nearest earlier sentence names the two sides is the order of the figures. A sentence that gives each
figure to a side of its own is held to that order. It judges no pair that has the names beside it, and no sides that the
statement does not name in one order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.types import Mention, Quantity, Reading, Reason, ReasonCode

_KINDS = frozenset({"months", "percent"})
_SIDES = frozenset({"drug", "class", "arm", "condition"})
_LINES = frozenset({"line", "organ", "biomarker"})
_WORDS = frozenset({"switch", "triplet", "doublet"})
_BETWEEN = (["and"], ["versus"], ["vs"], ["against"], ["compar", "with"])
_LEADS = frozenset({"with", "on", "for", "in", "when", "after", "among", "of", "from", "under", "if", "(", "to", "by", "who"})
_UNITS = frozenset({"%", "month", "percent"})
_STOPS = frozenset({".", ";"})
Sides = tuple[frozenset[str], frozenset[str]]


def check_bare_pairs(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for two figures given to two sides in the other order than the statement names the sides before them."""
    del lexicon
    counted = [q for q in sentence.quantities if q.kind in _KINDS and q.upper is None]
    for place, left in enumerate(counted[:-1]):
        right = counted[place + 1]
        if left.kind != right.kind:
            continue
        sides = _sides(sentence, left, right)
        if sides and any(_told_crossed(left, right, sides, source) for source in sources):
            words = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"printed for the two sides the other way round: “{words}”")


def _told_crossed(left: Quantity, right: Quantity, sides: Sides, source: Reading) -> bool:
    for first, second in _pairs(source):
        straight = agrees(left, first) and agrees(right, second)
        turned = agrees(left, second) and agrees(right, first)
        if straight != turned:
            order = _named_in_order(source, first, sides if straight else sides[::-1])
            return order is False
    return False


def _pairs(source: Reading) -> Iterator[tuple[Quantity, Quantity]]:
    """Two figures side by side that the statement prints once each."""
    for first, second in zip(source.quantities, source.quantities[1:], strict=False):
        between = [token.stem for token in source.tokens[first.last : second.first]]
        once = all(sum(agrees(q, other) for other in source.quantities) == 1 for q in (first, second))
        if second.kind in _KINDS and first.kind == second.kind and between in _BETWEEN and once:
            yield first, second


def _named_in_order(source: Reading, first: Quantity, sides: Sides) -> bool | None:
    """Whether the nearest sentence before a pair that names both sides names them in this order; None where unclear. What
    the stretch of the pair names is common to both.
    """
    number = source.segments[first.first]
    common = {m.concept for m in source.mentions if source.segments[m.first] == number}
    sides = sides[0] - common, sides[1] - common
    if not all(sides):
        return None
    stops = [-1, *(i for i, token in enumerate(source.tokens[: first.first]) if token.stem in _STOPS)]
    for start, end in reversed(list(zip(stops, [*stops[1:], first.first], strict=True))):
        last: dict[str, int] = {m.concept: m.first for m in source.mentions if start < m.first < end}
        places = [[last[name] for name in side if name in last] for side in sides]
        if all(places):
            if max(places[0]) < min(places[1]):
                return True
            return False if max(places[1]) < min(places[0]) else None
    return None


def _sides(sentence: Reading, left: Quantity, right: Quantity) -> Sides | None:
    """The names that a sentence has for one of two figures only; None where it does not tell them apart."""
    end = _end(sentence, right)
    between, behind = _named(sentence, left.last, right.first), _named(sentence, right.last, end)
    before = _named(sentence, 0, left.first)
    if between and behind and _led(sentence, left):
        return _apart(between, behind)
    if between and before and not _led(sentence, left):
        return _apart(before, between)
    if not between and behind and not before:
        names = list(dict.fromkeys(m.concept for m in behind))
        return (frozenset(names[:1]), frozenset(names[1:])) if len(names) == len(behind) == 2 else None
    return None


def _end(sentence: Reading, right: Quantity) -> int:
    following = [q.first for q in sentence.quantities if q.first >= right.last]
    stops = [i for i in range(right.last, len(sentence.tokens)) if sentence.tokens[i].stem in _STOPS]
    return min([*following, *stops, len(sentence.tokens)])


def _led(sentence: Reading, quantity: Quantity) -> bool:
    """Whether the words right behind a figure lead to what it is given for."""
    following = [t.stem for t in sentence.tokens[quantity.last : quantity.last + 2] if t.stem not in _UNITS]
    return bool(following) and following[0] in _LEADS


def _named(sentence: Reading, first: int, last: int) -> list[Mention]:
    return [
        m
        for m in sentence.mentions
        if first <= m.first < last
        and (m.concept in _WORDS or (m.kind in _SIDES and (m.kind != "condition" or m.dimension in _LINES)))
    ]


def _apart(one: Sequence[Mention], other: Sequence[Mention]) -> Sides | None:
    left, right = frozenset(m.concept for m in one), frozenset(m.concept for m in other)
    return (left - right, right - left) if left - right and right - left else None
