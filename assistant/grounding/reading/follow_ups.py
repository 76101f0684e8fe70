"""Follow-up and what was measured: "after 28.5 months of follow-up, median OS was 34.5 months" gives one length and one result.

How long patients were followed is a measure of its own length only. A result told beside it keeps its measure, whichever of the
two is named first.
"""

from __future__ import annotations

from assistant.grounding.types import Quantity, Reading

FOLLOW_UP = frozenset({"follow_up"})
_MONTHS = "months"
_BEHIND, _BEFORE = 2, 4
_LEADING = frozenset({"of", "median", "a", "-"})
_TELLING = frozenset(
    {"was", "of", "is", "a", "median", "at", "time", "durat", "about", ":", "(", "had", "reach", "and", "last"}
)


def own_measures(reading: Reading, quantity: Quantity, found: frozenset[str], carried: frozenset[str]) -> frozenset[str]:
    """The measures of one figure: follow-up alone for its length, and never for another figure that has a measure."""
    return FOLLOW_UP if found >= FOLLOW_UP and is_length(reading, quantity) else carried


def carried_measures(found: frozenset[str], inherited: frozenset[str]) -> frozenset[str]:
    """What the next figure may take over: what was measured, not how long patients were followed."""
    return found - FOLLOW_UP or inherited - FOLLOW_UP or found


def is_length(reading: Reading, quantity: Quantity) -> bool:
    """Whether a time is that of the follow-up right beside it ("follow-up of 28.5 months", "28.5 months of follow-up")."""
    if quantity.kind != _MONTHS:
        return False
    named = [m for m in reading.of_kind("measure") if m.concept in FOLLOW_UP]
    behind = any(
        0 <= m.first - quantity.last <= _BEHIND and {t.stem for t in reading.tokens[quantity.last : m.first]} <= _LEADING
        for m in named
    )
    before = any(
        0 <= quantity.first - m.last <= _BEFORE and {t.stem for t in reading.tokens[m.last : quantity.first]} <= _TELLING
        for m in named
    )
    return behind or before
