"""Denials that say what a statement asserts by another word: "not outside A" of "only in A", "does not require one" of
"whatever it is", "but not B" of a result without a difference in B, and "too few for it" of "this was not reached".
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.denials import prints_no_difference
from assistant.grounding.support.evidence import denies_difference, items, printed_significance
from assistant.grounding.types import Mention, Reading

_ELSEWHERE = frozenset({"outsid", "elsewher", "beyond", "apart", "except", "anywher"})
_BINDING = frozenset({"requir", "depend", "matter", "hing", "need", "limit", "restrict", "affect", "call", "turn"})
_FREE = frozenset({"whatev", "regardless", "irrespect", "independ", "without", "whichev"})
_BUT = frozenset({"but", "though", "although", "and", ","})
_POSSESSIVE = frozenset({"it", "the", "their", "s", "an", "a", "improv", "prolong", "primari", "endpoint", "on", "in", "for"})
_WIN = frozenset({"improv", "prolong", "extend", "lengthen", "met", "meet", "gain", "benefit", "significantli", "longer"})
_THIS = frozenset({"this", "which", "it", "these", "that"})
_ATTAINED = frozenset(
    {"reach", "met", "attain", "achiev", "cross", "produc", "satisfi", "meet", "hit", "deliv", "yield", "provid"}
)
_MARK = frozenset({"number", "enough", "threshold", "bar", "mark", "minimum", "suffici", "requir", "need"})
_NEAR, _REACH, _SHARED, _VERB_REACH = 4, 8, 2, 3


def told_otherwise(sentence: Reading, negator: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a denial follows from what a statement says by another word."""
    return any(
        _nowhere_else(sentence, negator, source, light)
        or _free_of(sentence, negator, source, light)
        or _mark_missed(sentence, negator, source, light)
        or _still_to_come(sentence, negator, source)
        or _in_none(sentence, negator, source, light)
        for source in sources
    ) or _not_that_one(sentence, negator, sources)


def _stems(reading: Reading, first: int, last: int) -> list[str]:
    return [token.stem for token in reading.tokens[max(0, first) : last]]


def _of_stretch(reading: Reading, place: int, light: frozenset[str]) -> set[str]:
    number = reading.segments[place]
    return {item for index, item in items(reading, light) if reading.segments[index] == number}


