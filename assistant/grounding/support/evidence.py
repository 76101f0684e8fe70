"""What the checks ask of a source: which items it names, what it denies or leaves open, whether a result is significant.

An item is a concept id or, for a word no list knows, its stem.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from assistant.grounding.types import Figure, Mention, Reading

FUNCTION_KINDS = frozenset(
    {
        "part",
        "negator",
        "hedge",
        "booster",
        "advice",
        "cause",
        "up",
        "down",
        "versus",
        "about",
        "bound_low",
        "bound_high",
        "quantifier",
        "finding",
    }
)
OPEN_FINDINGS = frozenset({"unknown", "unreported"})
NEGATIVE_FINDINGS = frozenset({"not_significant", "endpoint_not_met", "immature", "unknown", "unreported", "excluded"})
_NO_DIFFERENCE = frozenset({"not_significant", "endpoint_not_met"})
_PUNCTUATION = frozenset({",", ";", ".", ":", "(", ")"})
_ALPHA = 0.05
_NEAR = 4
# Words that assert nothing in a report, and something where they are denied.
DENIED_WORDS = {"associ": "association", "link": "association", "differ": "difference"}
_REACH, _SUBJECT_REACH, _OPENING = 14, 22, 2
# These deny the whole stretch that follows, not the next word.
SUBJECT_NEGATORS = frozenset({"none", "no", "neither", "nor", "never"})


def items(reading: Reading, light: frozenset[str], first: int = 0, last: int | None = None) -> list[tuple[int, str]]:
    """Return (token, item) of the content of a stretch, in text order: concepts without function, and words that assert."""
    end = len(reading.tokens) if last is None else last
    found = [(m.first, m.concept) for m in reading.mentions if m.kind not in FUNCTION_KINDS and first <= m.first < end]
    found += [
        (index, token.stem)
        for index, token in enumerate(reading.tokens[first:end], start=first)
        if not reading.covered[index] and token.is_word and token.stem not in light
    ]
    return sorted(found)


def content(reading: Reading, number: int, light: frozenset[str]) -> set[str]:
    """Return the items of one stretch."""
    return {item for index, item in items(reading, light) if reading.segments[index] == number}


def denials(reading: Reading, negators: AbstractSet[str]) -> set[int]:
    """Return the tokens that deny or leave open: negators, and the words of negative findings."""
    found = {i for i, token in enumerate(reading.tokens) if token.stem in negators}
    for m in reading.mentions:
        if m.kind == "negator" or (m.kind == "finding" and m.concept in NEGATIVE_FINDINGS):
            found |= set(range(m.first, m.last))
    return found


def denied(reading: Reading, light: frozenset[str]) -> Iterator[tuple[Mention, list[str]]]:
    """Yield each negator with the items it denies: the next two in the same stretch."""
    for negator in reading.of_kind("negator"):
        if negator.first and reading.tokens[negator.first - 1].stem == "or":
            continue
        end = next(
            (i for i in range(negator.last, len(reading.tokens)) if reading.tokens[i].stem in {";", ".", ":"}),
            len(reading.tokens),
        )
        breaks = [i for i in range(negator.first) if reading.tokens[i].stem in _PUNCTUATION]
        opening = negator.first - (breaks[-1] + 1 if breaks else 0) <= _OPENING
        whole = reading.tokens[negator.first].stem in SUBJECT_NEGATORS and opening
        reach = _SUBJECT_REACH if whole else _REACH
        functions = [
            (m.first, m.concept)
            for m in reading.mentions
            if m.kind in {"up", "down", "advice", "finding", "quantifier", "booster", "cause"} and m.concept != "q_any"
        ]
        content = items(reading, light, negator.last, min(end, negator.last + reach))
        content += [entry for entry in functions if negator.last <= entry[0] < min(end, negator.last + reach)]
        content += [
            (index, DENIED_WORDS[token.stem])
            for index, token in enumerate(reading.tokens[negator.last : min(end, negator.last + _NEAR)], start=negator.last)
            if token.stem in DENIED_WORDS
        ]
        figures = [
            (q.first, f"{q.kind}:{q.value:g}")
            for q in reading.quantities
            if negator.last <= q.first < min(end, negator.last + reach)
        ]
        near = sorted(content + figures)
        comma = next((i for i in range(negator.last, end) if reading.tokens[i].stem == ","), end)
        yield negator, [item for place, item in near[: None if whole else 2] if whole or place < comma or place == near[0][0]]


def told_elsewhere(said: AbstractSet[str], source: Reading, places: AbstractSet[int], light: frozenset[str]) -> bool:
    """Whether another stretch has some of what is said, and these have none of it."""
    shares = {True: 0, False: 0}
    for number in set(source.segments):
        found = content(source, number, light)
        shares[number in places] = max(shares[number in places], len(said & found))
    return shares[False] > 0 == shares[True]


def intervals_of_ratios(reading: Reading) -> frozenset[int]:
    """Return the first tokens of the intervals that stand behind a ratio; those of one result show no difference."""
    found, ratio = set(), True
    for quantity in reading.quantities:
        if quantity.kind == "ci" and ratio:
            found.add(quantity.first)
        elif quantity.kind != "level":
            ratio = quantity.kind == "ratio"
    return frozenset(found)


def denies_difference(reading: Reading, measures: frozenset[str], findings: frozenset[str] = _NO_DIFFERENCE) -> bool:
    """Whether a text finds no significant difference in one of these measures, or does not say in which."""
    for finding in reading.of_kind("finding"):
        if finding.concept in findings:
            told = measures_found(reading, finding)
            if not told or not measures or told & measures:
                return True
    return False


def measures_found(reading: Reading, finding: Mention) -> set[str]:
    """The measures a finding is about: those of its stretch, else of the last stretch before it that names any."""
    places = {reading.segments[m.first] for m in reading.of_kind("measure") if m.first <= finding.first}
    number = reading.segments[finding.first]
    named = {m.concept for m in reading.of_kind("measure") if reading.segments[m.first] == number}
    near = max(places, default=number)
    return named or {m.concept for m in reading.of_kind("measure") if reading.segments[m.first] == near}


def printed_significance(figure: Figure, reading: Reading) -> bool | None:
    """Whether the interval or p value printed beside a measure and condition shows a difference; None where none is printed."""
    of_ratios = intervals_of_ratios(reading)
    for other in reading.figures:
        if other.measures == figure.measures and other.conditions == figure.conditions:
            quantity = other.quantity
            if quantity.first in of_ratios and quantity.upper is not None:
                return not quantity.value <= 1.0 <= quantity.upper
            if quantity.kind == "p":
                return quantity.value < _ALPHA
    return None
