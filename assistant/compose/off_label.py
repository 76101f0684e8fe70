"""Tells whether a statement reports a result outside the approved uses. The uses are data; it decides about statements, not
questions.
"""

from __future__ import annotations

from assistant.evidence import Profile
from assistant.query import Facets
from assistant.query.rules import read_rules


class OffLabel:
    """The rules of one market."""

    def __init__(self, market: str) -> None:
        rules = read_rules("answer_off_label")
        self._unapproved = frozenset(rules["unapproved"].get(market, ()))
        self._states = [(rule["drug"], frozenset(rule["states"])) for rule in rules["states"].get(market, ())]
        self._combinations = [frozenset(drugs) for drugs in rules["combinations"].get(market, ())]
        self._no_result = frozenset(rules["no_result"])
        # Kept, because the same statements come up at every question; one entry a statement at most.
        self._known: dict[str, tuple[frozenset[str], ...]] = {}

    def reports(self, profile: Profile) -> bool:
        """Return whether a statement reports a result of a use that is not approved."""
        return bool(self._uses(profile))

    def is_volunteered(self, profile: Profile, asked: Facets) -> bool:
        """Return whether a statement reports such a result although the question names neither the use nor its study.

        A drug without approval is asked for by its name, its class or its study; a combination by all its drugs; a biomarker
        state by itself.
        """
        uses = self._uses(profile)
        if not uses or asked.of("study") & profile.studies:
            return False
        return not any(use <= asked.concepts | asked.states | profile.wider & asked.of("class") for use in uses)

    def _uses(self, profile: Profile) -> tuple[frozenset[str], ...]:
        """The unapproved uses a statement reports on, each as the concepts and states by which a question names it."""
        known = self._known.get(profile.statement.statement_id)
        if known is None:
            known = self._known[profile.statement.statement_id] = tuple(self._found(profile))
        return known

    def _found(self, profile: Profile) -> list[frozenset[str]]:
        if profile.text.of("attr") & self._no_result or not profile.text.numbers:
            return []
        named = profile.text.of("drug")
        uses = [frozenset({name}) for name in sorted(named & self._unapproved)]
        if uses:
            uses += [frozenset({name}) for name in sorted(profile.classes)]
        for drug, states in self._states:
            if drug in profile.drugs:
                uses += [frozenset({state}) for state in sorted(states & profile.states)]
                uses += [frozenset({"*=wild"})] if states & profile.states else []
        return uses + [drugs for drugs in self._combinations if drugs <= named]
