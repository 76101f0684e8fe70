"""What figures show is not denied, doses are not ranked, a test is of its gene, and what is immature is of its measure.

A subgroup whose interval shows a difference is not "not significant" because the whole population was; two doses that the
statements set against a third treatment are not set against each other; "testing of B" is not printed where A is to be tested.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, intervals_of_ratios
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_OUTCOMES = frozenset({"months", "percent", "ratio"})
_DOSES = frozenset({"mg"})
_THAN = frozenset({"than", "over", "versus", "vs", "against", "outperform", "beat", "relat"})
_AGAIN, _IMMATURE = "retest", "immatur"
_TESTS = frozenset({"test", "retest", "analys", "screen"})
_MEASURES = frozenset({"pfs", "os", "orr", "ttp"})
_REACH, _NEAR, _WIDE, _AFTER = 5, 5, 12, 2
_KINDS = ("condition", "gene", "gene_state")


def check_shown(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a shown difference denied, for doses ranked, and for a test of another gene."""
    del lexicon
    yield from _shown_denied(sentence, sources)
    yield from _doses_ranked(sentence, sources)
    yield from _tested_otherwise(sentence, sources)
    yield from _immature_otherwise(sentence, sources)


def _shown_denied(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    findings = [m for m in sentence.of_kind("finding") if m.concept == "not_significant"]
    measures = {m.concept for m in sentence.of_kind("measure")} & _MEASURES
    own = [q for q in sentence.quantities if q.kind in _OUTCOMES]
    if len(findings) != 1 or len(measures) != 1 or not own:
        return
    place = sentence.segments[findings[0].first]
    if any(sentence.segments[q.first] != place for q in own):
        return
    shown = [_shows(q, source, measures) for told in own for source in sources for q in _same(told, source)]
    if len(shown) >= len(own) and all(shown):
        words = sentence.phrase(findings[0].first, findings[0].last)
        yield Reason(ReasonCode.SIGNIFICANCE, words, "the cited statement shows a difference in these figures")


def _same(quantity: Quantity, source: Reading) -> list[Quantity]:
    return [q for q in source.quantities if (q.kind, q.value) == (quantity.kind, quantity.value)]


def _shows(quantity: Quantity, source: Reading, measures: set[str]) -> bool:
    """Whether the interval of the ratio that follows a figure shows a difference, and nothing behind it takes that back."""
    doubted = any(m.first > quantity.first and m.concept in NEGATIVE_FINDINGS for m in source.of_kind("finding"))
    named = next((f.measures for f in source.figures if f.quantity is quantity), frozenset[str]())
    if (
        doubted
        or (named and not named & measures)
        or any(q.kind == "p" and q.first > quantity.first for q in source.quantities)
    ):
        return False
    of_ratios = intervals_of_ratios(source)
    later = [q for q in source.quantities if q.first > quantity.first and q.first in of_ratios and q.upper is not None]
    return bool(later) and not later[0].value <= 1.0 <= (later[0].upper or 0.0)


def _doses_ranked(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    against = list(_doses_against(sentence))
    doses = [q for q in sentence.quantities if q.kind in _DOSES]
    if not against or len({q.value for q in doses}) < 2 or doses[0].first >= against[0].first:
        return
    ratios = [q for source in sources for q in source.quantities if q.kind == "ratio"]
    opposed = any(True for source in sources for _ in _doses_against(source))
    if len(ratios) > 1 and not opposed and not any(t.stem == "compar" for source in sources for t in source.tokens):
        words = sentence.phrase(against[0].first, against[0].last)
        yield Reason(ReasonCode.COMPARATOR, words, "the cited statements do not compare these doses")


def _doses_against(reading: Reading) -> Iterator[Quantity]:
    """The doses something is set against ("than the 75 mg dose")."""
    for dose in (q for q in reading.quantities if q.kind in _DOSES):
        marks = [i for i in range(max(0, dose.first - _REACH), dose.first) if reading.tokens[i].stem in _THAN]
        if marks and not any(marks[-1] < m.first < dose.first for m in reading.of_kind("drug")):
            yield dose


def _tested_otherwise(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = [entry for source in sources for entry in _tested(source, _WIDE)]
    for word, gene, state in _tested(sentence, _NEAR):
        same = [(other, its) for name, other, its in printed if name == word]
        genes, states = {other for other, _ in same}, {its for other, its in same if other == gene}
        turned = word == _AGAIN and bool(states) and state not in states
        if same and (gene not in genes or turned):
            yield Reason(ReasonCode.RELATION, gene, f"the cited statements print this test for {', '.join(sorted(genes))}")
            return


def _tested(reading: Reading, reach: int) -> Iterator[tuple[str, str, str]]:
    """(test, gene, state) of the genes named beside a test; in a statement a whole list of them may stand there."""
    genes = [m for m in reading.of_kind(*_KINDS) if m.kind != "condition" or (m.dimension == "biomarker" and ":" in m.concept)]
    for index, token in enumerate(reading.tokens):
        if token.stem in _TESTS:
            near = sorted((min(abs(index - m.last + 1), abs(m.first - index)), m.concept) for m in genes)
            one = reach == _NEAR or token.stem == _AGAIN
            for _, concept in [entry for entry in near if entry[0] <= reach][: 1 if one else None]:
                name, _, state = concept.partition(":")
                yield token.stem, name, state


def _immature_otherwise(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Data of one measure told as immature, where the statements say so of another one."""
    printed = {measure for source in sources for measure, _ in _immature(source)}
    for measure, words in _immature(sentence):
        if printed and measure not in printed:
            yield Reason(ReasonCode.NEGATION, words, f"the cited statements say this of other data: “{words}”")
            return


def _immature(reading: Reading) -> Iterator[tuple[str, str]]:
    """(measure, words) of the last measure named before "immature" or right behind it."""
    for index, token in enumerate(reading.tokens):
        if token.stem == _IMMATURE:
            measures = [m for m in reading.of_kind("measure") if reading.segments[m.first] == reading.segments[index]]
            before = [m for m in measures if m.last <= index]
            after = [m for m in measures if 0 < m.first - index <= _AFTER]
            ahead = before[-1:] if before and index - before[-1].last <= _NEAR else []
            for m in after or ahead:
                yield m.concept, reading.phrase(min(index, m.first), max(index + 1, m.last))
