"""Whom a trial enrolled: where all of its patients have a mark (a mutation, no earlier treatment), its name says so.

The name of a trial is enough for a result of its whole population; which trials took only such patients stands in the topic
policy (`trial_populations`). It holds only for what a statement of the trial prints: nothing is added to a statement by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assistant.grounding.reading.lexicon import read_policy, topic_policies
from assistant.grounding.types import Figure, Mention, Reading

_RATIOS = frozenset({"ratio", "ci", "p"})
_PRIOR = "prior"
_STATE_WORDS = {
    "altered": frozenset({"alter", "mutat", "mutant"}),
    "unaltered": frozenset({"wild", "unalt", "nonalt", "unmut"}),
}
_GROUPS = frozenset({"tumor", "cohort", "group", "popul", "subgroup", "diseas", "patient", "type", "subset", "case"})


@lru_cache(maxsize=1)
def _populations() -> Mapping[str, frozenset[str]]:
    """The conditions that all patients of a trial have, by trial."""
    found: dict[str, frozenset[str]] = {}
    for name in topic_policies():
        for trial, conditions in read_policy(name).get("trial_populations", {}).items():
            found[trial] = found.get(trial, frozenset()) | frozenset(conditions)
    return found


def enrolled(sentence: Reading, source: Reading) -> frozenset[str]:
    """Conditions of all patients of the trials that a sentence and a statement both name; none where it names several."""
    told = {mention.concept for mention in sentence.of_kind("trial")}
    shared = told & {mention.concept for mention in source.of_kind("trial")}
    populations = [_populations().get(trial, frozenset[str]()) for trial in sorted(shared)]
    return frozenset.intersection(*populations) if populations else frozenset()


def across_lines(figure: Figure, stated: frozenset[str], printed: Figure, source: Reading) -> bool:
    """Whether the one ratio of a printed stretch compares two lines of treatment: it belongs to both of them."""
    place = source.segments[printed.quantity.first]
    named = [m for m in source.of_kind("condition") if m.dimension == "line"]
    lines = {m.concept for m in named if source.segments[m.first] == place} or {m.concept for m in named}
    ratios = [q for q in source.quantities if q.kind == "ratio" and source.segments[q.first] == place]
    return figure.quantity.kind in _RATIOS and len(lines) > 1 and len(ratios) == 1 and stated <= lines


def had_by_all(mention: Mention, sentence: Reading, source: Reading, wide: frozenset[str]) -> bool:
    """Whether "all patients" had only the earlier treatment that a statement tells of the patients of that trial before any
    result ("after progression on A, median PFS was ..."), and the stretch gives no result.
    """
    place = sentence.segments[mention.first]
    told = {m.concept for m in sentence.of_kind("condition") if sentence.segments[m.first] == place} - {mention.concept}
    if any(m.concept == _PRIOR and sentence.segments[m.first] == place for m in sentence.of_kind("word")):
        arms = [arm for arm in sentence.arms if not arm.prior and sentence.segments[arm.first] == place]
        told |= {f"{_PRIOR}:{concept}:yes" for arm in arms for concept in arm.concepts}
    trials = {m.concept for m in sentence.of_kind("trial")} & {m.concept for m in source.of_kind("trial")}
    measured = any(sentence.segments[m.first] == place for m in sentence.of_kind("measure"))
    if (
        not told
        or not trials
        or measured
        or any(m.concept in told and is_shared(m, source) for m in source.of_kind("condition"))
    ):
        return False
    opening = min((m.first for m in source.of_kind("measure")), default=len(source.tokens))
    known = {m.concept for m in source.of_kind("condition") if m.dimension == _PRIOR and m.first < opening}
    return told <= known | {concept for concept in wide if concept.startswith(_PRIOR)}


def is_shared(mention: Mention, source: Reading) -> bool:
    """Whether a share of the patients is told of a mark, before it or right behind it: then not all of them have it."""
    place = source.segments[mention.first]
    drugs = [m.first for m in source.of_kind("drug")]
    shares = [q for q in source.quantities if q.kind == "percent" and source.segments[q.first] == place]
    spans = [(q.last, mention.first) if q.first < mention.first else (mention.last, q.first) for q in shares]
    return any(not any(first <= drug < last for drug in drugs) for first, last in spans)


def named_by_state(concept: str, sentence: Reading) -> bool:
    """Whether a group is named by its state alone ("altered tumors", "the wild-type cohort"), where the sentence names no gene,
    or as receptor-positive.
    """
    if concept == "hr_positive_cohort":
        return sentence.has("hr_positive")
    _, _, state = concept.partition(":")
    genes = any(m.dimension == "biomarker" and m.kind in {"condition", "gene"} for m in sentence.mentions)
    stems = [token.stem for token in sentence.tokens]
    if genes or state not in _STATE_WORDS:
        return False
    return any(stem in _STATE_WORDS[state] and set(stems[i + 1 : i + 3]) & _GROUPS for i, stem in enumerate(stems))
