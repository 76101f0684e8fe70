"""Whom a trial enrolled: where all of its patients have a mark (a mutation, no earlier treatment), its name says so.

The name of a trial is enough for a result of its whole population; which trials took only such patients stands in the topic
policy (`trial_populations`). It holds only for what a statement of the trial prints: nothing is added to a statement by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from assistant.grounding.lexicon import read_policy, topic_policies
from assistant.grounding.types import Reading


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
