"""How far a group told in a statement reaches: not from one sentence to the side effects of the next, nor to another trial.

A group named with an outcome ("in the mutated cohort, PFS was ...") is that outcome's. Side effects told in a sentence of their
own are those of all who were treated; a reviewer is that of the outcome reviewed; an interval between doses is nobody's result.
"""

from __future__ import annotations

from assistant.grounding.types import Figure, Mention, Reading

_EFFICACY = frozenset({"pfs", "pfs2", "os", "ttp", "dor", "orr", "cbr", "chemo_time", "quality_of_life", "follow_up"})
_OF_RESULTS = frozenset({"biomarker", "line"})
_ASSESSOR = "assessor"
_STOP = "."
_REPEATING = frozenset({"everi", "every", "each"})
_SPANS = frozenset({"days", "months"})


def reaches(concept: str, dimension: str, printed: Figure, source: Reading) -> bool:
    """Whether a group that a statement names limits a figure of it."""
    told = [m for m in source.of_kind("condition", "gene") if m.concept == concept]
    if not told:
        return True
    if _repeats(printed, source) or all(_of_other_trial(m, printed, source) for m in told):
        return False
    if dimension in _OF_RESULTS and _is_side_effect(printed) and _apart(told, printed, source):
        return False
    if any(_sentence(source, m.first) == _sentence(source, printed.quantity.first) for m in told):
        return True
    return not (_is_side_effect(printed) or (dimension == _ASSESSOR and _of_other_measure(told, printed, source)))


def _sentence(source: Reading, index: int) -> int:
    return sum(token.stem == _STOP for token in source.tokens[:index])


def _apart(told: list[Mention], printed: Figure, source: Reading) -> bool:
    """Whether side effects stand in a stretch of their own, behind that of the result that a group is named with."""
    place = source.segments[printed.quantity.first]
    results = {source.segments[m.first] for m in source.of_kind("measure") if m.concept in _EFFICACY}
    return place not in results and all(source.segments[m.first] != place and source.segments[m.first] in results for m in told)


def _is_side_effect(printed: Figure) -> bool:
    return bool(printed.measures) and not printed.measures & _EFFICACY


def _of_other_measure(told: list[Mention], printed: Figure, source: Reading) -> bool:
    """Whether the sentences that name a reviewer tell of other measures only."""
    places = {_sentence(source, m.first) for m in told}
    measured = {m.concept for m in source.of_kind("measure") if _sentence(source, m.first) in places}
    return bool(printed.measures) and bool(measured) and not printed.measures & measured


def _repeats(printed: Figure, source: Reading) -> bool:
    """Whether a span of time is that between doses ("every 3 weeks")."""
    first = printed.quantity.first
    return printed.quantity.kind in _SPANS and first > 0 and source.tokens[first - 1].stem in _REPEATING


def _of_other_trial(mention: Mention, printed: Figure, source: Reading) -> bool:
    """Whether a group belongs to another trial of a list than a figure ("1.9 months in the mutated of A, 5.3 in B")."""
    trials = source.of_kind("trial")
    later = [trial for trial in trials if trial.first > printed.quantity.first]
    if len({trial.concept for trial in trials}) < 2 or not later or later[0].concept != trials[-1].concept:
        return False
    between = [
        q for q in source.quantities if printed.quantity.last <= q.first < later[0].first and q.kind == printed.quantity.kind
    ]
    near = min(trials, key=lambda trial: abs(trial.first - mention.first))
    own = mention.first > printed.quantity.first or (printed.quantity.first - mention.last) < 0
    return not between and not own and near.concept != later[0].concept
