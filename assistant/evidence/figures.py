"""Tells whether a statement prints the kind of figure a question asks for, of the thing it asks it of.

The patterns are data. A statement on the plan of a study (its endpoint, its assumptions) prints no result.
"""

from __future__ import annotations

import re

from assistant.evidence.profiles import Profile
from assistant.query import Lexicon, Part
from assistant.query.rules import read_rules

PREVALENCE = "attr:prevalence"


class Figures:
    """The patterns by kind of figure."""

    def __init__(self, lexicon: Lexicon) -> None:
        rules = read_rules("answer_evidence")
        self._lexicon = lexicon
        self._plans = frozenset(rules["plans"])
        self._patterns = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in rules["figures"].items()}

    def wanted(self, part: Part) -> tuple[str, ...]:
        """Return the kinds of figure a part asks for."""
        return tuple(sorted(set(self._patterns) & part.facets.concepts))

    def printed(self, part: Part, profile: Profile) -> bool:
        """Return whether a statement prints every kind of figure asked for."""
        return all(self.prints(kind, part, profile) for kind in self.wanted(part))

    def prints(self, kind: str, part: Part, profile: Profile) -> bool:
        """Return whether a statement prints this kind of figure, of an attribute asked for."""
        asked = frozenset(a for a in part.facets.of("attr") if self._lexicon.is_strict(a))
        if self._plans & profile.text.concepts and not self._plans & part.facets.concepts:
            return False
        stated = profile.text.concepts | profile.nearest.concepts
        if asked and not any(self._lexicon.kin(attribute) & stated for attribute in asked):
            return False
        if PREVALENCE in part.facets.concepts and not part.facets.of("marker") <= stated | profile.heading.concepts:
            return False  # how often a marker is found is not told by how often another is
        return bool(self._patterns[kind].search(profile.statement.text))
