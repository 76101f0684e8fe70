"""Whose finding a "not significant" is: one of all patients takes nothing from the interval printed for a group of them."""

from __future__ import annotations

from assistant.grounding.support.evidence import denies_difference, measures_found
from assistant.grounding.types import Mention, Reading

_NO_DIFFERENCE = frozenset({"not_significant", "endpoint_not_met"})
_GENES, _EVERYONE = "biomarker", "overall_population"
_STOPS = frozenset({".", ";"})
_P_REACH = 3


def denies_for_group(source: Reading, measures: frozenset[str], sentence: Reading) -> bool:
    """Whether a statement finds no difference in a measure for the patients that the sentence names."""
    if not denies_difference(source, measures):
        return False
    groups = _genes({m.concept for m in sentence.of_kind("condition") if m.dimension == _GENES})
    if not groups or _EVERYONE in groups:
        return True
    found = [m for m in source.of_kind("finding") if m.concept in _NO_DIFFERENCE]
    told = [(m, measures_found(source, m)) for m in found]
    return any(_group_of(source, m) in groups | {""} for m, named in told if not named or not measures or named & measures)


def _genes(concepts: set[str]) -> frozenset[str]:
    """The genes of alterations, and other groups as they are."""
    return frozenset(concept.removesuffix(":altered") for concept in concepts)


def _group_of(source: Reading, finding: Mention) -> str:
    """The group of patients that is named last before a finding, or behind it in its own clause; "" where none is."""
    stops = [i for i, token in enumerate(source.tokens) if token.stem in _STOPS and not source.depths[i]]
    end = next((i for i in stops if i >= finding.last), len(source.tokens))
    named = [m for m in source.of_kind("condition") if m.dimension == _GENES]
    start = max((i for i in stops if i < finding.first), default=0)
    own = [m for m in named if start <= m.first < end]
    before = [m for m in named if m.first < finding.first]
    nearest = min(own, key=lambda m: abs(m.first - finding.first)) if own else (before[-1] if before else None)
    return next(iter(_genes({nearest.concept}))) if nearest else ""


def told_as_nominal(source: Reading) -> bool:
    """Whether a statement calls a result nominal, and not only the p value behind an interval that shows it."""
    values = {q.first for q in source.quantities if q.kind == "p"}
    return any(m.concept == "nominal" and not values & set(range(m.last, m.last + _P_REACH)) for m in source.mentions)
