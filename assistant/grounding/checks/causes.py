"""Causes told without a word of cause: "the mutation shortens survival" says more than "survival was shorter with it".

A mark of the tumor that stands right before a verb of direction acts on the measure behind it; statements compare groups.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_ACTS = stems("shortens worsens reduces lowers cuts raises increases prolongs halves improves curtails diminishes doubles")
_ADVERBS = stems("significantly clearly markedly further also then thus thereby substantially both all")
_PASSIVE = frozenset({"was", "were", "is", "are", "been", "be", "had", "has", "have"})
_REACH, _BEFORE = 4, 5
# "Upon emergence of an ESR1 mutation" says when, "in patients with" whom; what stands behind such words acts on nothing.
_WHEN_OR_WHOM = frozenset({"upon", "on", "after", "in", "with", "among", "for", "at", "follow"})
_COMING = frozenset({"emerg", "emergenc", "detect", "appear", "rise", "find"})


def check_causes(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a mark said to act on a measure, where no statement says that or names a cause."""
    del lexicon
    if any(source.of_kind("cause") or list(_acting(source)) for source in sources):
        return
    for mark, place in _acting(sentence):
        words = sentence.phrase(mark.first, place + 1)
        yield Reason(ReasonCode.CAUSALITY, words, f"the cited statements compare groups and name no cause: “{words}”")


def _acting(reading: Reading) -> Iterator[tuple[Mention, int]]:
    """Each mark of the tumor with the verb by which it acts on a measure."""
    for mark in reading.of_kind("condition", "gene"):
        place = mark.last
        while place < len(reading.tokens) and reading.tokens[place].stem in _ADVERBS:
            place += 1
        near = any(0 < m.first - place <= _REACH for m in reading.of_kind("measure"))
        if near and place < len(reading.tokens) and _is_verb(reading, place) and not _says_when(reading, mark):
            yield mark, place


def _is_verb(reading: Reading, place: int) -> bool:
    """Whether a word of direction is a finite verb; "mutation reduced" may be one, "mutation, reduced by" is none."""
    token = reading.tokens[place]
    before = reading.tokens[place - 1].stem if place else ""
    return token.stem in _ACTS and token.text.endswith(("s", "ed")) and before not in _PASSIVE


def _says_when(reading: Reading, mark: Mention) -> bool:
    """Whether a mark only closes a phrase of when or whom ("switching upon emergence of an ESR1 mutation improved PFS")."""
    before = [token.stem for token in reading.tokens[max(0, mark.first - _BEFORE) : mark.first]]
    while before and before[-1] in {"a", "an", "the"}:
        before.pop()
    if before[-1:] == ["of"] and len(before) > 1 and before[-2] in _COMING:
        before = before[:-2]
    elif mark.first and reading.tokens[mark.first].stem not in _COMING and before[-1:] != ["with"]:
        return before[-1:] == ["upon"]
    while before and before[-1] in {"a", "an", "the"}:
        before.pop()
    return before[-1:] != [] and before[-1] in _WHEN_OR_WHOM and mark.first > _REACH
