"""What is denied of one measure is not denied of another: "shorter survival, but no association with progression".

A sentence that denies a difference in one measure, where the statements affirm that and deny the difference in another, has
put one measure in the place of the other. Figures that show no difference by themselves speak for the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_MEASURES = frozenset({"pfs", "os", "orr", "ttp"})
_OPEN = frozenset({"not_significant", "endpoint_not_met"})
_ALPHA = 0.05


def check_unproven(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a measure denied a difference that the statements deny another measure."""
    del lexicon
    denied = _denied(sentence)
    if len(denied) != 1 or len(_MEASURES & sentence.concepts()) != 1:
        return
    (measure,) = denied
    homes = [source for source in sources if source.has(measure)]
    refused = frozenset().union(*(_denied(source) for source in homes)) if homes else frozenset[str]()
    if refused and measure not in refused and not any(_undecided(source, measure) for source in homes):
        words = measure.replace("_", " ")
        yield Reason(ReasonCode.NEGATION, words, f"the cited statements deny this of another measure than {words}")


def _denied(reading: Reading) -> frozenset[str]:
    """The measures of the stretches that deny; a stretch that names none is about the last one named."""
    places = {reading.segments[m.first] for m in reading.of_kind("negator")}
    places |= {reading.segments[m.first] for m in reading.of_kind("finding") if m.concept in _OPEN}
    found: set[str] = set()
    last: set[str] = set()
    for number in sorted(set(reading.segments)):
        own = {m.concept for m in reading.of_kind("measure") if reading.segments[m.first] == number} & _MEASURES
        last = own or last
        if number in places:
            found |= last
    return frozenset(found)


def _undecided(source: Reading, measure: str) -> bool:
    """Whether a stretch about a measure prints figures that show no difference, or none that would show one."""
    inside = [figure.quantity for figure in source.figures if measure in figure.measures]
    told = [q for q in inside if q.kind == "p" or (q.kind == "ci" and q.upper is not None)]
    return not told or any(
        q.value > _ALPHA if q.kind == "p" else q.upper is not None and q.value <= 1.0 <= q.upper for q in told
    )
