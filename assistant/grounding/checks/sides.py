"""Who is compared with whom, and what is preferred to what: only as a cited statement has it, and the same way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.combinations import run_of
from assistant.grounding.support.evidence import items
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Reading, Reason, ReasonCode

_LISTED = frozenset({",", "or", "and", "/"})
_COMPARE = "compar"
_PREFERENCE_LINKS = frozenset({"to", "over", "than", "rather", "abov"})
_PREFERENCE_REACH = 3
_CLASS_REACH = 4


def check_comparisons(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a comparison of treatments that no single source compares, and for a preference turned round."""
    light = lexicon.language.light
    for left, right in _compared(sentence):
        if left.concepts == right.concepts:
            continue
        subjects = _subjects(left, right, sentence)
        if not any(_has_arm(source, one) and _is_comparator(source, one, right) for source in sources for one in subjects):
            words = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.COMPARATOR, words, f"no cited statement compares these: “{words}”")
    yield from _sides_turned(sentence, sources)
    stated = _preferences(sentence)
    printed = [pair for source in sources for pair in _preferences(source)]
    for first, second in stated:
        if (second, first) in printed and (first, second) not in printed:
            name = " and ".join(sorted(first)).replace("_", " ")
            yield Reason(ReasonCode.COMPARATOR, name, f"the preference for {name} is printed the other way round")
    yield from _uncompared(sentence, sources)
    yield from _preferred_other(sentence, sources, light)


