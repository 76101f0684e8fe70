"""Words of how many that other words bear out: "few" by "only 20", "only when" by "until", "only" by a denial.

"Only A was approved" follows where the sentence denies the same of the other thing named; "either arm" is "both arms"; "any of
A, B or C" is a list of alternatives. What a sentence adds to that is held by the other checks.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.all_named import told_of_each
from assistant.grounding.support.told_again import closes_enumeration, closes_list, only_later, only_so_many
from assistant.grounding.types import Mention, Reading

_ONLY, _FEW, _ANY, _EITHER, _BOTH, _MOST = "q_only", "q_few", "q_any", "q_either", "q_both", "q_most"
_ALL, _HOW = "q_all", "how"
_WHEN, _UNTIL = frozenset({"when", "onc", "once", "after", "if"}), frozenset({"until", "unless"})
_WEAK = frozenset({"trend", "numer", "nomin", "numerically", "nominally"})
_SIDES = frozenset({"arm", "group", "side", "cohort"})
_NEAR, _COUNT_REACH, _LISTED, _BRACKETED = 1, 6, 2, 2
_LASTING, _CHANGED = "continued", "switch"
_DENIED = ("negator", "finding")


def restated(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a word of how many says what the statements say in other words."""
    following = [token.stem for token in sentence.tokens[mention.last : mention.last + _NEAR]]
    if mention.first and sentence.tokens[mention.first - 1].stem == _HOW:
        return True
    if mention.concept == _ONLY:
        return (
            _only_weak(mention, sentence)
            or only_later(mention, sentence, sources)
            or (bool(_WHEN & set(following)) and any(_UNTIL & {t.stem for t in source.tokens} for source in sources))
            or _denied_elsewhere(mention, sentence)
            or (sentence.has(_LASTING) and any(source.has(_LASTING) and source.has(_CHANGED) for source in sources))
        )
    if mention.concept == _MOST:
        return _most_counted(mention, sentence)
    if mention.concept == _FEW:
        return _few_counted(mention, sentence, sources) or only_so_many(sentence, sources)
    if mention.concept == _ALL:
        listed = closes_list(mention, sentence, sources) or closes_enumeration(mention, sentence, sources)
        return listed or told_of_each(mention, sentence, sources)
    return mention.concept == _ANY and following == ["of"] and _alternatives(mention, sentence, sources)


def of_both_sides(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "either arm" stands for the printed "both arms"."""
    beside = {token.stem for token in sentence.tokens[mention.last : mention.last + _NEAR]} & _SIDES
    printed = [
        source.tokens[m.last].stem
        for source in sources
        for m in source.of_kind("quantifier")
        if m.concept == _BOTH and m.last < len(source.tokens)
    ]
    return mention.concept == _EITHER and bool(beside) and bool(set(printed) & _SIDES)


def _only_weak(mention: Mention, sentence: Reading) -> bool:
    """Whether "only" stands behind a word that says that a result is weak ("this is nominal only")."""
    before = sentence.tokens[mention.first - 1].stem if mention.first else ""
    return before in _WEAK


def _denied_elsewhere(mention: Mention, sentence: Reading) -> bool:
    """Whether another stretch denies of something else what is said with "only" ("B had no approval; only A was approved")."""
    number = sentence.segments[mention.first]
    said = {m.concept for m in sentence.of_kind("word") if sentence.segments[m.first] == number and m.first >= mention.last}
    for denial in sentence.of_kind(*_DENIED):
        place = sentence.segments[denial.first]
        there = {m.concept for m in sentence.of_kind("word") if sentence.segments[m.first] == place}
        if place != number and said & there:
            return True
    return False


def _few_counted(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether the few are those of whom a statement says that they were only so many."""
    number = sentence.segments[mention.first]
    stated = {
        q.value
        for q in sentence.quantities
        if q.kind == "count" and sentence.segments[q.first] == number and 0 <= q.first - mention.last <= _COUNT_REACH
    }
    printed = {
        q.value
        for source in sources
        for q in source.quantities
        for m in source.of_kind("quantifier")
        if q.kind == "count" and m.concept in {_ONLY, _FEW} and 0 <= q.first - m.last <= _NEAR
    }
    return bool(stated & printed)


def _most_counted(mention: Mention, sentence: Reading) -> bool:
    """Whether "most" stands before a number that is more than half of one told before ("of the 147, most (132)")."""
    counts = [q for q in sentence.quantities if q.kind == "count"]
    part = next((q for q in counts if 0 <= q.first - mention.last <= _BRACKETED), None)
    wholes = [q.value for q in counts if q.last <= mention.first]
    return part is not None and len(wholes) == 1 and wholes[0] / 2 < part.value < wholes[0]


def _alternatives(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "any of" stands before the alternatives that a statement lists ("with A, B or C")."""
    told = _listed(sentence, mention.last)
    return len(told) >= _LISTED and any(told == _listed(source, 0) for source in sources)


def _listed(reading: Reading, first: int) -> frozenset[str]:
    """The drugs of a list that ends with "or"."""
    drugs = [m for m in reading.of_kind("drug") if m.first >= first]
    for index in range(len(drugs) - 1, 0, -1):
        if "or" in {token.stem for token in reading.tokens[drugs[index - 1].last : drugs[index].first]}:
            begin = index - 1
            while begin and {t.stem for t in reading.tokens[drugs[begin - 1].last : drugs[begin].first]} <= {",", "or"}:
                begin -= 1
            return frozenset(m.concept for m in drugs[begin : index + 1])
    return frozenset()
