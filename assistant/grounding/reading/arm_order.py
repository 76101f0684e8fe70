"""Which treatments the figures of a row stand for where these were named before them, and which one is left unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.types import Arm, Quantity, Reading

_SHARED_REACH, _FAVOURED_REACH, _SIDES = 4, 1, 2
_ARTICLES = frozenset({"a", "an", "the"})
_GIVEN_WITH = frozenset({"with", "on", "for", "under", "in", *_ARTICLES})
_OVER = frozenset({"than", "over", "versus", "against"})
_DOSE = "dose:"
_OUTCOMES = frozenset({"months", "percent", "ratio"})


def in_first_order(reading: Reading, arms: Sequence[Arm], size: int) -> Sequence[Arm]:
    """Treatments as they were first named, where one of them is named once more before the figures ("A or B; X was longer
    with A, and Y was 26.4 versus 22.3 months"); as they stand otherwise.
    """
    if len(arms) != size + 1 or len({arm.concepts for arm in arms}) != size or arms[0].concepts != arms[-1].concepts:
        return arms
    favoured = any(0 <= arms[-1].first - m.last <= _FAVOURED_REACH for m in reading.of_kind("up", "down"))
    told = any(arms[0].last <= q.first < arms[-1].first and q.kind in _OUTCOMES for q in reading.quantities)
    return arms[:-1] if favoured and not told else arms


def one_of_alternatives(
    reading: Reading, arms: Sequence[Arm], distinct: list[frozenset[str]], size: int
) -> list[frozenset[str]]:
    """Treatments, the last named first, with "B or C" as the one side that it is where there are more names than figures."""
    if len(distinct) <= size:
        return distinct
    ors = {
        right.concepts
        for left, right in pairwise(arms)
        if [t.stem for t in reading.tokens[left.last : right.first] if t.stem not in _ARTICLES] == ["or"]
    }
    kept = [concepts for concepts in distinct if concepts not in ors]
    return kept if len(kept) == size else distinct


def in_all(reading: Reading, arm: Arm) -> bool:
    """Whether a treatment is only what all of those before it are given with ("A with B, each with C")."""
    before = [token.stem for token in reading.tokens[max(0, arm.first - _SHARED_REACH) : arm.first]]
    return any(word in before and "with" in before[before.index(word) :] for word in ("each", "both"))


def subject_first(reading: Reading, named: list[frozenset[str]], arms: Sequence[Arm], limit: int) -> list[frozenset[str]]:
    """Two treatments before their figures: the one that is compared, then what it is compared with."""
    if len(named) != 2:
        return named
    before = [arm for arm in arms if arm.last <= limit]
    behind = [any(compared(reading, arm) for arm in before if arm.concepts == name) for name in named]
    subject = next((arm.concepts for arm in reversed(before) if not compared(reading, arm)), None)
    if behind == [True, False]:
        return named[::-1]
    return [subject, named[1]] if behind == [True, True] and subject is not None else named


def named_other_side(reading: Reading, arms: Sequence[Arm], position: int) -> frozenset[str] | None:
    """The treatment that others were told to be longer or better than, of a last figure that stands against theirs and names
    none ("A lasted longer than B: 7.2 months at one dose and 7.7 at another, versus 3.7 months").
    """
    quantity = reading.quantities[position]
    opposed = any(m.last == quantity.first for m in reading.of_kind("versus"))
    beside = [q for q in reading.quantities[:position] if q.kind == quantity.kind]
    if not opposed or len(beside) < _SIDES or any(q.kind == quantity.kind for q in reading.quantities[position + 1 :]):
        return None
    named = [a for a in arms if a.last <= beside[0].first and reading.tokens[a.first - 1].stem in _OVER and a.first]
    behind = any(arm.first >= quantity.last and reading.segments[arm.first] == reading.segments[quantity.first] for arm in arms)
    return named[0].concepts if len(named) == 1 and not behind else None


def compared(reading: Reading, arm: Arm) -> bool:
    """Whether the arm is what another is compared with, in a phrase that opens the sentence."""
    marks = {index for m in reading.mentions if m.kind == "versus" for index in range(m.first, m.last)}
    return bool(marks & set(range(arm.first - 2, arm.first)))


def set_against(reading: Reading, arm: Arm, quantity: Quantity) -> bool:
    """Whether a treatment in the bracket behind a figure is only what the ratio in there sets it against ("7.7 months (hazard
    ratio vs B, 0.64)").
    """
    if reading.depths[arm.first] <= reading.depths[quantity.first]:
        return False
    opening = max((i for i in range(arm.first) if reading.tokens[i].text == "("), default=0)
    opposed = any(opening < m.first < arm.first for m in reading.of_kind("versus"))
    before = [other for other in reading.arms if other.last <= quantity.first and not other.prior]
    return opposed and bool(before) and any(concept.startswith(_DOSE) for concept in before[-1].concepts)


def opposed_by_figure(reading: Reading, arm: Arm) -> bool:
    """Whether an arm has the second of two figures that stand against each other ("10.1 vs 5.4 months with B")."""
    before = max((q.last for q in reading.quantities if q.last <= arm.first), default=0)
    figure = next((q for q in reading.quantities if q.last == before), None)
    told = {token.stem for token in reading.tokens[before : arm.first]} <= _GIVEN_WITH
    return figure is not None and told and any(m.last == figure.first for m in reading.of_kind("versus"))


def stand_against(reading: Reading, first: Quantity, last: Quantity) -> bool:
    """Whether two figures stand against each other, not beside each other."""
    return not {"and", ",", "/", "or"} & {token.stem for token in reading.tokens[first.last : last.first]}
