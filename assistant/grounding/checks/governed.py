"""What a statement denies is not asserted: "did not give useful activity" bears out no "useful activity" told without a denial.

Only two words side by side that stand right behind a denial, and nowhere else in the statements, are held against a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, items
from assistant.grounding.types import Reading, Reason, ReasonCode

_REACH = 4
_STOPS = frozenset({",", ";", ".", ":", "but"})
_DOUBTS = ("hedge",)
_BARE = frozenset(
    {
        "a",
        "an",
        "the",
        "any",
        "in",
        "of",
        "for",
        "with",
        "to",
        "by",
        "on",
        "at",
        "and",
        "or",
        "than",
        "as",
        "from",
        "that",
        "plus",
    }
    | {"was", "is", "be", "been", "were", "are", "had", "has", "have", "did", "does", "do", "its", "not", "no", "add", "+"}
    | {"(", ")", ",", ";", ":", "."}
)


def check_governed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a pair of words that the statements have behind a denial only, and the sentence without one."""
    light = lexicon.language.light
    refused = frozenset[tuple[str, str]]().union(*(_governed(source, light) for source in sources))
    if not refused or sentence.of_kind(*_DOUBTS):
        return
    free = frozenset[tuple[str, str]]().union(*(_free(source, light) for source in sources))
    for pair, first, last in _pairs(sentence, light):
        if pair in refused - free and not _denied_near(sentence, first):
            yield Reason(ReasonCode.NEGATION, sentence.phrase(first, last + 1), "the statements deny this")
            return


def _pairs(reading: Reading, light: frozenset[str]) -> Iterator[tuple[tuple[str, str], int, int]]:
    """Each content item with the word right before it, whatever that claims, and their places."""
    for place, item in items(reading, light):
        if place and not {reading.tokens[place - 1].stem, reading.tokens[place].stem} & _BARE:
            yield (reading.tokens[place - 1].stem, item), place - 1, place


def _governed(source: Reading, light: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The pairs that begin within reach behind a negator, in its stretch."""
    ends = [negator.last for negator in source.of_kind("negator")]
    return frozenset(
        pair
        for pair, first, _ in _pairs(source, light)
        if any(0 <= first - end < _REACH and not _parted(source, end, first) for end in ends)
    )


def _free(source: Reading, light: frozenset[str]) -> frozenset[tuple[str, str]]:
    """The pairs of stretches that deny nothing."""
    return frozenset(pair for pair, first, _ in _pairs(source, light) if not _denied_near(source, first))


def _parted(reading: Reading, first: int, last: int) -> bool:
    return any(token.stem in _STOPS for token in reading.tokens[first:last])


def _denied_near(reading: Reading, place: int) -> bool:
    """Whether the stretch of a place denies or leaves open anything."""
    number = reading.segments[place]
    found = [m for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS]
    return any(reading.segments[m.first] == number for m in (*found, *reading.of_kind("negator")))
