"""What one statement says stays with its year, its trial and its side of a yes or no.

Statements of one author differ by year ("2021: not enough data", "May 2023: routine testing"), those of one platform by trial,
those on one question by the group ("without visceral crisis, later; with it, at once"). A stretch of a sentence that tells what
one statement says, and has the year, trial or group of another, puts the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Reading, Reason, ReasonCode

_YEAR = 10000
_MARGIN, _FEWEST = 2, 3
_NO = ":no"
_LEFT = frozenset({"prior", "biomarker"})


def check_editions(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a year, trial or side of a group that another statement has."""
    light = lexicon.language.light
    yield from _years(sentence, sources, light)
    yield from _trials(sentence, sources)
    yield from _groups(sentence, sources, light)


def _years(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """A year that the statement which says the rest does not print, and another statement does."""
    if len(sources) == 1:
        return
    for number in sorted(set(sentence.segments)):
        dates = [q for q in sentence.quantities if q.kind == "date" and sentence.segments[q.first] == number]
        if len(dates) != 1:
            continue
        said = {item for i, item in items(sentence, light) if sentence.segments[i] == number}
        year = dates[0].value // _YEAR
        shared = [(len(said & {item for _, item in items(source, light)}), _years_of(source)) for source in sources]
        holding = max((count for count, years in shared if year in years), default=0)
        count, years = max(shared, key=lambda entry: entry[0])
        if years and year not in years and holding and count >= max(holding + _MARGIN, _FEWEST):
            words = sentence.phrase(dates[0].first, dates[0].last)
            yield Reason(ReasonCode.DATE, words, f"the statement that says this is of another year than {words}")


def _years_of(source: Reading) -> set[float]:
    return {q.value // _YEAR for q in source.quantities if q.kind == "date" and q.value >= _YEAR}


def _trials(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug in a stretch about one trial, where each statement that names both has it in the stretch of another trial."""
    for number in sorted(set(sentence.segments)):
        trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == number}
        if len(trials) != 1:
            continue
        homes = [source for source in sources if source.has(*trials)]
        for drug in (m for m in sentence.of_kind("drug") if sentence.segments[m.first] == number):
            if homes and all(_apart(source, next(iter(trials)), drug.concept) for source in homes):
                words = sentence.phrase(drug.first, drug.last)
                yield Reason(ReasonCode.RELATION, words, f"{words} is printed with another trial")


def _apart(source: Reading, trial: str, drug: str) -> bool:
    """Whether a drug stands only in stretches of other trials, and the trial's own stretch names other drugs."""
    trials = {(source.segments[m.first], m.concept) for m in source.of_kind("trial")}
    drugs = {(source.segments[m.first], m.concept) for m in source.of_kind("drug")}
    own = {place for place, concept in trials if concept == trial}
    theirs = {place for place, concept in drugs if concept == drug}
    others = {place for place, concept in trials if concept != trial}
    named = any(place in own for place, _ in drugs)
    return bool(theirs) and theirs <= others and not theirs & own and named


def _groups(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """A group in a stretch that the statements have, word for word or nearly, for its opposite only. Gene states are left to
    the checks of populations: what is told of all patients is told near them.
    """
    concepts, known = sentence.concepts(), frozenset[str]().union(*(source.concepts() for source in sources))
    for mention in sentence.of_kind("condition"):
        opposite = mention.concept.removesuffix(_NO) if mention.concept.endswith(_NO) else f"{mention.concept}{_NO}"
        if opposite not in known or opposite in concepts or mention.dimension in _LEFT:
            continue
        printed = [(source, number) for source in sources for number in sorted(set(source.segments))]
        number = sentence.segments[mention.first]
        said = _said(sentence, number, light) - {mention.concept}
        best = {mention.concept: 0, opposite: 0}
        for source, place in printed:
            named = {m.concept for m in source.of_kind("condition") if source.segments[m.first] == place}
            for concept in (mention.concept, opposite):
                if concept in named and not {mention.concept, opposite} <= named:
                    best[concept] = max(best[concept], len(said & _said(source, place, light)))
        if best[opposite] >= max(best[mention.concept] + _MARGIN, _FEWEST):
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(ReasonCode.POPULATION, words, f"the cited statements say this of the opposite of “{words}”")


def _said(reading: Reading, number: int, light: frozenset[str]) -> set[str]:
    return {item for index, item in items(reading, light) if reading.segments[index] == number}
