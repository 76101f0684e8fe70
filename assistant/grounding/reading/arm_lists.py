"""Treatments that stand apart or together by the words around them: what followed earlier treatment, a shared partner.

"After A with B plus C" and "after A plus D with B plus C" tell of B plus C after A: "plus" ties closer than "with".
"B with A or placebo" tells of two treatments: the partner that they share is said once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.grounding.types import Arm, Mention, Token

_AFTER = frozenset({"after", "follow"})
_WITH = frozenset({"with", "by"})
_PLUS = frozenset({"plus"})
_CUE_REACH = 4
_OR = (("or",), ("or", "with"), ("or", "by"))
_SHARED = frozenset({"with", "plus", "ad", "add", "to", "each", "both", "eith", "togeth", "combin", "in", "and", ",", "either"})
_CONTROLS = frozenset({"placebo"})


def follows_earlier(tokens: Sequence[Token], arm: Arm, between: tuple[str, ...], parts: Sequence[Mention]) -> bool:
    """Whether the treatment that begins with `parts` is what was given after an earlier one ("after A with B plus C")."""
    before = {token.stem for token in tokens[max(0, arm.first - _CUE_REACH) : arm.first]}
    if not between or not before & _AFTER or between[0] not in _WITH or len(parts) < 2 or between[1:] not in {(), ("the",)}:
        return False
    tied = {token.stem for token in tokens[parts[0].last : parts[1].first]}
    return tied == _PLUS


def shared_partners(arms: Sequence[Arm], tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Arm, ...]:
    """Give placebo in a list of two the partner that it shares with what it stands against ("B with A or placebo")."""
    result = list(arms)
    for place, arm in enumerate(result):
        if not arm.concepts <= _CONTROLS:
            continue
        before = result[place - 1] if place else None
        if before is not None and _stems(tokens, before.last, arm.first) in _OR and len(before.concepts) > 1:
            partners = _all_but_last(before, tokens, mentions)
            result[place] = replace(arm, concepts=arm.concepts | partners)
    return tuple(result)


def _all_but_last(arm: Arm, tokens: Sequence[Token], mentions: Sequence[Mention]) -> frozenset[str]:
    """The treatments of a combination but the last, where "with" or "plus" parts that from the others."""
    named = [m for m in mentions if m.concept in arm.concepts and arm.first <= m.first < arm.last]
    if len(named) < 2:
        return frozenset()
    links = _stems(tokens, named[-2].last, named[-1].first)
    return arm.concepts - {named[-1].concept} if links and set(links) <= _SHARED else frozenset()


def _stems(tokens: Sequence[Token], first: int, last: int) -> tuple[str, ...]:
    return tuple(token.stem for token in tokens[first:last])
