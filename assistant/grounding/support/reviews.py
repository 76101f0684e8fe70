"""Who assessed a result, where the statement says so of another figure only.

"Median PFS by investigators was 6.0 months. At 6 months, 50 % were free of progression. By central review the ratio was 0.55":
the rate has no second assessor, and its own sentence names none; it may be told without one.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Figure, Reading

_ASSESSOR = "assessor"
_STOPS = frozenset({".", ";"})


def unreviewed(printed: Figure, source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a figure has its assessor from another clause, and no figure of its kind has another assessor."""
    own = printed.conditions.get(_ASSESSOR, frozenset())
    first, last = _clause(source, printed.quantity.first)
    told = any(first <= m.first < last for m in source.of_kind("condition") if m.dimension == _ASSESSOR)
    others = (f for other in sources for f in other.figures if f.quantity.kind == printed.quantity.kind)
    return not told and not any(f.conditions.get(_ASSESSOR, own) - own for f in others)


def _clause(source: Reading, place: int) -> tuple[int, int]:
    """Where the clause of a token begins and ends, between stops."""
    stops = [i for i, token in enumerate(source.tokens) if token.stem in _STOPS]
    return max((i + 1 for i in stops if i < place), default=0), min((i for i in stops if i > place), default=len(source.tokens))
