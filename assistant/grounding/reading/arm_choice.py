"""Which named treatments figures may stand for, and which ones are named without their names.

No figure is told for what was given before, for an arm that a trial had not, or for what a class is explained by ("standard
endocrine therapy, A or B"). "The combination" is the one named before, and "those who also took A" took it with the treatment
before.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.types import Arm, Mention, Reading, Token

_ABSENT_REACH, _REACH, _PAIR = 5, 3, 2
_ARMS = frozenset({"arm", "group", "comparison"})
_POINTING = frozenset({"the", "this", "that", "their"})
_COMBINED = frozenset({"combin", "doublet", "pair"})
_NAMED_BEHIND = frozenset({"of", "with", "plus", "contain", "includ", "therapi", "partner"})
_TAKING = frozenset({"took", "take", "receiv", "given", "got", "had", "gave", "ad", "add"})
_ALSO = frozenset({"also", "addit"})
_ADDED = (("was", "ad"), ("was", "add"), ("ad",), ("add",), ("is", "ad"), ("is", "add"), ("as", "well"), ("on", "top"))
_STOPS = frozenset({";", "."})
_OPENS, _CLOSES = frozenset({"(", ","}), frozenset({")", ",", ";", ".", "("})


def compared_arms(reading: Reading) -> list[Arm]:
    """The treatments of a text that figures may be told for."""
    arms = [arm for arm in reading.arms if not arm.prior and not _absent(reading, arm)]
    examples = _examples(reading, arms)
    return [arm for arm in arms if arm.first not in examples]


def _absent(reading: Reading, arm: Arm) -> bool:
    """Whether a text says that there was no such arm ("had no arm of A plus B")."""
    before = [token.stem for token in reading.tokens[max(0, arm.first - _ABSENT_REACH) : arm.first]]
    return "no" in before and "of" in before[-_PAIR:] and bool(_ARMS & set(before[before.index("no") :]))


def _examples(reading: Reading, arms: Sequence[Arm]) -> set[int]:
    """Where "A or B" only says what the class right before it was ("endocrine therapy, A or B", "chemotherapy (A or B)")."""
    classes = {m.concept for m in reading.of_kind("class", "arm")}
    found: set[int] = set()
    for place, arm in enumerate(arms[: -_PAIR or None]):
        one, other = arms[place + 1 : place + 1 + _PAIR]
        opens = [token.stem for token in reading.tokens[arm.last : one.first] if token.stem not in {"a", "an", "monotherapi"}]
        tied = [token.stem for token in reading.tokens[one.last : other.first] if token.stem not in {"a", "an"}]
        closes = [token.stem for token in reading.tokens[other.last : other.last + 1]]
        told = len(opens) == 1 and opens[0] in _OPENS and tied == ["or"] and bool(_CLOSES & set(closes or ["."]))
        if told and arm.concepts <= classes and len(one.concepts) == len(other.concepts) == 1:
            found |= {one.first, other.first}
    return found


def with_unnamed(arms: Sequence[Arm], tokens: Sequence[Token], mentions: Sequence[Mention]) -> tuple[Arm, ...]:
    """Add "the combination" as the only one named before it, and give what is added the treatment that it is added to."""
    result = _joined_to_earlier(arms, tokens)
    taken = {i for m in mentions if m.kind != "word" for i in range(m.first, m.last)} | {
        i for arm in result for i in range(arm.first, arm.last)
    }
    for index, token in enumerate(tokens):
        if token.stem not in _COMBINED or index in taken or not index or tokens[index - 1].stem not in _POINTING:
            continue
        behind = {t.stem for t in tokens[index + 1 : index + 2]}
        named = {arm.concepts for arm in arms if len(arm.concepts) > 1 and arm.last <= index and "placebo" not in arm.concepts}
        if len(named) == 1 and not behind & _NAMED_BEHIND:
            result.append(Arm(named.pop(), index, index + 1))
    return tuple(sorted(result, key=lambda arm: arm.first))


def _joined_to_earlier(arms: Sequence[Arm], tokens: Sequence[Token]) -> list[Arm]:
    result: list[Arm] = []
    for arm in arms:
        before = result[-1] if result else None
        apart = before is None or _STOPS & {token.stem for token in tokens[before.last : arm.first]}
        if before is not None and not apart and not arm.concepts & before.concepts and _is_added(arm, tokens):
            result.append(Arm(arm.concepts | before.concepts, arm.first, arm.last))
        else:
            result.append(arm)
    return result


def _is_added(arm: Arm, tokens: Sequence[Token]) -> bool:
    """Whether a treatment is told as given on top of another, not named again ("who also took A", "once A was added")."""
    before = [token.stem for token in tokens[max(0, arm.first - _REACH) : arm.first]]
    behind = tuple(token.stem for token in tokens[arm.last : arm.last + _REACH])
    also = any(left in _ALSO and right in _TAKING for left, right in pairwise(before))
    listed = before[-1:] in (["and"], [","]) or (arm.last < len(tokens) and tokens[arm.last].text.lower() == "adds")
    ends = next((behind[len(phrase) : len(phrase) + 1] for phrase in _ADDED if behind[: len(phrase)] == phrase), None)
    return also or (ends is not None and not listed and ends not in {("to",), ("of",)})
