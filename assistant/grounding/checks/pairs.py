"""Figures that are printed in pairs stay in them: "289 (40.8%)", "22 of 39", "3.6 months in PALMIRA"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_OF = (["of"], ["of", "the"], ["/"])
_OPENED = (["("], ["patient", "("])
_NAMED_KINDS = frozenset({"months", "percent", "count", "ratio"})
_REPEATED_KINDS = frozenset({"months", "percent", "mg", "count", "ratio"})
_SHARED = frozenset({"both", "each", "same", "equal"})
_SAME_IN = frozenset({"in", "with", "for", "at", "on", "as", "median", "rate", "share", "figur", "valu"})
_SHARED_REACH = 12
_RESULT_KINDS = frozenset({"months", "percent"})
_AGAINST = (["vs"], ["versus"], ["against"], ["compar", "with"])
_TO = (["to"], ["month", "to"], ["%", "to"])
_CAPITALS = 3
_SHARE_REACH = 6
_ROUNDED = 1.0
Pair = tuple[str, float, float]


def check_count_pairs(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a part with its whole or share where the sources print one of the two in another pair only."""
    del lexicon
    printed = {pair for source in sources for pair, _ in _pairs(source)}
    for pair, (first, last) in _pairs(sentence):
        kind, left, right = pair
        rivals = {other for other in printed if other[0] == kind and (other[1] == left or other[2] == right)}
        if rivals and pair not in printed and not any(_rounded(pair, other) for other in rivals):
            words = sentence.phrase(first, last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"no cited statement prints these two together: “{words}”")


def _rounded(pair: Pair, other: Pair) -> bool:
    """Whether a whole share in a pair is the printed one without its decimals ("roughly 69 %")."""
    whole = pair[0] == "share" and pair[2].is_integer()
    return whole and pair[1] == other[1] and abs(pair[2] - other[2]) < _ROUNDED


def check_named_figures(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure with a name right after it ("3.6 months in A") that is printed with other names only."""
    del lexicon
    printed = [entry for source in sources for entry in _named(source)]
    for quantity, name in _named(sentence):
        names = {other for value, other in printed if (value.kind, value.value) == (quantity.kind, quantity.value)}
        if names and name not in names:
            words = sentence.phrase(quantity.first, quantity.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another name than {name}")


def _named(reading: Reading) -> Iterator[tuple[Quantity, str]]:
    """Figures with the name that stands right after them, behind "in" or an opening parenthesis."""
    for quantity in reading.quantities:
        link = [token.stem for token in reading.tokens[quantity.last : quantity.last + 1]]
        following = reading.tokens[quantity.last + 1 : quantity.last + 2]
        if quantity.kind in _NAMED_KINDS and link and link[0] in {"in", "("} and following and _is_name(following[0].text):
            yield quantity, following[0].stem


def _is_name(word: str) -> bool:
    """Whether a word is written as trials are ("PACE", "postMONARCH")."""
    return sum(letter.isupper() for letter in word) >= _CAPITALS


def _is_part(reading: Reading, part: Quantity, whole: Quantity) -> bool:
    """Whether two counts stand as "2 of 38"."""
    return part.kind == "count" and [token.stem for token in reading.tokens[part.last : whole.first]] in _OF


def _pairs(reading: Reading) -> Iterator[tuple[Pair, tuple[int, int]]]:
    """(kind, part, whole or percentage) with the tokens they take."""
    for before, left, right in zip((None, *reading.quantities), reading.quantities, reading.quantities[1:], strict=False):
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        if left.kind == "level" and right.kind == "ci":
            yield ("interval", left.value, right.value), (left.first, right.last)
        if left.worded or right.worded:
            continue
        if left.kind == "percent" and right.kind == "count" and between[-1:] == ["("] and len(between) <= _SHARE_REACH:
            yield ("share", right.value, left.value), (left.first, right.last)
        if left.kind != "count":
            continue
        if right.kind == "count" and between in _OF:
            yield ("whole", left.value, right.value), (left.first, right.last)
        elif right.kind == "percent" and between in _OPENED:
            part = before if before and _is_part(reading, before, left) else left
            yield ("share", part.value, right.value), (part.first, right.last)


def check_opposed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for two figures set against each other that no source prints of one measure, for a change that goes the
    other way than the sentence says, and for one figure on both sides that is printed on one.
    """
    del lexicon
    for left, right in pairwise(sentence.quantities):
        between = [token.stem for token in sentence.tokens[left.last : right.first]]
        if left.kind != right.kind or left.kind not in _RESULT_KINDS or left.upper is not None:
            continue
        words = sentence.phrase(left.first, right.last)
        if between in _AGAINST and not any(_measured_alike(left, right, source) for source in sources):
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"no cited statement prints these two of one measure: “{words}”")
        if between in _AGAINST and any(_crossed(left, right, sentence, source) for source in sources):
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"printed for the treatments the other way round: “{words}”")
        if between in _TO and _turned(sentence, left, right):
            yield Reason(ReasonCode.DIRECTION, words, f"the figures go the other way than the sentence says: “{words}”")