def _sides_turned(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A comparison whose first side is printed only as one of the second sides."""
    printed = [sides for source in sources for sides in _sides(source)]
    firsts = {left for left, _ in printed}
    for left, rights in _sides(sentence):
        others = {first for first, seconds in printed if left in seconds}
        if left not in firsts and others & rights:
            name = " and ".join(sorted(left)).replace("_", " ")
            yield Reason(ReasonCode.COMPARATOR, name, f"{name} is printed as what is compared with, not as what is compared")


def _sides(reading: Reading) -> Iterator[tuple[frozenset[str], set[frozenset[str]]]]:
    """(treatment, the treatments it is compared with) of "A versus B or C" and "compared A with B or C"."""
    arms = [arm for arm in reading.arms if not arm.prior]
    marks = {m.first for m in reading.of_kind("versus")}
    told = any(token.stem == _COMPARE for token in reading.tokens)
    for position, (left, right) in enumerate(pairwise(arms)):
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        opposed = bool(marks & set(range(left.last, right.first))) or (told and between[:1] == ["with"])
        if not opposed or len(between) > _CLASS_REACH:
            continue
        rights = {undosed(right.concepts)}
        for first, second in pairwise(arms[position + 1 :]):
            if not {token.stem for token in reading.tokens[first.last : second.first]} <= _LISTED:
                break
            rights.add(undosed(second.concepts))
        yield undosed(left.concepts), rights


def _preferred_other(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """ "prefers X to Y" where the sources prefer what tells Y from X."""
    for word in sentence.of_kind("advice"):
        link = next(
            (i for i in range(word.last, len(sentence.tokens)) if sentence.tokens[i].stem in {"to", "over"}),
            len(sentence.tokens),
        )
        first = {item for _, item in items(sentence, light, word.last, link)}
        second = {item for _, item in items(sentence, light, link)}
        if sentence.tokens[word.first].stem != "prefer" or not first - second or not second:
            continue
        praised = {
            item for source in sources for m in source.of_kind("advice") for item in _stretch_before(source, m.first, light)
        }
        if praised & (second - first) and not praised & (first - second):
            words = sentence.phrase(word.first, link)
            yield Reason(ReasonCode.COMPARATOR, words, f"the cited statement prefers the other: “{words}”")


def _stretch_before(reading: Reading, place: int, light: frozenset[str]) -> set[str]:
    return {item for index, item in items(reading, light, 0, place) if reading.segments[index] == reading.segments[place]}


def _compared(reading: Reading) -> Iterator[tuple[Arm, Arm]]:
    """Treatments on both sides of a "versus" in one stretch: the last before it and the first after it."""
    arms = [arm for arm in reading.arms if not arm.prior]
    for mark in reading.of_kind("versus"):
        place = reading.segments[mark.first]
        before = [arm for arm in arms if arm.last <= mark.first and reading.segments[arm.first] == place]
        after = [arm for arm in arms if arm.first >= mark.last and reading.segments[arm.first] == place]
        if before and after and after[0].first - mark.last <= _CLASS_REACH:
            yield before[-1], after[0]


def _subjects(left: Arm, right: Arm, sentence: Reading) -> list[Arm]:
    """What may be compared: the nearest treatment before the comparison, the list it ends, and what stands before it in the
    same stretch ("a switch to A, with B kept, delays progression compared with C").
    """
    listed = replace(left, concepts=run_of(left, sentence))
    place = sentence.segments[left.first]
    earlier = [
        arm for arm in sentence.arms if not arm.prior and arm.last <= left.first and sentence.segments[arm.first] == place
    ]
    return [left, listed, *(arm for arm in earlier if not arm.concepts & right.concepts)]


def _has_arm(source: Reading, arm: Arm) -> bool:
    """Whether the source has this treatment, or one that holds it, as a treatment that is not earlier treatment."""
    base = undosed(arm.concepts)
    return any(base & undosed(other.concepts) for other in source.arms if not other.prior)


def _is_comparator(source: Reading, subject: Arm, arm: Arm) -> bool:
    """Whether the source has the comparator as a treatment, or as what tells one treatment from all that hold the subject."""
    base, others = undosed(arm.concepts), [undosed(other.concepts) for other in source.arms if not other.prior]
    if base in others or len(base) > 1:
        return any(base & other for other in others)
    holders = {other for other in others if base <= other}
    return any(not undosed(subject.concepts) <= holder for holder in holders)


def _preferences(reading: Reading) -> list[tuple[frozenset[str], frozenset[str]]]:
    """(preferred, other) where a word of preference is followed by "to", "over" or "than"."""
    found = []
    arms = [arm for arm in reading.arms if not arm.prior]
    for word in reading.of_kind("advice"):
        link = {token.stem for token in reading.tokens[word.last : word.last + _PREFERENCE_REACH]} & _PREFERENCE_LINKS
        before = [arm for arm in arms if arm.last <= word.first]
        after = [arm for arm in arms if arm.first >= word.last]
        between = {t.stem for t in reading.tokens[after[0].last : after[1].first]} if len(after) > 1 else set()
        if between & _PREFERENCE_LINKS and after[0].first - word.last <= _PREFERENCE_REACH:
            found.append((after[0].concepts, after[1].concepts))
        elif link and before and after and after[0].first - word.last <= _PREFERENCE_REACH + 1:
            found.append((before[-1].concepts, after[0].concepts))
    return found


def _uncompared(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What is said not to have been compared must be what the sources say it of."""
    printed = [names for source in sources for names in _compare_names(source)]
    for names in _compare_names(sentence):
        if printed and len(names) > 1 and not any(names <= other for other in printed):
            text = " and ".join(sorted(names)).replace("_", " ")
            yield Reason(ReasonCode.COMPARATOR, text, f"no cited statement says that {text} have not been compared")


def _compare_names(reading: Reading) -> list[frozenset[str]]:
    """Drugs of each stretch that says a comparison is missing."""
    found = []
    for number in sorted(set(reading.segments)):
        stems = {token.stem for i, token in enumerate(reading.tokens) if reading.segments[i] == number}
        open_ = any(reading.segments[m.first] == number for m in reading.of_kind("finding", "negator"))
        drugs = frozenset(m.concept for m in reading.of_kind("drug") if reading.segments[m.first] == number)
        if open_ and _COMPARE in stems and drugs:
            found.append(drugs)
    return found
