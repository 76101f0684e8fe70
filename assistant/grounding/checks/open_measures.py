"""What is not known yet of one measure is not left open for another: "whether A affects progression is unknown, the data are
immature", where the statements print the results for progression and call overall survival immature.

And data that are immature do not deny an effect: "had no effect on survival" of "survival data were immature".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_OPEN = frozenset({"immature", "unknown", "not_reached"})
_SETTLED = frozenset({"not_significant", "endpoint_not_met"})
_MEASURES = frozenset({"pfs", "os", "pfs2", "orr", "ttp", "dor"})
_EFFECTS = frozenset({"effect", "impact", "influenc", "bear", "benefit", "advantag", "gain", "improv"})
_RESULTS = frozenset({"months", "ratio", "percent"})
_SURVIVAL = "surviv"
_NEAR, _REACH = 3, 6


def check_open_measures(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a measure left open, or denied an effect, that the statements decide otherwise."""
    del lexicon
    opened = frozenset().union(*(_left_open(source) for source in sources))
    if not opened:
        return
    yield from _opened(sentence, sources, opened)
    yield from _denied(sentence, sources, opened)


def _opened(sentence: Reading, sources: Sequence[Reading], opened: frozenset[str]) -> Iterator[Reason]:
    """A measure with printed results that is called open, where only others are."""
    told = {m.concept for m in sentence.of_kind("measure")} & _MEASURES
    if not sentence.has(*_OPEN) or len(told) != 1 or sentence.figures or sentence.has(*_SETTLED):
        return
    (measure,) = told
    decided = any(
        measure in figure.measures and figure.quantity.kind in _RESULTS for source in sources for figure in source.figures
    )
    if decided and measure not in opened and not _plain_survival(sentence, measure):
        yield Reason(
            ReasonCode.NEGATION, measure, f"the cited statements print results for {measure}; what is open is another measure"
        )


def _plain_survival(sentence: Reading, measure: str) -> bool:
    """Whether "progression-free survival" is only read into another naming: overall survival is named as well."""
    return measure != "os" and any(m.concept == "os" for m in sentence.mentions)


def _denied(sentence: Reading, sources: Sequence[Reading], opened: frozenset[str]) -> Iterator[Reason]:
    """An effect denied of a measure of which the statements only say that the data are immature."""
    settled = any(source.has(*_SETTLED) for source in sources)
    if settled or sentence.has(*_OPEN):
        return
    for negator in sentence.of_kind("negator"):
        after = {token.stem for token in sentence.tokens[negator.last : negator.last + _NEAR]}
        measures = {m.concept for m in sentence.of_kind("measure") if 0 <= m.first - negator.last <= _REACH}
        if after & _EFFECTS and measures and measures <= opened:
            words = sentence.phrase(negator.first, negator.last + _NEAR)
            yield Reason(ReasonCode.SIGNIFICANCE, words, f"the cited statement calls the data immature: “{words}”")


def _left_open(reading: Reading) -> frozenset[str]:
    """The measures of the stretches that leave open; without one in the stretch, the last named before."""
    found: set[str] = set()
    for finding in (m for m in reading.of_kind("finding") if m.concept in _OPEN):
        found |= _measures(reading, finding)
    return frozenset(found)


def _measures(reading: Reading, finding: Mention) -> set[str]:
    number = reading.segments[finding.first]
    named = [m for m in reading.of_kind("measure") if m.concept in _MEASURES]
    own = {m.concept for m in named if reading.segments[m.first] == number}
    before = [m.concept for m in named if m.first < finding.first]
    return own or set(before[-1:])
