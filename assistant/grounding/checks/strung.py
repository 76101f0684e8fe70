"""Figures strung together each with its group, occasion or verb: "0.46 in A and 0.80 without A", "33% at progression".

Where statements and sentence put a group, an occasion ("at first relapse") or what was done ("315 were randomized") right
behind or before each figure, that is the figure's own, whatever the words between say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_OCCASIONS = stems("relapse relapses progression end baseline diagnosis recurrence screening start entry")
_FREE = frozenset({"free"})
_DONE = {
    **dict.fromkeys(stems("randomized randomised randomly"), "randomized"),
    **dict.fromkeys(stems("screened screening"), "screened"),
    **dict.fromkeys(stems("found detected carried harbored harboured"), "found"),
}
# What stands for the treatment named before.
_SAME = stems("drug combination agent doublet triplet treatment")
_HAD, _FOUND = frozenset({"had", "with"}), "found"
_STRUNG = frozenset({"ratio", "percent", "months"})
_BIOMARKER, _ROUNDED = "biomarker", 0.5
_PAIR, _REACH, _VERB_REACH = 2, 9, 4
_PARTING = frozenset({",", ";", ".", "and", "while", "but", "wherea", "of"})


def check_strung(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure with the group, occasion or verb that is printed right behind another one."""
    del lexicon
    for kind in _STRUNG & {q.kind for q in sentence.quantities}:
        yield from _grouped_otherwise(sentence, sources, kind)
    yield from _at_other_times(sentence, sources)
    yield from _done_to_others(sentence, sources)
    yield from _sides_exchanged(sentence, sources)


def _grouped_otherwise(sentence: Reading, sources: Sequence[Reading], kind: str) -> Iterator[Reason]:
    stated = _followed(sentence, kind)
    if len(stated) < _PAIR:
        return
    for source in sources:
        printed = _followed(source, kind)
        turned = [v for v, group in stated.items() if v in printed and printed[v] != group and group in printed.values()]
        if len(turned) >= _PAIR:
            yield Reason(ReasonCode.POPULATION, f"{turned[0]:g}", f"{turned[0]:g} is printed for another group")
            return


def _followed(reading: Reading, kind: str) -> Mapping[float, str]:
    """The biomarker group of each figure of a kind that has exactly one right behind it."""
    figures = [q for q in reading.quantities if q.kind == kind]
    groups = [m for m in reading.of_kind("condition") if m.dimension == _BIOMARKER]
    found: dict[float, str] = {}
    for figure, end in _spans(reading, figures):
        inside = [m.concept for m in groups if figure.last <= m.first < end]
        if len(set(inside)) == 1 and not any(figure.first < arm.first < end for arm in reading.arms):
            found[figure.value] = inside[0]
    return found


def _spans(reading: Reading, figures: Sequence[Quantity]) -> Iterator[tuple[Quantity, int]]:
    """Each figure with where the next one of its kind begins, or its stretch ends."""
    stops = [i for i, token in enumerate(reading.tokens) if token.stem in {";", "."}]
    for figure, following in pairwise((*figures, None)):
        if figure is not None:
            end = following.first if following else len(reading.tokens)
            yield figure, min([end, *(i for i in stops if i > figure.last)])


def _at_other_times(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    told = {word for _, word in _occasions(sentence, 0, len(sentence.tokens))}
    shares = [q for q in sentence.quantities if q.kind == "percent"]
    for source in sources if told and shares else ():
        printed = _timed(source)
        own = _timed(sentence) if len(shares) > 1 else {}
        known = {word for _, word in _occasions(source, 0, len(source.tokens))}
        for share in shares:
            its = next((word for value, word in printed.items() if abs(value - share.value) < _ROUNDED), None)
            mine = own.get(share.value)
            away = its is not None and ((len(shares) == 1 and its not in told and told & known) or (mine and mine != its))
            if away and (mine is None or mine in known):
                words = sentence.phrase(share.first, share.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another point in time ({its})")
                return


def _timed(reading: Reading) -> Mapping[float, str]:
    """The occasion right behind each share; none where a stretch tells its occasion in front of its share."""
    found: dict[float, str] = {}
    stops = [i for i, token in enumerate(reading.tokens) if token.stem in {";", "."}]
    for share, end in _spans(reading, [q for q in reading.quantities if q.kind == "percent"]):
        begin = max((i for i in stops if i < share.first), default=0)
        first = next(q.first for q in reading.quantities if q.kind == "percent" and q.first >= begin)
        if any(True for _ in _occasions(reading, begin, first)):
            continue
        near = list(_occasions(reading, share.last, min(end, share.last + _REACH)))
        if near:
            found[share.value] = near[0][1]
    return found


def _occasions(reading: Reading, first: int, last: int) -> Iterator[tuple[int, str]]:
    for index in range(first, last):
        before = {token.stem for token in reading.tokens[max(0, index - 3) : index]}
        after = {token.stem for token in reading.tokens[index + 1 : index + 2]}
        if reading.tokens[index].stem in _OCCASIONS and "at" in before and not after & _FREE:
            yield index, reading.tokens[index].stem


def _sides_exchanged(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A figure "on the drug" told for the treatment that is printed behind the next figure, or that one for the drug."""
    if _on_the_drug([token.stem for token in sentence.tokens]):
        return
    for source in sources:
        for left, right in pairwise(source.quantities):
            between = [token.stem for token in source.tokens[left.last : right.first]]
            behind = next((arm for arm in source.arms if 0 < arm.first - right.last <= _PAIR + 1), None)
            if left.kind != right.kind or left.kind not in _STRUNG or not _on_the_drug(between) or behind is None:
                continue
            told = {f.quantity.value: f.arm for f in sentence.figures if f.quantity.kind == left.kind}
            second = told.get(right.value) or behind.concepts
            if told.get(left.value) == behind.concepts or not second & behind.concepts:
                words = sentence.phrase(sentence.quantities[0].first, sentence.quantities[-1].last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, "the figures are printed for each other's treatment")
                return


def _on_the_drug(stems: Sequence[str]) -> bool:
    return any(pair[0] == "the" and pair[1] in _SAME for pair in pairwise(stems))


def _done_to_others(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A count told with what was done to another count: "548 were randomized" of 548 in whom something was found."""
    stated = dict(_done(sentence))
    if not stated:
        return
    printed = [entry for source in sources for entry in _done(source)]
    for value, verb in stated.items():
        its = {other for number, other in printed if number == value}
        if its and verb not in its and any(other == verb for number, other in printed if number != value):
            yield Reason(ReasonCode.NUMBER_ROLE, f"{value:g}", f"{value:g} is not the number {verb} in the cited statement")
            return


def _done(reading: Reading) -> Iterator[tuple[float, str]]:
    """(count, what was done) of counts with the verb right beside them, without a comma or "and" between."""
    for figure in (q for q in reading.quantities if q.kind == "count"):
        for first, last, step in ((figure.last, len(reading.tokens), 1), (figure.first - 1, -1, -1)):
            found = None
            for index in list(range(first, last, step))[: _VERB_REACH + 2]:
                word = reading.tokens[index].stem
                if word in _PARTING:
                    break
                found = found or _DONE.get(word) or (_FOUND if word in _HAD and _bears(reading, index) else None)
            if found:
                yield figure.value, found
                break


def _bears(reading: Reading, index: int) -> bool:
    """Whether an alteration follows a word of having."""
    conditions = reading.of_kind("condition")
    return any(
        m.dimension == _BIOMARKER and m.concept.endswith(":altered") and 0 < m.first - index <= _PAIR for m in conditions
    )