def _nowhere_else(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether "did not arise outside A" is said of what a statement has "only in A": the name behind both is one."""
    places = [i for i in range(negator.last, negator.last + _REACH) if i < len(sentence.tokens)]
    away = next((i for i in places if sentence.tokens[i].stem in _ELSEWHERE), None)
    if away is None:
        return False
    behind = [item for _, item in items(sentence, light, away + 1, away + _REACH)]
    for only in (m for m in source.of_kind("quantifier") if m.concept == "q_only"):
        near = [item for _, item in items(source, light, only.last, only.last + _NEAR)]
        shared = _of_stretch(sentence, away, light) & _of_stretch(source, only.first, light)
        if behind and near and behind[0] == near[0] and len(shared) > _SHARED:
            return True
    return False


def _free_of(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether what is "not required" or "does not matter" is what a statement says a thing holds regardless of."""
    if not _BINDING & set(_stems(sentence, negator.last, negator.last + _NEAR)):
        return False
    told = {item for _, item in items(sentence, light, negator.last, negator.last + _REACH)}
    told |= {item for _, item in items(sentence, light, negator.first - _NEAR, negator.first)}
    names = {m.concept for m in sentence.of_kind("drug", "class")}
    for place in source.places(_FREE):
        if source.tokens[place].stem == "without" and _stems(source, place - 1, place) != ["or"]:
            continue
        free = {item for _, item in items(source, light, place + 1, place + _NEAR + 1)}
        if told & (free - names) and names <= source.concepts():
            return True
    return False


def _mark_missed(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether "did not reach the number of responses" is what a statement says by "13 were needed; this was not reached"."""
    after = set(_stems(sentence, negator.last, negator.last + _REACH))
    if not (_MARK & after and _ATTAINED & set(_stems(sentence, negator.first, negator.first + _NEAR))):
        return False
    if any(q.kind in {"months", "percent", "ratio"} for q in sentence.quantities):
        return False
    drugs = {m.concept for m in sentence.of_kind("drug", "trial")}
    for other in source.of_kind("negator", "finding"):
        near = set(_stems(source, other.first - _NEAR, other.first + _VERB_REACH))
        denies = other.kind == "negator" or other.concept in {"not_reached", "endpoint_not_met"}
        if denies and near & _THIS and near & _ATTAINED and drugs <= source.concepts() and _asks_number(source, other):
            return True
    return False


def _asks_number(source: Reading, denial: Mention) -> bool:
    """Whether a number is said to be needed before a denial."""
    before = set(_stems(source, 0, denial.first))
    return bool(before & {"need", "requir", "necessari"}) and bool(before & {"respons", "respond", "event", "patient"})


def _still_to_come(sentence: Reading, negator: Mention, source: Reading) -> bool:
    """Whether what is without progression is what a statement dates before progression."""
    if _stems(sentence, negator.first, negator.first + 3) != ["without", "diseas", "progress"]:
        return False
    places = source.places(frozenset({"befor"}))
    return any("progress" in _stems(source, i + 1, i + _NEAR) for i in places)


def _in_none(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether what is denied is printed as 0% of the same patients: the sentence shares more with that part of a list than
    with any other, and prints no share of its own there.
    """
    number = sentence.segments[negator.first]
    said = {item for index, item in items(sentence, light, 0, len(sentence.tokens)) if index >= negator.first - _REACH}
    said &= _of_stretch(sentence, negator.first, light)
    shares = [q for q in source.quantities if q.kind == "percent"]
    if not any(q.value == 0 for q in shares) or len(shares) == 1:
        return False
    if any(q.kind == "percent" and sentence.segments[q.first] == number for q in sentence.quantities):
        return False
    ends = [q.first for q in shares[1:]] + [len(source.tokens)]
    parts = [{i for _, i in items(source, light, q.last, end)} for q, end in zip(shares, ends, strict=True)]
    own = [parts[i] for i, q in enumerate(shares) if q.value == 0]
    others = [part for i, part in enumerate(parts) if shares[i].value != 0]
    unlike = frozenset().union(*others) - own[0]
    return len(said & (own[0] - frozenset().union(*others))) > 0 and not said & unlike


def _not_that_one(sentence: Reading, negator: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "A but not B" of two measures is what statements show: no difference in B, of the trial that is named."""
    near = [m for m in sentence.of_kind("measure") if 0 <= m.first - negator.last <= _NEAR]
    if not near or not _BUT & set(_stems(sentence, negator.first - 2, negator.first)):
        return False
    if not set(_stems(sentence, negator.last, near[0].first)) <= _POSSESSIVE:
        return False
    before = sentence.tokens[max(0, negator.first - _REACH * 2) : negator.first]
    closed = [i for i in range(near[0].last, len(sentence.tokens)) if sentence.tokens[i].stem == ","][:1]
    before += sentence.tokens[near[0].last : near[0].last + _VERB_REACH] if closed == [near[0].last] else ()
    if not _WIN & {token.stem for token in before}:
        return False
    number = sentence.segments[negator.first]
    trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == number}
    trials = trials or {m.concept for m in sentence.of_kind("trial")[:1]}
    about = [s for s in sources if s.has(near[0].concept) and (not trials or s.has(*trials))]
    measure = frozenset({near[0].concept})
    shown = {printed_significance(f, s) for s in about for f in s.figures if f.measures == measure}
    denied = any(denies_difference(s, measure) for s in about) or (False in shown and prints_no_difference(about))
    return bool(about) and denied and True not in shown