def _measured_alike(left: Quantity, right: Quantity, source: Reading) -> bool:
    """Whether a source prints both figures, each once or more, of the same measure."""
    found = [[f for f in source.figures if agrees(quantity, f.quantity)] for quantity in (left, right)]
    return any(one is not other and one.measures == other.measures for one in found[0] for other in found[1])


def _crossed(left: Quantity, right: Quantity, sentence: Reading, source: Reading) -> bool:
    """Whether two figures are printed for treatments that the sentence names before them in the other order, or where it names
    none, in the other order themselves.
    """
    found = [
        (one, other)
        for one in source.figures
        for other in source.figures
        if one is not other and one.measures == other.measures and agrees(left, one.quantity) and agrees(right, other.quantity)
    ]
    if not any(not arm.prior for arm in sentence.arms):
        return bool(found) and all(one.quantity.first > other.quantity.first for one, other in found)
    pairs = [(one.arm - other.arm, other.arm - one.arm) for one, other in found]
    opposed = [m.first for m in sentence.of_kind("versus") if m.first < left.first]
    if sentence.has("switch") or (opposed and opposed[0] < min((arm.first for arm in sentence.arms), default=0)):
        return False
    number = sentence.segments[left.first]
    alone = len({arm.concepts for arm in sentence.arms if not arm.prior and sentence.segments[arm.first] == number}) == 1
    start = sentence.segments.index(number) if alone else 0
    named = [tuple(_first_named(names, sentence, start, left.first) for names in both) for both in pairs]
    return bool(named) and all(one is not None and other is not None and one > other for one, other in named)


def _first_named(concepts: frozenset[str], sentence: Reading, start: int, before: int) -> int | None:
    """The first token between two places that names one of these concepts."""
    earlier = {i for arm in sentence.arms if arm.prior for i in range(arm.first, arm.last)}
    places = (m.first for m in sentence.mentions if m.concept in concepts and m.first not in earlier)
    return next((place for place in places if start <= place < before), None)


def check_repeats(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure that the sentence has more often than any source: it stands in the place of another."""
    del lexicon
    exact = [
        q
        for q in sentence.quantities
        if q.kind in _REPEATED_KINDS and not (q.about or q.worded or q.bound) and sentence.tokens[q.first].is_number
    ]
    for quantity in exact:
        stated = sum(other.kind == quantity.kind and other.value == quantity.value for other in exact)
        printed = sum(agrees(quantity, other) for source in sources for other in source.quantities if _is_result(other, source))
        shared = any(_shared(quantity, source) for source in sources)
        if stated > printed > 0 and not shared:
            words = sentence.phrase(quantity.first, quantity.last)
            yield Reason(ReasonCode.NUMBER, words, f"{words} stands more often than in any cited statement")


def _is_result(quantity: Quantity, source: Reading) -> bool:
    """Whether a duration is more than the point in time of a rate ("6-month rates")."""
    after = source.tokens[quantity.last : quantity.last + 1]
    return quantity.kind != "months" or not after or after[0].stem != "rate"


def _shared(quantity: Quantity, source: Reading) -> bool:
    """Whether a figure is printed for several at once: "both" or "each" near it, or "the same" of no group or drug."""
    for other in (q for q in source.quantities if agrees(quantity, q)):
        for index in range(max(0, other.first - _SHARED_REACH), min(other.last + _SHARED_REACH, len(source.tokens))):
            stem = source.tokens[index].stem
            of_figure = stem != "same" or not source.tokens[index + 1 : index + 2] or _opens_figure(source, index + 1)
            if stem in _SHARED and of_figure:
                return True
    return False


def _opens_figure(source: Reading, place: int) -> bool:
    """Whether what follows "the same" is the figure or where it holds, and no thing that is the same."""
    return not source.tokens[place].is_word or source.tokens[place].stem in _SAME_IN


def _turned(sentence: Reading, left: Quantity, right: Quantity) -> bool:
    """Whether "from A to B" falls where the stretch speaks of a rise alone, or rises where it speaks of a fall alone."""
    if left.first == 0 or sentence.tokens[left.first - 1].stem != "from":
        return False
    number = sentence.segments[left.first]
    kinds = {m.kind for m in sentence.of_kind("up", "down") if sentence.segments[m.first] == number}
    return (kinds == {"up"} and left.value > right.value) or (kinds == {"down"} and left.value < right.value)
