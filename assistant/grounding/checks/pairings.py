"""Lists that give each drug its biomarker or test keep them: "A for X mutations, B for Y", "test T for A".

The drug and the key beside each other, no comma and no other name between, are a pair. A pair of the sentence is stopped where
the statements give the key to other drugs in such lists and never name the two in one stretch otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Arm, Mention, Reading, Reason, ReasonCode

_PARTING = frozenset({",", ";", ".", ":", "and", "while", "wherea", "but", "versu", "vs", "than", "over", "against"})
_LISTED = frozenset({",", "and", "or", "both", "all"})
_LISTED_WITH = frozenset({"and", "for", "with", "in"})
_RESULTS = frozenset({"months", "days", "percent", "ratio", "p", "ci"})
_LONGEST = 6


@dataclass(frozen=True, slots=True)
class _Pair:
    """A treatment, the drug that leads it, and the key beside it; `place` is the number of the stretch."""

    arm: Arm
    lead: str
    key: Mention
    place: int


def check_pairings(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug beside a biomarker or test that the statements list with another."""
    del lexicon
    printed = [(source, list(_pairs(source))) for source in sources]
    for pair in _pairs(sentence):
        holders = [other for _, pairs in printed for other in pairs if other.key.concept == pair.key.concept]
        if not holders or any(o.lead in pair.arm.concepts or pair.lead in o.arm.concepts for o in holders):
            continue
        if any(_named_together(source, pairs, pair) for source, pairs in printed):
            continue
        words = f"{sentence.phrase(pair.arm.first, pair.arm.last)}, {sentence.phrase(pair.key.first, pair.key.last)}"
        yield Reason(ReasonCode.RELATION, words, f"these two are listed in other pairs: {words}")


def _named_together(source: Reading, pairs: Sequence[_Pair], pair: _Pair) -> bool:
    """Whether a stretch that pairs the key with nothing names both, or a statement without such pairs does."""
    taken = {other.place for other in pairs if other.key.concept == pair.key.concept}
    drug = {source.segments[m.first] for m in source.mentions if m.concept == pair.lead}
    key = {source.segments[m.first] for m in source.mentions if m.concept == pair.key.concept}
    return bool((drug & key) - taken) or (bool(drug) and bool(key) and not taken)


def _pairs(reading: Reading) -> Iterator[_Pair]:
    results = {reading.segments[q.first] for q in reading.quantities if q.kind in _RESULTS}
    drugs = {m.first: m for m in reading.of_kind("drug")}
    arms = [arm for arm in reading.arms if not arm.prior and arm.first in drugs and reading.segments[arm.first] not in results]
    keys = [
        m
        for m in reading.of_kind("test", "condition")
        if (m.kind == "test" or m.dimension == "biomarker") and reading.segments[m.first] not in results
    ]
    for left, right in pairwise(_runs(reading, arms, keys)):
        for arm, key in _beside(reading, left, right):
            yield _Pair(arm, drugs[arm.first].concept, key, reading.segments[key.first])


def _beside(reading: Reading, left: list[Arm | Mention], right: list[Arm | Mention]) -> Iterator[tuple[Arm, Mention]]:
    """The pairs of two runs that stand beside each other with nothing between that parts them."""
    gap = [
        token.stem
        for index, token in enumerate(reading.tokens[left[-1].last : right[0].first], start=left[-1].last)
        if not reading.depths[index] or reading.depths[index] == reading.depths[right[0].first]
    ]
    if len(gap) > _LONGEST or set(gap) & _PARTING:
        return
    for one in left:
        for other in right:
            if isinstance(one, Arm) and isinstance(other, Mention):
                yield one, other
            elif isinstance(one, Mention) and isinstance(other, Arm):
                yield other, one


def _runs(reading: Reading, arms: Sequence[Arm], keys: Sequence[Mention]) -> list[list[Arm | Mention]]:
    """Names of one sort that follow each other with nothing but "and", commas and brackets between."""
    found: list[list[Arm | Mention]] = []
    things: list[Arm | Mention] = [*arms, *keys]
    for thing in sorted(things, key=lambda t: (t.first, t.last)):
        last = found[-1][-1] if found else None
        if last is not None and isinstance(last, Arm) is isinstance(thing, Arm) and _goes_on(reading, last.last, thing.first):
            found[-1].append(thing)
        else:
            found.append([thing])
    return found


def _goes_on(reading: Reading, first: int, last: int) -> bool:
    """Whether a list goes on ("A (x) and B", "for A and for B"): brackets are passed over."""
    between = {reading.tokens[i].stem for i in range(first, last) if not reading.depths[i]} - {"(", ")"}
    return between <= _LISTED or ("and" in between and between <= _LISTED_WITH)
