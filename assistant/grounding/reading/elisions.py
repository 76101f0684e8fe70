"""Units left out: "16.0 months with A, 9.2 with B" prints one unit for two figures.

A bare figure takes the unit of another figure of its sentence where a cited statement prints it so. It supplies nothing that
no statement prints, and leaves figures that count something alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.grounding.reading.figures import bind_figures
from assistant.grounding.types import Quantity, Reading

_BARE_KINDS = frozenset({"count", "ratio"})
_UNITS = frozenset({"months", "percent", "days", "mg", "hours"})
_MARKED = frozenset({"n", "=", "p", "hr", "ratio", "phase", "grade", "ci"})
_COUNTED = frozenset(
    {"patient", "peopl", "particip", "person", "women", "event", "case", "of", "center", "site", "line", "individu"}
)
_SAME = 1e-4


def supply_units(sentence: Reading, sources: Sequence[Reading]) -> Reading:
    """Return the sentence with the units of its bare figures where another figure and a cited statement supply them."""
    printed = {(q.kind, q.value) for source in sources for q in source.quantities if q.upper is None}
    supplied = [_supplied(quantity, sentence, printed) for quantity in sentence.quantities]
    if all(new is old for new, old in zip(supplied, sentence.quantities, strict=True)):
        return sentence
    changed = replace(sentence, quantities=tuple(supplied))
    return replace(changed, figures=bind_figures(changed))


def _supplied(quantity: Quantity, sentence: Reading, printed: set[tuple[str, float]]) -> Quantity:
    known = any(kind == quantity.kind and abs(value - quantity.value) < _SAME for kind, value in printed)
    if known or quantity.kind not in _BARE_KINDS or quantity.upper is not None or _counts(quantity, sentence):
        return quantity
    beside = [q for q in sentence.quantities if q.kind in _UNITS]
    for other in sorted(beside, key=lambda q: abs(q.first - quantity.first)):
        if any(kind == other.kind and abs(value - quantity.value) < _SAME for kind, value in printed):
            return replace(quantity, kind=other.kind)
    return quantity


def _counts(quantity: Quantity, sentence: Reading) -> bool:
    """Whether a figure counts the noun behind it, or has a mark of another kind before it ("n = 88", "HR 0.44")."""
    before = {token.stem for token in sentence.tokens[max(0, quantity.first - 2) : quantity.first]}
    following = sentence.tokens[quantity.last : quantity.last + 1]
    noun = bool(following) and following[0].is_word and not sentence.covered[quantity.last] and following[0].stem in _COUNTED
    return noun or bool(before & _MARKED) or not sentence.tokens[quantity.first].is_number
