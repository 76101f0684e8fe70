"""Treatments given together that are not worded side by side: a dose between them, a list that is gone on with, a backbone.

"A 300 mg once daily with food plus B" and "A (mostly C) plus B" combine A with B; "A, B and C" may be the printed "A plus B
and C" in any order; on "an A plus B backbone" stands what was added to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Reading

_LINKS = frozenset({",", "and", "with", "plus", "the", "a", "an", "ad", "add", "to", "togeth", "combin", "in", "same"})
_JOINED = frozenset({"plus", "with", "alongsid"})
_ARTICLES = frozenset({"a", "an", "the", "switch"})
_DOSING = frozenset(
    {"mg", "kg", "ml", "/", "oral", "intraven", "intramuscular", "once", "twice", "daily", "per", "everi", "week", "day"}
    | {"food", "with", "without", "or", "at", "tablet", "inject", "dose", "is", "was", "given", "taken", ","}
    | {"use", "administ", "in", "first", "second", "line", "a", "an", "the", ")", "-", "on"}
)
_COMPARE_REACH = 4
_BRACKETS = frozenset({"(", ")"})
_BACKBONE = frozenset({"backbon", "base", "background"})


def told_together(arm: Arm, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a combination of the sentence is a printed one that the statements word apart."""
    named = undosed(arm.concepts)
    printed = {undosed(other.concepts) for source in sources for other in source.arms}
    if any(named == joined for source in sources for joined in _joined(source)):
        return True
    if any(undosed(run) in printed for run in _runs(sentence, arm)):
        return True
    return _is_backbone(arm, sentence) and any(named < other for other in printed)


def run_of(arm: Arm, reading: Reading) -> frozenset[str]:
    """The treatments of the list that an arm stands in ("A, B and C")."""
    arms = [other for other in reading.arms if not other.prior]
    place = arms.index(arm)
    first, last = place, place
    while first and _listed(reading, arms[first - 1], arms[first]):
        first -= 1
    while last + 1 < len(arms) and _listed(reading, arms[last], arms[last + 1]):
        last += 1
    return frozenset().union(*(other.concepts for other in arms[first : last + 1]))


def _runs(reading: Reading, arm: Arm) -> Iterator[frozenset[str]]:
    """What an arm and its neighbours in a list are together, for every part of the list that holds it."""
    arms = list(reading.arms)
    place = arms.index(arm)
    for first in range(place, -1, -1):
        if first < place and not _listed(reading, arms[first], arms[first + 1]):
            break
        for last in range(place, len(arms)):
            if last > place and not _listed(reading, arms[last - 1], arms[last]):
                break
            if last > first:
                yield frozenset().union(*(other.concepts for other in arms[first : last + 1]))


def _listed(reading: Reading, left: Arm, right: Arm) -> bool:
    between = {token.stem for token in reading.tokens[left.last : right.first]}
    return bool(between) and between <= _LINKS and between != {"to"} and left.prior == right.prior


def _joined(source: Reading) -> Iterator[frozenset[str]]:
    """Treatments that a statement joins over a dose, a schedule or brackets."""
    arms = [arm for arm in source.arms if not source.depths[arm.first]]
    for left, right in pairwise(arms):
        described = {i for m in source.of_kind("class") if left.last < m.first < right.first for i in range(m.first, m.last)}
        between = [
            source.tokens[index].stem
            for index in range(left.last, right.first)
            if not source.depths[index] and source.tokens[index].text not in _BRACKETS and index not in described
        ]
        words = [stem for stem in between if not stem[0].isdigit()]
        link = next((stem for stem in reversed(words) if stem not in _ARTICLES), "")
        opposed = any(token.stem == "compar" for token in source.tokens[max(0, left.first - _COMPARE_REACH) : left.first])
        if not opposed and link in _JOINED and set(words) <= _DOSING | _JOINED:
            yield undosed(left.concepts) | undosed(right.concepts)


def _is_backbone(arm: Arm, sentence: Reading) -> bool:
    return bool(_BACKBONE & {token.stem for token in sentence.tokens[arm.last : arm.last + 2]})
