"""Two facts of one kind told one after the other keep their order: two doses of a drug, the ratios of triplet and doublet, two
dates of approval, and the share of patients beside all of them.

The second fact of such a pair is told with few words ("and for first-line use alone in 2017", "0.24 and 0.33"), and a sentence
that takes it for the first has nothing that is not printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Quantity, Reading, Reason, ReasonCode

_SIZES = {"triplet": 3, "doublet": 2}
_BESIDE, _AFTER, _SHORT = 5, 3, 8
_PEOPLE, _ALL = frozenset({"patient", "women", "particip", "people"}), frozenset({"all", "everi", "each"})
_RECEIVED = frozenset({"receiv", "had", "been", "taken", "took", "treat", "given", "got"})
_PARTING = frozenset({";", "."})
_WHOLE = 100


def check_second_facts(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for the second fact of a printed pair told as the first, or the other way round."""
    del lexicon
    yield from _better_dose(sentence, sources)
    yield from _sized(sentence, sources)
    yield from _dates(sentence, sources)
    yield from _shares(sentence, sources)


def _better_dose(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A result that is longer with one dose is not longer with the other dose of that drug."""
    printed = {entry for source in sources for entry in _dosed(source)}
    for kind, base, dose, arm in _dosed_arms(sentence):
        doses = {other for its, drug, other in printed if (its, drug) == (kind, base)}
        if doses and dose not in doses:
            words = sentence.phrase(arm.first, arm.last)
            yield Reason(ReasonCode.DIRECTION, words, f"the cited statements print this of another dose than {words}")


def _dosed(reading: Reading) -> Iterator[tuple[str, frozenset[str], frozenset[str]]]:
    yield from ((kind, base, dose) for kind, base, dose, _ in _dosed_arms(reading))


def _dosed_arms(reading: Reading) -> Iterator[tuple[str, frozenset[str], frozenset[str], Arm]]:
    """(direction, drug, dose, treatment) of a direction with a dosed drug right behind it ("longer with A 5 mg")."""
    negated = {reading.segments[m.first] for m in reading.of_kind("negator")}
    for mention in reading.of_kind("up", "down"):
        behind = [arm for arm in reading.arms if 0 < arm.first - mention.last <= _AFTER - 1 and not arm.prior]
        for arm in behind[:1]:
            dose = arm.concepts - undosed(arm.concepts)
            led = reading.tokens[arm.first - 1].stem == "with"
            if dose and led and reading.segments[mention.first] not in negated:
                yield mention.kind, undosed(arm.concepts), dose, arm


def _sized(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Two ratios listed for a triplet and a doublet stand in the order of the two."""
    told = dict(_told_sizes(sentence))
    for source in sources:
        sizes = [len(undosed(arm.concepts)) for arm in source.arms if not arm.prior]
        order = [size for size in dict.fromkeys(sizes) if size in _SIZES.values()]
        pairs = [pair for pair in pairwise(source.quantities) if _listed(source, *pair)]
        if len(order) != len(_SIZES) or len(pairs) != 1:
            continue
        printed = dict(zip(order, (quantity.value for quantity in pairs[0]), strict=True))
        turned = {order[0]: printed[order[1]], order[1]: printed[order[0]]}
        if told and all(turned[size] == value for size, value in told.items()):
            words = " and ".join(f"{value:g}" for value in told.values())
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"printed for the other of triplet and doublet: {words}")


def _listed(source: Reading, left: Quantity, right: Quantity) -> bool:
    between = [token.stem for token in source.tokens[left.last : right.first]]
    return left.kind == right.kind == "ratio" and between == ["and"]


def _told_sizes(sentence: Reading) -> Iterator[tuple[int, float]]:
    """(size, ratio) of a ratio with "for the triplet" or the like behind it."""
    for quantity in sentence.quantities:
        after = [token.stem for token in sentence.tokens[quantity.last : quantity.last + _BESIDE]]
        end = next((i for i, stem in enumerate(after) if stem in {"and", ",", *_PARTING}), len(after))
        sizes = [_SIZES[stem] for stem in after[:end] if stem in _SIZES]
        if quantity.kind == "ratio" and sizes and set(after[:1]) & {"for", "with"}:
            yield sizes[0], quantity.value


def _dates(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """The date of a further use goes with that use ("first approved in 2002, and alone in first line in 2017")."""
    told = {quantity.value: quantity for quantity in sentence.quantities if quantity.kind == "date"}
    uses = _uses(sentence, 0, len(sentence.tokens))
    for source in sources:
        dates = [quantity for quantity in source.quantities if quantity.kind == "date"]
        for left, right in pairwise(dates):
            further = _uses(source, left.last, right.first) - _uses(source, 0, left.first)
            if not further or right.first - left.last > _SHORT or len({left.value, right.value} & set(told)) != 1:
                continue
            first, later = left.value in told, uses & further
            if (first and later == further) or (not first and not later):
                date = told[left.value if first else right.value]
                words = sentence.phrase(date.first, date.last)
                yield Reason(ReasonCode.DATE, words, f"the cited statement prints “{words}” for another use")


def _uses(reading: Reading, first: int, last: int) -> frozenset[str]:
    """Lines of treatment and "alone" in a stretch that ends at no semicolon or full stop."""
    if first and {token.stem for token in reading.tokens[first:last]} & _PARTING:
        return frozenset()
    named = [m for m in reading.mentions if first <= m.first < last]
    return frozenset(m.concept for m in named if m.dimension == "line" or m.concept == "monotherapy")


def _shares(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What a printed share of patients had received, not all of them had."""
    stems = [token.stem for token in sentence.tokens]
    everyone = [i for i, stem in enumerate(stems) if stem in _ALL and set(stems[i + 1 : i + _AFTER]) & _PEOPLE]
    if not everyone or sentence.of_kind("negator") or any(q.kind == "percent" for q in sentence.quantities):
        return
    told = [m for m in sentence.of_kind("drug", "class") if m.first > everyone[0]][:1]
    received = {stems[i] for m in told for i in range(everyone[0], m.first)} & _RECEIVED
    names = {m.concept for m in told if received}
    for source in sources:
        shared = {name for name, whole in _had(source) if not whole} - {name for name, whole in _had(source) if whole}
        for name in sorted(names & shared):
            yield Reason(ReasonCode.QUANTIFIER, name, f"a share of the patients, not all, had {name.replace('_', ' ')}")


def _had(source: Reading) -> Iterator[tuple[str, bool]]:
    """(drug or class, whether all) of "X% had received it" and "all patients had received it"."""
    starts = [(q.last, q.value >= _WHOLE) for q in source.quantities if q.kind == "percent"]
    starts += [(i + 1, True) for i, token in enumerate(source.tokens) if token.stem in _ALL]
    for start, whole in starts:
        named = [m for m in source.of_kind("drug", "class") if start <= m.first < start + _SHORT][:1]
        between = {token.stem for m in named for token in source.tokens[start : m.first]}
        if (
            between & _RECEIVED
            and not between & {",", *_PARTING}
            and not any(t.is_number for m in named for t in source.tokens[start : m.first])
        ):
            yield from ((m.concept, whole) for m in named)
