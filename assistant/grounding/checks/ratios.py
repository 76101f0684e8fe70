"""Each ratio belongs to its own dose and combination: "HR 0.64 with 75 mg and 0.59 with 150 mg" has them exchanged.

Statements print a ratio behind the two sides it is about, or several in the order of the doses. What stands between two ratios
(combinations, doses) is the ratio's own, as far as the other ratios do not have it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.arm_order import compared
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_DOSES = frozenset({"mg", "dose", "mass"})
_MIRRORED = ("kkvv", "kvkv", "vkvk")
_PAIR = 2
_AGAINST = frozenset({"against", "versus", "vs", "than", "to"})


def check_ratios(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for ratios told for each other's doses, and for one told for the combination of another ratio."""
    del lexicon
    ratios = [q for q in sentence.quantities if q.kind == "ratio"]
    if not ratios:
        return
    yield from _doses_exchanged(sentence, sources)
    if len({q.value for q in ratios}) == 1:
        yield from _of_another_arm(sentence, ratios[0], sources)


def _doses(reading: Reading) -> list[Quantity]:
    """The doses of what is told; that of what it is compared with stays out."""
    behind = [arm for arm in reading.arms if compared(reading, arm) or _set_against(reading, arm.first)]
    doses = [q for q in reading.quantities if q.kind in _DOSES]
    return [q for q in doses if not any(arm.first <= q.first <= arm.last + 1 for arm in behind)]


def _set_against(reading: Reading, first: int) -> bool:
    """Whether a name stands right behind a word of comparison."""
    return bool(_AGAINST & {token.stem for token in reading.tokens[max(0, first - _PAIR) : first]})


def _doses_exchanged(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    stated = _in_order(sentence)
    if stated is None:
        return
    for source in sources:
        doses = [q for q in _doses(source) if q.value in stated]
        ratios = [q for q in source.quantities if q.kind == "ratio" and q.value in stated.values()]
        if len({q.value for q in doses}) != _PAIR or len(ratios) != _PAIR or ratios[0].value == ratios[1].value:
            continue
        order = list(dict.fromkeys(q.value for q in doses))
        if doses[0].first > ratios[0].first:
            continue
        if stated[order[0]] != ratios[0].value:
            words = sentence.phrase(sentence.quantities[0].first, sentence.quantities[-1].last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, "the ratios are printed for the doses in the other order")
            return


def _in_order(sentence: Reading) -> dict[float, float] | None:
    """The ratio of each of two doses, where they stand side by side or in one order."""
    named = [(q.first, "k", q.value) for q in _doses(sentence)]
    named += [(q.first, "v", q.value) for q in sentence.quantities if q.kind == "ratio"]
    named.sort()
    doses = [value for _, sort, value in named if sort == "k"]
    ratios = [value for _, sort, value in named if sort == "v"]
    form = "".join(sort for _, sort, _ in named)
    if form not in _MIRRORED and form != "vvkk":
        return None
    if len(set(doses)) != _PAIR or len(set(ratios)) != _PAIR:
        return None
    return dict(zip(doses, ratios, strict=True))


def _of_another_arm(sentence: Reading, ratio: Quantity, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A ratio told for a combination that stands only beside another ratio of its statement."""
    named = {arm.concepts for arm in sentence.arms if not arm.prior}
    for source in sources:
        groups = list(_groups(source))
        own = [arms for value, arms in groups if value == ratio.value]
        others = [arms for value, arms in groups if value != ratio.value]
        if len(own) != 1 or not others:
            continue
        rest = frozenset[frozenset[str]]().union(*others)
        mine = {arm for arm in own[0] - rest if len(arm) >= _PAIR}
        theirs = {arm for arm in named & (rest - own[0]) if len(arm) >= _PAIR}
        if mine and theirs and not any(arm <= name or name <= arm for arm in mine for name in named - rest):
            words = sentence.phrase(ratio.first, ratio.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another combination")
            return


def _groups(source: Reading) -> Iterator[tuple[float, frozenset[frozenset[str]]]]:
    """(ratio, the treatments named since the ratio before it) of each ratio printed."""
    start = 0
    for quantity in source.quantities:
        if quantity.kind == "ratio":
            arms = [arm for arm in source.arms if start <= arm.first < quantity.first and not arm.prior]
            yield quantity.value, frozenset(arm.concepts for arm in arms)
            start = quantity.last
