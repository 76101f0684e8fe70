"""Tells whether a statement prints the kind of figure a question asks for, of the thing it asks it of.

The patterns are data. A statement on the plan of a study (its endpoint, its assumptions) prints no result.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.evidence.profiles import Profile
from assistant.query import Lexicon, Part
from assistant.query.rules import read_rules

PREVALENCE = "attr:prevalence"
INTERVAL = "stat:ci"
AMOUNT = "amount"
OF_EACH = frozenset({"share", "stat:rate"})
LUMPED = 3
"""From so many markers on, one share is that of all of them."""
WHY = "attr:why"
"""Asks for a reason: a statement registered under a question for one gives it, whatever its words."""


class Figures:
    """The patterns by kind of figure."""

    def __init__(self, lexicon: Lexicon) -> None:
        rules = read_rules("answer_evidence")
        self._lexicon = lexicon
        self._plans = frozenset(rules["plans"])
        self._measures = frozenset(rules["efficacy"]) - {"attr:efficacy"}
        self._interval = rules["interval"]
        self._group_markers = frozenset(rules["group_markers"])
        self._general = frozenset(rules["not_needs"])
        self._asked = {kind: re.compile(words, re.IGNORECASE) for kind, words in rules["figures_asked"].items()}
        self._denied = frozenset(rules["figures_denied"])
        self._in_words = lru_cache(maxsize=1024)(self._kinds_in)
        self._patterns = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in rules["figures"].items()}

    def wanted(self, part: Part) -> tuple[str, ...]:
        """Return the kinds of figure a part asks for."""
        kinds = set(self._patterns) & part.facets.concepts
        kinds |= self._in_words(part.text)
        return tuple(sorted(kinds - self._denied if part.polar else kinds))

    def _kinds_in(self, question: str) -> frozenset[str]:
        return frozenset(kind for kind, words in self._asked.items() if words.search(question))

    def _asked_of(self, kind: str, part: Part) -> frozenset[str]:
        """The attributes of which the figure is asked: those a statement must speak of; all, where it is asked how much one
        thing exceeds another, and not in general.
        """
        attributes = part.facets.of("attr")
        if kind == AMOUNT:
            return attributes if not attributes & self._general else frozenset()
        return frozenset(a for a in attributes if self._lexicon.is_strict(a))

    def _lumps(self, part: Part, profile: Profile) -> bool:
        """Whether a statement gives one share for several markers taken together, and it is asked of one of them."""
        asked, told = part.facets.of("marker"), profile.text.of("marker")
        shares = self._patterns["share"].findall(profile.statement.text)
        return len(asked - self._group_markers) == 1 and len(told) >= LUMPED and asked <= told and len(shares) == 1

    def _prints_interval(self, part: Part, text: str) -> bool:
        """Whether an interval stands behind the figure that is named, and behind a hazard ratio where that is asked for."""
        kinds = [self._interval[kind] for kind in self._interval if kind in part.facets.concepts]
        figures = [rf"(?<![\d.]){re.escape(number)}(?![\d.])" for number in sorted(part.facets.numbers) if "." in number]
        return all(
            any(re.search(each + self._interval["behind"], text) for each in group) for group in (figures, kinds) if group
        )

    def printed(self, part: Part, profile: Profile) -> bool:
        """Return whether a statement prints every kind of figure asked for."""
        return all(self.prints(kind, part, profile) for kind in self.wanted(part))

    def prints(self, kind: str, part: Part, profile: Profile) -> bool:
        """Return whether a statement prints this kind of figure, of an attribute asked for."""
        asked = self._asked_of(kind, part)
        if self._plans & profile.text.concepts and not self._plans & part.facets.concepts:
            return False
        stated = profile.text.concepts | profile.nearest.concepts
        measured = self._measures & profile.text.concepts
        named = measured if measured and asked & self._measures else stated
        if asked and not any(self._lexicon.kin(attribute) & named for attribute in asked):
            return False  # a statement that names what it measures is about that, whatever its heading says
        if kind == INTERVAL and not self._prints_interval(part, profile.statement.text):
            return False
        if PREVALENCE in part.facets.concepts and not part.facets.of("marker") <= stated | profile.heading.concepts:
            return False  # how often a marker is found is not told by how often another is
        if kind in OF_EACH and self._lumps(part, profile):
            return False
        return (kind == WHY and WHY in profile.asked) or bool(self._patterns[kind].search(profile.statement.text))
