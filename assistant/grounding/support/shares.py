"""The share printed beside a name: "mostly A" is borne out by "A in 86.5 %" or "A in 132 of 147"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Mention, Reading

_NAMES = ("drug", "class")
_REACH, _BEHIND = 6, 3
_LINKS = frozenset({"in", "(", "for", "was", "were", "receiv", "had", "with", "among", "%", "percent", "of", ")", "patient"})
_PERCENT = 100.0


def share_of_named(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> float:
    """The one share (percent) that the statements print beside the name that a word of amount stands with; 0 where none is."""
    named = [m for m in sentence.of_kind(*_NAMES) if 0 <= m.first - mention.last <= _REACH]
    if not named:
        return 0.0
    found = {share for source in sources for share in _shares(named[0].concept, source)}
    return found.pop() if len(found) == 1 else 0.0


def _shares(name: str, source: Reading) -> list[float]:
    """Shares right behind a name or right before it."""
    places = [m for m in source.of_kind(*_NAMES) if m.concept == name]
    found = []
    for quantity in source.quantities:
        for place in places:
            first, last = (place.last, quantity.first) if place.last <= quantity.first else (quantity.last, place.first)
            if not 0 <= last - first <= _BEHIND or not {t.stem for t in source.tokens[first:last]} <= _LINKS:
                continue
            if quantity.kind == "percent":
                found.append(quantity.value)
            elif quantity.kind == "count" and place.last <= quantity.first:
                found += _fraction(quantity.last, quantity.value, source)
    return found


def _fraction(last: int, value: float, source: Reading) -> list[float]:
    """ "132 of 147" as a share."""
    wholes = [q for q in source.quantities if q.kind == "count" and q.first == last + 1 and q.value > value]
    joined = [token.stem for token in source.tokens[last : last + 1]] in (["of"], ["/"])
    return [_PERCENT * value / whole.value for whole in wholes if joined]
