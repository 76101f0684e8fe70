"""What a duration is besides an outcome: a point in time ("six months on, 41%"), or a span before or after something."""

from __future__ import annotations

from assistant.grounding.types import Quantity, Reading

_ORDER_WORDS = {"prior": "before", "befor": "before", "after": "after", "follow": "after"}
_TIMEPOINT_WORDS, _INTO = frozenset({"at", "after", "within"}), "into"
_ELAPSED = frozenset({"later", "mark", "landmark", "timepoint"})
_GONE_BY = (["on", ","], ["in", ","], ["on", "."], ["out", ","])


def is_timepoint(quantity: Quantity, reading: Reading) -> bool:
    """Whether a duration says when something was measured ("6-month rate", "at 6 months") and is no outcome itself."""
    if quantity.kind not in {"months", "days"}:
        return False
    beside = any(m.first == quantity.last for m in reading.of_kind("measure"))
    into = [token.stem for token in reading.tokens[quantity.last : quantity.last + 1]] == [_INTO]
    opened = quantity.first > 0 and reading.tokens[quantity.first - 1].stem in _TIMEPOINT_WORDS
    return beside or into or opened or _elapsed(quantity, reading)


def _elapsed(quantity: Quantity, reading: Reading) -> bool:
    """Whether a duration is what has gone by ("six months on, 41%", "one year later", "at the 6-month mark")."""
    behind = [token.stem for token in reading.tokens[quantity.last : quantity.last + 2]]
    return (bool(behind) and behind[0] in _ELAPSED) or behind in _GONE_BY


def order_word(quantity: Quantity, reading: Reading) -> str:
    """ "before" or "after" where it follows a duration directly ("6.7 months before progression")."""
    if quantity.kind not in {"months", "days", "hours"} or quantity.last >= len(reading.tokens):
        return ""
    return _ORDER_WORDS.get(reading.tokens[quantity.last].stem, "")
