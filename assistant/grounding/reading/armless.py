"""Figures that belong to no treatment, whatever names stand around them: changes, and the votes of a committee."""

from __future__ import annotations

from assistant.grounding.types import Quantity, Reading

_CHANGE_REACH, _VOTE_REACH = 9, 5
_VOTED = frozenset({"vote"})


def has_no_arm(reading: Reading, quantity: Quantity) -> bool:
    """Whether a figure is no treatment's own."""
    return _is_change(reading, quantity) or _is_vote(reading, quantity)


def _is_change(reading: Reading, quantity: Quantity) -> bool:
    """Whether a percentage is by how much something is lower or higher ("a 34 % lower risk", "reduced by 34 %")."""
    if quantity.kind != "percent":
        return False
    directions = reading.of_kind("up", "down")
    followed = any(quantity.last <= m.first <= quantity.last + 1 for m in directions)
    by = quantity.first > 0 and reading.tokens[quantity.first - 1].stem == "by"
    return followed or (by and any(0 < quantity.first - m.last <= _CHANGE_REACH for m in directions))


def _is_vote(reading: Reading, quantity: Quantity) -> bool:
    """Whether a count is one of votes ("voted 6 to 3 against", "a 6-3 vote"): what stands behind "against" was voted on."""
    around = reading.tokens[max(0, quantity.first - _VOTE_REACH) : quantity.last + _VOTE_REACH]
    return quantity.kind == "count" and quantity.value.is_integer() and any(token.stem in _VOTED for token in around)
