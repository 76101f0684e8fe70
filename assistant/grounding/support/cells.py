"""A figure that stands in the order of its treatments may still be another result's: of another measure or group."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.parallels import told_in_order
from assistant.grounding.support.populations import groups_exclude
from assistant.grounding.types import Figure, Reading, ReasonCode

_OUTCOMES = frozenset({"pfs", "os", "pfs2", "orr", "cbr", "ttp", "dor", "discontinue"})
_MEASURED, _GROUPED = (ReasonCode.NUMBER_ROLE, "as another"), (ReasonCode.POPULATION, "for others")
_TOLD, _REACH = frozenset({"of", "was", "is", ":", "at", "were"}), 2


def elsewhere_too(
    misfit: tuple[ReasonCode, str], figure: Figure, printed: Figure, sentence: Reading, sources: Sequence[Reading]
) -> bool:
    """Whether a figure that is read for another treatment is told of another outcome or group too, and not in their order."""
    code, message = misfit
    if code is not ReasonCode.NUMBER_ROLE or not message.startswith("for "):
        return False
    if _beside_other(figure, printed, sentence) or ("any_grade" in figure.measures and printed.conditions.get("grade")):
        return True
    stated, own = figure.measures & _OUTCOMES, printed.measures & _OUTCOMES
    if stated and own and not stated & own and not told_in_order(_MEASURED, figure, printed, sentence, sources):
        return True
    return groups_exclude(figure, printed) and not told_in_order(_GROUPED, figure, printed, sentence, sources)


def _beside_other(figure: Figure, printed: Figure, sentence: Reading) -> bool:
    """Whether another outcome than the printed one is named right before a figure ("an OS of 9.3 months")."""
    first = figure.quantity.first
    named = [m for m in sentence.of_kind("measure") if m.concept in _OUTCOMES and 0 <= first - m.last <= _REACH]
    told = [m for m in named if {token.stem for token in sentence.tokens[m.last : first]} <= _TOLD]
    return bool(told) and bool(printed.measures & _OUTCOMES) and told[-1].concept not in printed.measures
