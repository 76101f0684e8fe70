"""A short clause denies what its nearest printed clause denies, and asserts what that asserts.

Clauses are cut finer than elsewhere (commas, "because", "which", brackets), so that a denial beside an assertion does not
cover it. The nearest clause is the one with most of the same words; it must be nearer than any that says the contrary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.evidence import NEGATIVE_FINDINGS, items
from assistant.grounding.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_CUTS = frozenset(
    {
        ",",
        ";",
        ":",
        ".",
        "(",
        ")",
        "becaus",
        "sinc",
        "so",
        "while",
        "wherea",
        "but",
        "although",
        "though",
        "who",
        "which",
        "whose",
        "where",
    }
)
_ALTERNATIVE = frozenset({"or", "if", "whether"})
_FEWEST = 2
_MOST, _MARGIN = 0.6, 0.3
_UNCOUNTED = frozenset({"phase", "grade", "level"})
_NOT_REACHED = frozenset({"not_reached"})
_NO_PLAIN = frozenset({"finding", "up", "down", "bound_low", "bound_high"})
_INSTEAD = frozenset({"rather", "unlik", "instead"})
_VERBS = frozenset({"is", "are", "was", "were", "has", "had", "have", "did", "doe", "do", "can", "could"})
_ABOUT_RESULTS = frozenset({"significance", "difference"})


@dataclass(frozen=True, slots=True)
class _Part:
    """A clause: its words and names, whether it denies, whether anything in its stretch does, and where it stands."""

    content: frozenset[str]
    denies: bool
    beside: bool
    first: int
    last: int


def check_asserted(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a clause that denies what its nearest printed clause asserts, or the other way round."""
    told = [part for part in _parts(sentence, lexicon, whole=False) if _is_judged(sentence, part)]
    printed = [part for source in sources for part in _parts(source, lexicon, whole=False)] if told else []
    wide = [part for source in sources for part in _parts(source, lexicon, whole=True) if part.denies] if told else []
    for part in told:
        contrary = _nearest(part, [other for other in printed if other.denies is not part.denies])
        alike = _nearest(part, wide if part.denies else [other for other in printed if not other.denies])
        if contrary >= _MOST and contrary - alike >= _MARGIN:
            message = "the nearest cited clause asserts this" if part.denies else "the nearest cited clause denies this"
            yield Reason(ReasonCode.NEGATION, sentence.phrase(part.first, part.last), message)


def _is_judged(sentence: Reading, part: _Part) -> bool:
    """Whether a clause denies plainly, or is a clause with a verb and no figure in a stretch that denies nothing."""
    if part.denies:
        return len(part.content) >= _FEWEST and not part.content & _ABOUT_RESULTS and _plainly(sentence, part)
    stretch = range(part.first, part.last)
    verb = any(sentence.tokens[i].stem in _VERBS for i in stretch)
    figure = any(q.first in stretch for q in sentence.quantities)
    hedged = any(m.first in stretch for m in sentence.of_kind("hedge"))
    return verb and not part.beside and not figure and not hedged and len(part.content) > _FEWEST


def _nearest(part: _Part, others: Sequence[_Part]) -> float:
    return max((_share(part, other) for other in others), default=0.0)


def _plainly(sentence: Reading, part: _Part) -> bool:
    """Whether a clause denies by a plain negator, and leaves nothing open and finds nothing."""
    inside = [m for m in sentence.mentions if part.first <= m.first < part.last]
    plain = any(m.kind == "negator" and sentence.tokens[m.first].stem == "not" for m in inside)
    return plain and not any(m.kind in _NO_PLAIN for m in inside)


def _share(part: _Part, other: _Part) -> float:
    return len(part.content & other.content) / len(part.content)


def _parts(reading: Reading, lexicon: Lexicon, *, whole: bool) -> list[_Part]:
    """The clauses of a text in order, or its whole stretches."""
    light = lexicon.language.light
    content = [
        *items(reading, light),
        *((q.first, f"{q.kind}:{q.value:g}") for q in reading.quantities if q.kind not in _UNCOUNTED),
    ]
    denials = _denials(reading, lexicon)
    denying = {reading.segments[i] for i in denials}
    found: list[_Part] = []
    first = 0
    for last in [*_cuts(reading, whole=whole), len(reading.tokens)]:
        words = frozenset(item for index, item in content if first <= index < last)
        if words:
            denies = any(first <= index < last for index in denials)
            found.append(_Part(words, denies, reading.segments[first] in denying or denies, first, last))
        first = last
    return found


def _cuts(reading: Reading, *, whole: bool) -> list[int]:
    """Where clauses begin."""
    if whole:
        return [i for i, token in enumerate(reading.tokens) if token.stem == "." and i]
    spans = [*((m.first, m.last) for m in reading.mentions), *((q.first, q.last) for q in reading.quantities)]
    inside = {i for first, last in spans for i in range(first + 1, last)}
    return [i for i, token in enumerate(reading.tokens) if token.stem in _CUTS and i not in inside and i]


def _denials(reading: Reading, lexicon: Lexicon) -> list[int]:
    stems = [token.stem for token in reading.tokens]
    denying = lexicon.language.negators | _INSTEAD
    found = [i for i, w in enumerate(stems) if w in denying and not (i and stems[i - 1] in _ALTERNATIVE)]
    found += [m.first for m in reading.of_kind("negator") if not (m.first and stems[m.first - 1] in _ALTERNATIVE)]
    return found + [m.first for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS | _NOT_REACHED]
