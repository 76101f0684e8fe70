"""What is said of a drug must be printed of that drug, not of the one it is given with or compared with.

Approval, companion diagnostic, label, discontinuation, dose and review belong to the subject of the clause that prints them
(`owners`). A clause of the sentence with a single subject is held against the clauses of the statements that have it as theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.support.owners import clauses, joined, segment_owners
from assistant.grounding.types import Reading, Reason, ReasonCode

_FEWEST = 2
_PRIOR = "prior"
# Holds of both that are given together.
_MUTUAL = frozenset({"combine"})
_RESULTS = frozenset({"months", "days", "percent", "ratio", "p", "ci"})
_UNCOUNTED = frozenset({"phase", "grade", "level"})


def check_owners(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where all that is printed of this is printed of another drug."""
    light = lexicon.language.light
    printed = [(clause, _said(source, clause.number, light)) for source in sources for clause in clauses(source)]
    for number in sorted(set(sentence.segments)):
        owners = segment_owners(sentence, number)
        if len({m.concept for m in owners}) != 1:
            continue
        together = frozenset().union(*(joined(sentence, m) for m in owners))
        result = any(sentence.segments[q.first] == number for q in sentence.quantities if q.kind in _RESULTS)
        if result:
            together |= {m.concept for m in sentence.of_kind("drug") if sentence.segments[m.first] == number}
        said = _said(sentence, number, light) - _MUTUAL
        if _PRIOR in said:
            continue
        told = [(clause.results if result else clause.owners, found) for clause, found in printed]
        own = frozenset().union(*(found for theirs, found in told if theirs & together))
        other = frozenset().union(*(found for theirs, found in told if theirs and not theirs & together))
        moved = said & (other - own)
        if len(moved) >= _FEWEST and not said & own:
            words = sentence.phrase(owners[0].first, owners[0].last)
            yield Reason(
                ReasonCode.RELATION, words, f"“{min(moved).replace('_', ' ')}” is printed of another drug than {words}"
            )


def _said(reading: Reading, number: int, light: frozenset[str]) -> frozenset[str]:
    """Items and figures of one stretch, names of drugs and trials aside."""
    names = {m.concept for m in reading.of_kind("drug", "trial")}
    found = {item for index, item in items(reading, light) if reading.segments[index] == number and item not in names}
    figures = {
        f"{q.kind}:{q.value:g}" for q in reading.quantities if reading.segments[q.first] == number and q.kind not in _UNCOUNTED
    }
    return frozenset(found | figures)
