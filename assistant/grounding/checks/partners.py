"""Who is given with whom: no drug is its own partner or comparator, and what all arms share is no arm of its own.

A model that mixes up two drugs of a combination writes one of them twice ("A, for use with A or B", a brand beside its own drug
included), names as shared what tells the arms apart, or asks for the comparison of two that the statement does not pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_PLUS = frozenset({"plus", "alongsid"})
_GIVEN = frozenset(
    {"it", "use", "them", "combin", "togeth", "given", "taken", "approv", "partner", "pair", "or", "and", ",", "food"}
)
_ADD = frozenset({"add", "ad", "addit"})
_LISTED = frozenset({",", "or", "and", "/"})
_FILL = frozenset({"the", "a", "an", "either", "both", "oral"})
_SHARED = frozenset({"each", "both"})
_SHARED_LINKS = frozenset({"plus", "with", "combin", "given", "taken", "in", "togeth", "each", "both", "ad", "to"})
_ARMS = frozenset({"arm", "group", "side"})
_PAIRED = frozenset({"between", "of", "compar"})
_PAIR_LINKS = frozenset({"and", "with", "or", "versu", "vs", "against", "to"})
_PAIR_REACH, _SHARED_REACH = 2, 4
_DATA = frozenset({"data", "rank", "trial", "studi"})
_UNKNOWN = frozenset({"unknown", "unreported"})


def check_partners(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug given with itself, for a shared drug that is none, and for an unpaired comparison."""
    del lexicon
    printed = {concept for source in sources for concept, _, _ in _own_partners(source)}
    alone = {arm.concepts for source in sources for arm in source.arms}
    for concept, drug, listed in _own_partners(sentence):
        if concept not in printed and not (listed and frozenset({concept}) in alone):
            words = sentence.phrase(drug.first, drug.last)
            yield Reason(ReasonCode.RELATION, words, f"{words} is named as its own partner")
    yield from _set_against_itself(sentence, sources)
    yield from _not_shared(sentence, sources)
    yield from _unpaired(sentence, sources)


def _own_partners(reading: Reading) -> Iterator[tuple[str, Mention, bool]]:
    """(drug, mention, whether behind "and" in a comparison) of drugs linked to themselves as partner."""
    prior = {i for arm in reading.arms if arm.prior for i in range(arm.first, arm.last)}
    measured = bool(reading.of_kind("measure", "versus"))
    subject: Mention | None = None
    head: Mention | None = None
    before: Mention | None = None
    for name in reading.of_kind("drug", "class", "arm"):
        if name.first in prior:
            continue
        between = {t.stem for t in reading.tokens[before.last : name.first]} if before else set[str]()
        led = any(arm.first == name.first and len(arm.concepts) > 1 for arm in reading.arms)
        if led or not (between and between <= _LISTED and head is not None and head is not subject):
            head = name
        linked = head is not name or _is_partner(reading, name, subject)
        if linked and subject is not None and name.concept == subject.concept and name.kind == "drug":
            yield name.concept, name, measured and head is not name
        if not linked:
            subject = head = name
        before = name


