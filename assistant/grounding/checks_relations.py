"""Who is linked with what: a fact of a list stays with the name it is printed for, an indication keeps its limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.evidence import items
from assistant.grounding.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_ANCHORS = frozenset({"drug", "class", "trial"})
_MARGIN = 0.5
_CLEAR = 0.6


def check_relations(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where the words said of a name are printed for another name of the same list."""
    light = lexicon.language.light
    pieces = [piece for source in sources for piece in _with_subject(_pieces(source, light))]
    for anchors, words in _pieces(sentence, light):
        for anchor in sorted(anchors):
            kind = _kind(sentence, anchor)
            rivals = [(found, stated) for found, stated in pieces if any(_same_kind(kind, name, sources) for name in found)]
            own = max((_overlap(words, stated) for found, stated in rivals if anchor in found), default=0.0)
            other = max((_overlap(words, stated) for found, stated in rivals if anchor not in found), default=0.0)
            printed = any(anchor in found for found, _ in rivals)
            if printed and other >= _CLEAR and other - own >= _MARGIN:
                name = anchor.replace("_", " ")
                yield Reason(ReasonCode.RELATION, name, f"what is said of {name} is printed for another name")


def _with_subject(pieces: list[tuple[frozenset[str], frozenset[str]]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Let what the statement opens with be the subject of all its stretches."""
    return [(names | pieces[0][0] if len(pieces[0][0]) == 1 else names, words) for names, words in pieces]


def _kind(reading: Reading, concept: str) -> str:
    return next(m.kind for m in reading.mentions if m.concept == concept)


def _same_kind(kind: str, concept: str, sources: Sequence[Reading]) -> bool:
    return any(m.concept == concept and m.kind == kind for source in sources for m in source.mentions)


def _overlap(words: frozenset[str], stated: frozenset[str]) -> float:
    return len(words & stated) / len(words) if words else 0.0


def _pieces(reading: Reading, light: frozenset[str]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """(names, other items) of the stretches between commas, semicolons and "and"."""
    names = {m.concept for m in reading.mentions if m.kind in _ANCHORS}
    bounds = [0, *(i for i, token in enumerate(reading.tokens) if token.stem in {",", ";", ":", "."}), len(reading.tokens)]
    pieces = []
    for first, last in zip(bounds, bounds[1:], strict=False):
        content = {item for _, item in items(reading, light, first, last)}
        pieces.append((frozenset(content & names), frozenset(content - names)))
    return [piece for piece in pieces if piece[0] and piece[1]]


def check_indication(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where an approval is stated for a population wider than the printed one."""
    del lexicon
    if not sentence.has("approve") or not sentence.of_kind("condition"):
        return
    stated = sentence.concepts()
    for source in sources:
        if source.has("approve") and not sentence.has("neg"):
            missing = [m for m in source.of_kind("condition") if m.concept not in stated]
            for mention in missing[:1]:
                words = source.phrase(mention.first, mention.last)
                yield Reason(ReasonCode.POPULATION_DROPPED, words, f"the printed approval is limited to “{words}”")
