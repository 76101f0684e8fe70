"""Decisions of agencies: which drug, alone or with which other, and by whom; what is open for one is not decided for all.

"A and B are approved; C was not in the material" bears out no approval of C, and "A with B is not approved by the FDA; in
China both are" none of A with B by the FDA.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.support.evidence import OPEN_FINDINGS, denials
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_APPROVE = "approve"
# Where each agency's word is the same decision.
_AGENCIES = {"fda": "fda", "ec": "ec", "ema": "ec", "nmpa": "nmpa", "china": "nmpa", "mhra": "mhra", "pmda": "pmda"}
# What opens a reason, a comparison or a time: drugs behind it are not those decided on.
_ASIDE = stems("based basis following after versus than compared over where because whose on against beyond since")
_OPEN = stems("whether if apply applied application seek sought review await pending could may might would submitted filed")


def check_decisions(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a decision on a drug that a statement denies or leaves open, and none tells of it by that agency."""
    negators = lexicon.language.negators
    left = {m.concept for source in sources for m in _left_open(source, negators)}
    if not left:
        return
    told = [(drugs, agencies | _agencies(source)) for source in sources for drugs, agencies in _told(source, negators)]
    for drug, agencies in _claims(sentence, negators):
        homes = [named for drugs, named in told if drug.concept in drugs]
        if drug.concept in left and not any(not named or not agencies or agencies & named for named in homes):
            words = sentence.phrase(drug.first, drug.last)
            yield Reason(ReasonCode.RELATION, words, f"no cited statement tells this decision on {words}")


def _left_open(reading: Reading, negators: frozenset[str]) -> Iterator[Mention]:
    """The drugs of a clause that denies an approval, or says that nothing was found of them."""
    marks = [mark for mark in denials(reading, negators) if not mark or reading.tokens[mark - 1].stem != "or"]
    denied = {reading.segments[mark] for mark in marks}
    places = {reading.segments[m.first] for m in reading.mentions if m.concept in {_APPROVE, *OPEN_FINDINGS}}
    return (m for m in reading.of_kind("drug") if reading.segments[m.first] in denied & places)


def _claims(reading: Reading, negators: frozenset[str]) -> Iterator[tuple[Mention, frozenset[str]]]:
    """Each drug told as approved, with the agencies of its clause."""
    closed = _closed(reading, negators)
    for word in (m for m in reading.mentions if m.concept == _APPROVE and reading.segments[m.first] not in closed):
        place = reading.segments[word.first]
        end = next((i for i in range(word.last, len(reading.tokens)) if reading.tokens[i].stem in _ASIDE), len(reading.tokens))
        for drug in reading.of_kind("drug"):
            if reading.segments[drug.first] == place and drug.first < end and not _earlier(reading, drug):
                yield drug, _agencies(reading, place)


def _told(reading: Reading, negators: frozenset[str]) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """(drugs, agencies) of each clause that tells a decision as made."""
    closed = _closed(reading, negators)
    for place in sorted({reading.segments[m.first] for m in reading.mentions if m.concept == _APPROVE} - closed):
        drugs = frozenset(m.concept for m in reading.of_kind("drug") if reading.segments[m.first] == place)
        yield drugs, _agencies(reading, place)


def _closed(reading: Reading, negators: frozenset[str]) -> set[int]:
    """The clauses that deny or leave open."""
    marks = denials(reading, negators) | set(reading.places(_OPEN)) | {m.first for m in reading.of_kind("hedge")}
    return {reading.segments[mark] for mark in marks}


def _agencies(reading: Reading, place: int | None = None) -> frozenset[str]:
    return frozenset(
        _AGENCIES[m.concept] for m in reading.mentions if m.concept in _AGENCIES and place in (None, reading.segments[m.first])
    )


def _earlier(reading: Reading, drug: Mention) -> bool:
    return any(arm.prior and arm.first <= drug.first < arm.last for arm in reading.arms)
