"""Superlatives that printed figures bear out: the most or least of three shares or more, and "every" before a time."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.roles import supporting
from assistant.grounding.types import Figure, Mention, Reading

_MOST = frozenset({"most", "highest", "greatest", "largest", "longest", "commonest"})
_LEAST = frozenset({"least", "lowest", "fewest", "smallest", "shortest", "rarest"})
_FEWEST = 3
_KINDS = frozenset({"percent", "months"})
_SPANS = frozenset({"days", "months"})


def is_extreme(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a superlative stands with the largest or smallest of the figures told, which one statement prints for one measure
    and of which it has no larger or smaller one.
    """
    said = {token.text.lower() for token in sentence.tokens[max(0, mention.first - 1) : mention.last]}
    if bool(said & _MOST) == bool(said & _LEAST):
        return False
    after = [f for f in sentence.figures if f.quantity.first > mention.first and f.quantity.kind in _KINDS]
    if not after:
        return False
    own = after[0]
    told = [f for f in sentence.figures if f.quantity.kind == own.quantity.kind]
    return len(told) >= _FEWEST and any(_tops(own, told, source, largest=bool(said & _MOST)) for source in sources)


def _tops(own: Figure, told: Sequence[Figure], source: Reading, *, largest: bool) -> bool:
    """Whether a statement prints all figures told, and none of their measures beyond the first of them."""
    printed = [found for figure in told for found, _ in supporting(figure, (source,))]
    if len({found.quantity.value for found in printed}) < len({figure.quantity.value for figure in told}):
        return False
    measures = {found.measures for found in printed}
    all_values = [f.quantity.value for f in source.figures if f.measures in measures and f.quantity.kind == own.quantity.kind]
    return len(measures) == 1 and own.quantity.value == (max(all_values) if largest else min(all_values))


def is_schedule(sentence: Reading, mention: Mention) -> bool:
    """Whether "every" only opens a length of time ("of every 21-day cycle")."""
    return any(q.first == mention.last and q.kind in _SPANS for q in sentence.quantities)
