"""Counts belong to the row they are printed in: "with A (n = 60)" is no size of B, and "279 (27%)" makes 172 no 27%.

Only counts and shares that the statements print for something else are stopped, where the sentence ties them to one thing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_SIZE = ("(", "n", "=")
_REACH = 10
_PARTING = frozenset({"and", "but", ";", ".", "while", "whereas"})
_HUNDRED = 100
_SLACK = 0.01
_EARLIER = frozenset({"receiv", "had", "prior", "previous", "after", "enrol", "enroll", "given", "been"})
_NEAR = 6


def check_rows(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a size of another row, or a share that is printed beside another count."""
    yield from _of_other_rows(sentence, sources)
    yield from _of_other_counts(sentence, sources)


def check_had(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a treatment told as given before that the statements say was not given."""
    had = [m for m in sentence.of_kind("condition") if m.concept.startswith("prior:") and m.concept.endswith(":yes")]
    for mention in had:
        named = mention.concept.split(":")[1]
        denied = any(_not_given(source, named) for source in sources)
        given = any(source.has(mention.concept) for source in sources)
        refused = any(0 <= mention.first - negator.last <= _NEAR for negator in sentence.of_kind("negator"))
        if denied and not given and not refused:
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(ReasonCode.NEGATION, words, "the statements say that this was not given before")
            return


def _not_given(source: Reading, named: str) -> bool:
    """Whether "no X" stands behind what was received or had."""
    ends = {negator.last for negator in source.of_kind("negator")}
    for mention in source.of_kind("class", "drug"):
        before = {token.stem for token in source.tokens[max(0, mention.first - 2 * _NEAR) : mention.first]}
        if mention.concept == named and mention.first in ends and before & _EARLIER:
            return True
    return False


def _of_other_rows(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    for source in sources:
        sizes = _sizes(source)
        for count in (q for q in sentence.quantities if q.kind == "count" and q.value in sizes):
            number = sentence.segments[count.first]
            arms = [arm for arm in sentence.arms if sentence.segments[arm.first] == number]
            others = frozenset[str]().union(*(named for value, named in sizes.items() if value != count.value))
            if len(arms) == 1 and not arms[0].concepts & sizes[count.value] and arms[0].concepts & others:
                words = sentence.phrase(count.first, count.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another treatment")
                return


def _sizes(source: Reading) -> Mapping[float, frozenset[str]]:
    """The treatments of each "(n = 60)" right behind one."""
    found: dict[float, frozenset[str]] = {}
    for arm in source.arms:
        if tuple(token.stem for token in source.tokens[arm.last : arm.last + len(_SIZE)]) == _SIZE:
            for count in (q for q in source.quantities if q.kind == "count" and q.first == arm.last + len(_SIZE)):
                found[count.value] = found.get(count.value, frozenset()) | arm.concepts
    return found


def _of_other_counts(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    owners: defaultdict[float, set[float]] = defaultdict(set)
    for source in sources:
        for count, share in _bracketed(source):
            owners[share.value].add(count.value)
    printed = {q.value for source in sources for q in source.quantities if q.kind == "count"}
    for share in (q for q in sentence.quantities if q.kind == "percent" and q.value in owners):
        told = _told_of(sentence, share)
        if told is None or told.value not in printed or told.value in owners[share.value]:
            continue
        if all(abs(told.value * share.value / _HUNDRED - own) > _SLACK * told.value + 1 for own in owners[share.value]):
            words = sentence.phrase(share.first, share.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed beside another count")
            return


def _bracketed(source: Reading) -> Iterator[tuple[Quantity, Quantity]]:
    """Counts with the share in brackets right behind them."""
    shares = {q.first: q for q in source.quantities if q.kind == "percent"}
    for count in (q for q in source.quantities if q.kind == "count"):
        opened = source.tokens[count.last].stem == "(" if count.last < len(source.tokens) else False
        if opened and count.last + 1 in shares:
            yield count, shares[count.last + 1]


def _told_of(sentence: Reading, share: Quantity) -> Quantity | None:
    """The count that a share is told of: the nearest before it, past the whole it is counted in ("172 of 1,017, or 27%")."""
    between = [token.stem for token in sentence.tokens[max(0, share.first - _REACH) : share.first]]
    counts = [q for q in sentence.quantities if q.kind == "count" and share.first - _REACH <= q.first < share.first]
    for count in reversed(counts):
        whole = any(other.last < count.first and _is_part(sentence, other, count) for other in counts)
        if not whole:
            parted = _PARTING & set(between[count.last - share.first :])
            return None if parted else count
    return None


def _is_part(sentence: Reading, part: Quantity, whole: Quantity) -> bool:
    """Whether one count is told as so many of another ("172 of the 1,017")."""
    between = [token.stem for token in sentence.tokens[part.last : whole.first]]
    return bool(between) and between[-1] in {"of", "the"} and set(between) <= {"of", "the", "patient"}
