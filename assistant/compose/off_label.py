"""Tells whether a statement reports a result outside the approved uses. The uses are data; it decides about statements, not
questions.
"""

from __future__ import annotations

from assistant.evidence import Profile
from assistant.query.rules import read_rules


class OffLabel:
    """The rules of one market."""

    def __init__(self, market: str) -> None:
        rules = read_rules("answer_off_label")
        self._unapproved = frozenset(rules["unapproved"].get(market, ()))
        self._states = [(rule["drug"], frozenset(rule["states"])) for rule in rules["states"].get(market, ())]
        self._combinations = [frozenset(drugs) for drugs in rules["combinations"].get(market, ())]
        self._no_result = frozenset(rules["no_result"])

    def reports(self, profile: Profile) -> bool:
        """Return whether a statement reports a result of a use that is not approved."""
        attributes = profile.text.of("attr")
        if attributes & self._no_result or not profile.text.numbers:
            return False
        named = profile.text.of("drug")
        if named & self._unapproved:
            return True
        if any(drug in profile.drugs and states & profile.states for drug, states in self._states):
            return True
        return any(drugs <= named for drugs in self._combinations)