def _set_against_itself(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug compared with itself, its dose aside ("A was compared with either A or B")."""
    printed = {words for source in sources for words, _ in _self_compared(source)}
    for concept, words in _self_compared(sentence):
        if concept not in printed:
            yield Reason(ReasonCode.RELATION, words, f"{words} is set against itself")


def _self_compared(reading: Reading) -> Iterator[tuple[str, str]]:
    """(drug, words) where "versus" or "compared with" is followed by the one drug that is compared."""
    arms = [arm for arm in reading.arms if not arm.prior]
    for left, right in pairwise(arms):
        between = [t.stem for t in reading.tokens[left.last : right.first] if t.stem not in _FILL]
        opposed = between[-1:] in (["versu"], ["vs"], ["against"]) or (between[-1:] == ["with"] and "compar" in between)
        if opposed and left.concepts == right.concepts and len(left.concepts) == 1:
            yield min(left.concepts), reading.phrase(right.first, right.last)


def _is_partner(reading: Reading, name: Mention, subject: Mention | None) -> bool:
    """Whether a name is what its subject is given with."""
    stems = [token.stem for token in reading.tokens[: name.first]]
    while stems and stems[-1] in _FILL:
        stems.pop()
    if not stems or subject is None:
        return False
    if stems[-1] in _PLUS:
        return True
    if stems[-1] == "to":
        return bool(_ADD & {t.stem for t in reading.tokens[max(0, subject.first - 3) : subject.first]}) and (
            len(stems) - 1 - subject.last <= 1
        )
    behind_figure = any(q.last == len(stems) - 2 and q.kind != "date" for q in reading.quantities)
    return stems[-1] in {"with", "without"} and len(stems) > 1 and stems[-2] in _GIVEN and not behind_figure


def _not_shared(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug that all arms are said to have ("each with A", "A in both arms"): two printed arms have it, and none is it."""
    known = {concept for source in sources for concept in _in_several(source) | {m.concept for m in _shared(source)}}
    for drug in _shared(sentence):
        words = sentence.phrase(drug.first, drug.last)
        alone = [
            a for a in sentence.arms if a.concepts == {drug.concept} and not a.first <= drug.first < a.last and not a.prior
        ]
        if alone and any(f.arm == {drug.concept} for f in sentence.figures):
            yield Reason(ReasonCode.RELATION, words, f"{words} is said to be in all arms and to be one of them")
        elif known and drug.concept not in known and any(source.has(drug.concept) for source in sources):
            yield Reason(ReasonCode.RELATION, words, f"no cited statement has {words} in all arms")


def _shared(reading: Reading) -> list[Mention]:
    """The drugs that a text says all arms have."""
    found = []
    for drug in reading.of_kind("drug"):
        before = [t.stem for t in reading.tokens[max(0, drug.first - _SHARED_REACH) : drug.first]]
        after = [t.stem for t in reading.tokens[drug.last : drug.last + _SHARED_REACH + 1]]
        led = (
            bool(_SHARED & set(before)) and set(before[max(i for i, w in enumerate(before) if w in _SHARED) :]) <= _SHARED_LINKS
        )
        both = "both" in after and bool({"partner"} & set(after) or _ARMS & set(after))
        if led or both or before[-2:] == ["partner", "with"]:
            found.append(drug)
    return found


def _in_several(reading: Reading) -> set[str]:
    """The drugs of two treatments or more that a text compares."""
    sets = {arm.concepts for arm in reading.arms if not arm.prior}
    return {concept for arm in sets for concept in arm if sum(concept in other for other in sets) > 1}


def _unpaired(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Two drugs of which a comparison is said to be lacking, where the statements say so of another pair."""
    if not _lacks(sentence):
        return
    printed = {pair for source in sources if _lacks(source) for pair, _ in _compared(source)}
    for pair, words in _compared(sentence):
        if any(len(pair & other) == 1 for other in printed) and pair not in printed:
            yield Reason(ReasonCode.RELATION, words, f"no cited statement speaks of a comparison of these two: {words}")


def _lacks(reading: Reading) -> bool:
    """Whether a comparison is said to be lacking, not a difference ("no data compare", "which is better is not known")."""
    stems = {token.stem for token in reading.tokens}
    of_data = bool(reading.of_kind("negator")) and bool(stems & _DATA)
    return of_data or reading.has(*_UNKNOWN) or "lack" in stems


def _compared(reading: Reading) -> Iterator[tuple[frozenset[str], str]]:
    """(two drugs, words) named as the sides of one comparison."""
    for left, right in pairwise(reading.of_kind("drug")):
        between = [t.stem for t in reading.tokens[left.last : right.first]]
        before = {t.stem for t in reading.tokens[max(0, left.first - _PAIR_REACH) : left.first]}
        if len(between) == 1 and between[0] in _PAIR_LINKS and before & _PAIRED and left.concept != right.concept:
            yield frozenset({left.concept, right.concept}), reading.phrase(left.first, right.last)
