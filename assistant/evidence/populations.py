"""Whom and what a study's statements speak of: is a mutation one group among its patients, did some of them get one drug alone.

Read off the statements themselves. A result of all patients of a study does not answer for those with a mutation, unless all
of them had it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from assistant.evidence.profiles import Profile, Profiles
from assistant.query.rules import read_rules

WHOLE = 0.2
"""From this share of its statements on that speak of a mutation, and none of patients without it, a study is one in them."""
ALONE = "setting:monotherapy"


class Populations:
    """What the statements of each study say, counted once."""

    def __init__(self, profiles: Profiles) -> None:
        self._size: Counter[str] = Counter()
        self._states: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._alone: set[str] = set()
        self._partly: set[str] = set()
        partly = re.compile(read_rules("answer_evidence")["partly_pretreated"])
        self._named = {p.text.of("drug", "class") | frozenset(p.classes) for p in profiles.by_id.values()}
        for profile in profiles.by_id.values():
            if len(profile.studies) == 1:
                study = next(iter(profile.studies))
                self._size[study] += 1
                self._states[study].update(profile.states)
                if partly.search(profile.statement.text):
                    self._partly.add(study)
                if ALONE in profile.text.concepts:
                    self._alone.add(study)

    def is_mixed(self, profile: Profile, gene: str) -> bool:
        """Return whether a statement on one study is about more patients than those with a mutation of the gene (none: `*`)."""
        told = any(state.endswith("=mutated") for state in profile.states)
        if gene == "*" or len(profile.studies) != 1 or told:
            return False
        study = next(iter(profile.studies))
        states, size = self._states[study], self._size[study]
        if states[f"{gene}=wild"]:
            return True
        return states[f"{gene}=mutated"] < WHOLE * size

    def is_silent(self, profile: Profile, gene: str) -> bool:
        """Return whether a statement is on one study of which no statement tells patients apart by the gene."""
        told = {state.partition("=")[0] for study in profile.studies for state in self._states[study]}
        return len(profile.studies) == 1 and gene not in told

    def is_partly_pretreated(self, profile: Profile) -> bool:
        """Return whether a statement is on one study of which only some patients had a CDK4/6 inhibitor before."""
        return len(profile.studies) == 1 and profile.studies <= self._partly

    def gave(self, drugs: frozenset[str]) -> bool:
        """Return whether some statement names all of these drugs or classes."""
        return any(drugs <= each for each in self._named)

    def has_single_drug_arm(self, profile: Profile) -> bool:
        """Return whether a statement is on one study, some of whose statements are of a drug given alone."""
        return len(profile.studies) == 1 and profile.studies <= self._alone
