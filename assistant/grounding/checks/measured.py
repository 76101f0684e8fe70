"""What is found of one measure is not told of another: "overall survival was immature" says nothing of progression.

Sentences without figures are compared by words, and the words of two measures stand in most statements. So: where all that the
statements leave open or find not significant is told of other measures, the finding is not the sentence's; and a figure is not
told of a measure that no statement prints it for, where each of them names another one. A number that the statements print as a
hazard ratio is no median where the sentence has no word for a ratio.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.evidence import intervals_of_ratios
from assistant.grounding.types import Figure, Mention, Reading, Reason, ReasonCode

_SURVIVAL = frozenset({"os", "pfs", "pfs2"})
_OPEN = frozenset({"immature", "unreported"})
_NEGATIVE = frozenset({"not_significant"})
_RESULTS = frozenset({"months", "ratio"})
_RATIO = "ratio"
_RATIO_WORDS = frozenset({"hr", "hazard", "ratio", "risk", "odd"})
_ALPHA = 0.05


def check_measured(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a finding or figure that is printed for other measures, and for a ratio told as something else."""
    del lexicon
    named = _survival(sentence.of_kind("measure"))
    if len(named) == 1:
        yield from _found_of_another(sentence, sources, named)
        for figure in sentence.figures:
            printed = [other for source in sources for other in source.figures if agrees(figure.quantity, other.quantity)]
            if figure.quantity.kind in _RESULTS and figure.measures & named and printed and _all_other(printed, named):
                words = sentence.phrase(figure.quantity.first, figure.quantity.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another measure than {min(named)}")
    yield from _ratios_as_others(sentence, sources)


def _survival(mentions: Sequence[Mention]) -> frozenset[str]:
    return frozenset(m.concept for m in mentions) & _SURVIVAL


def _all_other(printed: Sequence[Figure], named: frozenset[str]) -> bool:
    """Whether figures are each printed for a survival measure, and none of them for this one."""
    return all(figure.measures & _SURVIVAL and not figure.measures & named for figure in printed)


def _found_of_another(sentence: Reading, sources: Sequence[Reading], named: frozenset[str]) -> Iterator[Reason]:
    for kinds in (_OPEN, _NEGATIVE):
        findings = [m for m in sentence.of_kind("finding") if m.concept in kinds]
        if not findings or any(_shows_none(source, named) for source in sources):
            continue
        told = [_told(source, m) for source in sources for m in source.of_kind("finding") if m.concept in kinds]
        if told and all(measures and not measures & named for measures in told):
            words = sentence.phrase(findings[0].first, findings[0].last)
            yield Reason(ReasonCode.SIGNIFICANCE, words, f"“{words}” is printed of another measure than {min(named)}")


def _told(source: Reading, finding: Mention) -> frozenset[str]:
    """The survival measures that a finding is told of: those of its stretch, else of the last stretch before it with any."""
    measures = [m for m in source.of_kind("measure") if m.concept in _SURVIVAL]
    number = source.segments[finding.first]
    own = frozenset(m.concept for m in measures if source.segments[m.first] == number)
    before = [source.segments[m.first] for m in measures if m.first <= finding.first]
    return own or frozenset(m.concept for m in measures if before and source.segments[m.first] == before[-1])


def _shows_none(source: Reading, named: frozenset[str]) -> bool:
    """Whether a statement prints an interval or p value of a measure that shows no difference."""
    of_ratios = intervals_of_ratios(source)
    for figure in source.figures:
        quantity = figure.quantity
        if not figure.measures & named:
            continue
        if quantity.first in of_ratios and quantity.upper is not None and quantity.value <= 1.0 <= quantity.upper:
            return True
        if quantity.kind == "p" and quantity.value >= _ALPHA:
            return True
    return False


def _ratios_as_others(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    if _RATIO_WORDS & {token.stem for token in sentence.tokens}:
        return
    for quantity in [q for q in sentence.quantities if q.kind in {_RATIO, "count"}]:
        homes = [(source, q) for source in sources for q in source.quantities if q.value == quantity.value]
        ratios = [source for source, q in homes if q.kind == _RATIO and _RATIO_WORDS & {t.stem for t in source.tokens}]
        if ratios and len(ratios) == len(homes):
            words = sentence.phrase(quantity.first, quantity.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed as a ratio, and the sentence does not call it one")
