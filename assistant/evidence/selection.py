"""Chooses how many statements answer a question: first one for everything asked, then more only while they are near and new.

The shape of the question sets the limits (`answer_evidence.yaml`). A statement that repeats what is already shown is left
out, so that a narrow question gets one to three statements and a list its complete list.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.evidence.figures import Figures
from assistant.evidence.landmarks import Landmarks
from assistant.evidence.profiles import Profile, Profiles
from assistant.evidence.ranking import Ranked
from assistant.query import Lexicon, Part, Shape
from assistant.query.rules import read_rules


@dataclass(frozen=True, slots=True)
class Need:
    """One thing the answer should speak of: a side of a comparison, an attribute, a biomarker state; None where any will do."""

    side: str | None = None
    attribute: str | None = None
    state: str | None = None
    opening: bool = False


NEAR = 0.5
"""From this part of the best share on, a statement that names something new adds to those shown, however alike its words."""
SURE = 2
"""From so many statements on, a further one must be more surely about what was asked."""


class Selector:
    """Selects statements with one set of profiles and the limits of the policy."""

    def __init__(self, profiles: Profiles, lexicon: Lexicon, policy: Mapping[str, Any] | None = None) -> None:
        """`policy` is the content of `answer_ranking.yaml`, read when None."""
        rules = read_rules("answer_evidence")
        self._limits = {Shape(name): limits for name, limits in rules["selection"].items()}
        self._reach = float(rules["reach"])
        self._least_relevance = float((policy or read_rules("answer_ranking"))["relevance"]["threshold"])
        self._further_relevance = float(rules["further_relevance"])
        self._sure_relevance = float(rules["sure_relevance"])
        self._far_relevance = float(rules["far_relevance"])
        self._novelty = float(rules["novelty"])
        self._usual: Mapping[str, str] = rules["usual_statistics"]
        self._wide = frozenset(rules["wide_attributes"])
        self._overview_needs = rules["overview_needs"]
        self._companions = rules["companions"]
        self.not_needs = frozenset(rules["not_needs"])
        self._narrowing = tuple(rules["narrowing"])
        self._printed = {name: re.compile(pattern) for name, pattern in rules["printed"].items()}
        self._section_most = int(rules["section_most"])
        self._paired = frozenset(rules["paired_types"])
        self._figures = Figures(lexicon)
        self._landmarks = Landmarks()
        self._profiles = profiles
        self._lexicon = lexicon

    def select(self, part: Part, ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
        """Return the statements to show for a part, best first; the counterpart of a paired statement stands beside it."""
        if not ranked:
            return ()
        shape = self.shape(part)
        limits = self._limits[shape]
        chosen: list[Ranked] = []
        for need in self.needs(part, shape):
            self._meet(need, part, ranked, chosen)
        if not chosen:
            chosen.append(ranked[0])
        most = int(limits["most"])
        if part.facets.of("attr") & self._wide:
            self._complete_sections(part, ranked, chosen)
            most = max(most, len(chosen))
        several = len(self.sides(part)) > 1
        self._extend(chosen, ranked, most, float(limits["nearness"]), names_count=shape is Shape.LIST, several=several)
        weighed = frozenset(self._overview_needs["comparison"]) if self._is_bare_comparison(part, shape) else frozenset()
        best = sorted(chosen, key=lambda c: (*self._behind(part, weighed, c), -c.score, c.statement_id))
        headline = self._headline(part, shape, ranked)
        if headline is not None:
            best = [headline, *(c for c in best if c is not headline)]
        return self._with_counterparts(best[:most], ranked)

    def _is_bare_comparison(self, part: Part, shape: Shape) -> bool:
        """Names set side by side with nothing asked of them: how they did comes first."""
        return shape is Shape.COMPARISON and not part.facets.of("attr") - self.not_needs and len(self.sides(part)) > 1

    def _behind(self, part: Part, weighed: frozenset[str], candidate: Ranked) -> tuple[bool, ...]:
        """What makes a chosen statement stand behind others, the gravest first: it does not tell what is weighed, nothing of
        what must be spoken of, or not by the usual statistic.
        """
        strict = frozenset(a for a in part.facets.of("attr") - self.not_needs if self._lexicon.is_strict(a))
        kin = strict.union(*(self._lexicon.kin(attribute) for attribute in strict))
        usual = self._usual_statistics(part)
        return tuple(bool(wanted) and not self._states(candidate, wanted) for wanted in (weighed, kin, usual))

    def _usual_statistics(self, part: Part) -> frozenset[str]:
        """How what is asked for is mostly told, where the question names no statistic: it goes before what is told besides."""
        if part.polar or part.facets.of("stat") or part.facets.numbers or self._landmarks.asked(part.text):
            return frozenset()
        return frozenset(self._usual[a] for a in part.facets.of("attr") if a in self._usual)

    def _states(self, candidate: Ranked, attributes: frozenset[str]) -> bool:
        return bool(attributes & self._profiles.by_id[candidate.statement_id].text.concepts)

    def _headline(self, part: Part, shape: Shape, ranked: Sequence[Ranked]) -> Ranked | None:
        """The statement that sums up the one study asked about, where nothing is narrowed down: it says in one what those on
        single populations say one by one. Of a drug named alone, the statement that says what it is.
        """
        studies, asked = part.facets.of("study"), part.facets.of("attr") - self.not_needs
        narrowed = part.facets.states or part.facets.numbers or part.facets.of(*self._narrowing)
        if narrowed or shape not in (Shape.SINGLE, Shape.OVERVIEW) or len(asked) > 1:
            return None
        within = (c for c in ranked if c.relevance >= self._sure_relevance and c.score >= ranked[0].score - self._reach)
        if not studies and shape is Shape.OVERVIEW and not asked and not part.facets.words:
            return next((c for c in within if self._introduces(c, part.facets.of("drug"))), None)
        if len(studies) != 1 or (shape is Shape.SINGLE and not asked):
            return None
        return next((c for c in within if self._sums_up(c, studies, asked)), None)

    def _sums_up(self, candidate: Ranked, studies: frozenset[str], attributes: frozenset[str]) -> bool:
        profile = self._profiles.by_id[candidate.statement_id]
        prints = bool(profile.figures) or not attributes
        return profile.first and prints and profile.studies == studies and attributes <= profile.text.concepts

    def _introduces(self, candidate: Ranked, drugs: frozenset[str]) -> bool:
        """Names the one drug with its class, and no other."""
        text = self._profiles.by_id[candidate.statement_id].text
        parents = frozenset(c for drug in drugs for c in self._lexicon.closure(drug) - {drug})
        classes = parents - frozenset(wider for c in parents for wider in self._lexicon.closure(c) - {c})
        return len(drugs) == 1 and text.of("drug") == drugs and bool(classes & text.concepts)

    def _complete_sections(self, part: Part, ranked: Sequence[Ranked], chosen: list[Ranked]) -> None:
        """What stands beside a chosen statement, under a heading that names subject and wide attribute, belongs to the list."""
        wide = part.facets.of("attr") & self._wide
        subjects = part.facets.of("drug", "study", "class")
        places = {_place(self._profiles.by_id[c.statement_id]) for c in chosen}
        for candidate in ranked:
            profile = self._profiles.by_id[candidate.statement_id]
            named = profile.nearest.of("drug", "study", "class")
            headed = wide & profile.nearest.concepts and named and named <= subjects and _place(profile) in places
            if not headed or candidate in chosen or profile.section_size > self._section_most:
                continue
            if self.is_new(profile, [self._profiles.by_id[c.statement_id] for c in chosen]):
                chosen.append(candidate)

    def shape(self, part: Part) -> Shape:
        """Return the shape of a part: what is set side by side, asked for in whole, or named without a question."""
        attributes = part.facets.of("attr")
        if part.shape in (Shape.SINGLE, Shape.COMPARISON):
            several = len(self.sides(part)) > 1
            if several or (part.shape is Shape.COMPARISON and not part.facets.of("drug", "study")):
                return Shape.COMPARISON
            if attributes & self._wide:
                return Shape.LIST
            is_bare = not attributes - self.not_needs and part.facets.of("drug", "study")
            return Shape.OVERVIEW if is_bare else Shape.SINGLE
        return part.shape

    def sides(self, part: Part) -> tuple[str, ...]:
        """Return the sides a part sets against each other: several studies, else drugs of no one study, else classes."""
        studies = part.facets.of("study")
        if part.joint:
            return ()
        if len(studies) > 1 or (studies and part.shape is not Shape.COMPARISON):
            return tuple(sorted(studies)) if len(studies) > 1 else ()
        for group in ("drug", "class"):
            named = sorted(part.facets.of(group))
            if len(named) > 1 and part.shape is Shape.COMPARISON:
                return () if group == "drug" and self._is_one_study(part) else tuple(named)
            if named:
                return ()
        return ()

    def _is_one_study(self, part: Part) -> bool:
        """The drugs named are the arms of one study."""
        others = part.facets.of("drug") - {part.lead}
        return part.lead is not None and bool(others & self._profiles.compared(part.lead))

    def needs(self, part: Part, shape: Shape) -> Iterator[Need]:
        """Yield what the answer should speak of, in order."""
        aside = shape is Shape.COMPARISON or (shape is Shape.LIST and len(part.facets.of("study")) > 1)
        sides: tuple[str | None, ...] = (self.sides(part) if aside else ()) or (None,)
        asked = part.facets.of("attr")
        attributes: list[str | None] = [*sorted(asked - self.not_needs)] or [None]
        states: tuple[str | None, ...] = tuple(sorted(part.facets.states)) or (None,)
        if shape is Shape.OVERVIEW:
            group = "study" if part.facets.of("study") or part.facets.states or part.facets.of("setting") else "drug"
            yield Need(opening=True)
            attributes += self._overview_needs.get(group, []) if not asked - self.not_needs else []
        if attributes == [None] and len(sides) > 1:
            yield from (Need(side, opening=True) for side in sides)
            attributes = [*self._overview_needs["comparison"], None]
        for attribute in attributes:
            for side in sides:
                for state in states:
                    yield Need(side, attribute, state)
        regions = sorted(part.facets.of("region"))
        if len(regions) > 1:
            yield from (Need(region, attribute) for region in regions for attribute in attributes)
        if any(attribute in self._companions for attribute in asked) and part.facets.of("study"):
            yield Need(opening=True)

    def _meet(self, need: Need, part: Part, ranked: Sequence[Ranked], chosen: list[Ranked]) -> None:
        """Add the best statement that covers a need, unless one chosen does; one that says it exactly goes before a kin."""
        best = ranked[0]
        within = [c for c in ranked if c.score >= best.score - self._reach]
        within = [c for c in within if c is best or c.relevance >= self._least_relevance]
        others = frozenset(self.sides(part)) - {need.side}
        wants = [need] if need.state is None else [need, replace(need, state=None)]
        usual = self._usual_statistics(part) if need.side else frozenset()
        for wanted, exact in itertools.product(wants, (True, False)):
            fitting = [c for c in within if self._covers(wanted, part, c, exact=exact)]
            alone = [c for c in fitting if not others & self._named(c)] if need.side else []
            told = [c for c in alone or fitting if self._states(c, usual)]
            found = next(iter(told or alone or fitting), None)
            if any(c in chosen for c in (alone or fitting)):
                return
            if found is not None:
                chosen.append(found)
                return
        if need.attribute and not need.side and self._lexicon.is_strict(need.attribute):
            far = (c for c in ranked if c.relevance >= self._far_relevance and self._covers(wants[-1], part, c, exact=True))
            chosen += [c for c in itertools.islice(far, 1) if c not in chosen]

    def _covers(self, need: Need, part: Part, candidate: Ranked, *, exact: bool) -> bool:
        profile = self._profiles.by_id[candidate.statement_id]
        if need.opening and not (profile.first and (part.facets.of("study") & profile.studies or not part.facets.of("study"))):
            return False
        if need.side and need.side not in self._named(candidate):
            return False
        if need.attribute and not self._speaks_of(need.attribute, profile, exact=exact):
            return False
        if need.attribute and self._lexicon.is_strict(need.attribute) and not self._figures.printed(part, profile):
            return False
        if need.state is None:
            return True
        gene, _, status = need.state.partition("=")
        stated = {s.partition("=")[2] for s in profile.states if gene == "*" or s.partition("=")[0] in (gene, "*")}
        return status in stated and (len(stated) == 1 or not exact)

    def _named(self, candidate: Ranked) -> frozenset[str]:
        """What a statement is about, as a side of a comparison."""
        return self._profiles.by_id[candidate.statement_id].named

    def _speaks_of(self, attribute: str, profile: Profile, *, exact: bool) -> bool:
        if attribute in self._printed:
            return bool(self._printed[attribute].search(profile.statement.text))
        kin = frozenset({attribute}) if exact else self._lexicon.kin(attribute)
        if kin & profile.text.concepts:
            return True
        return not self._lexicon.is_strict(attribute) and bool(kin & (profile.heading.concepts | profile.asked))

    def _extend(
        self, chosen: list[Ranked], ranked: Sequence[Ranked], most: int, nearness: float, *, names_count: bool, several: bool
    ) -> None:
        shown = [self._profiles.by_id[c.statement_id] for c in chosen]
        floor = nearness * max(c.share for c in chosen)
        least = {name: min(c.feature(name) for c in chosen) for name in ("names", "classes")}
        for candidate in ranked:
            if len(chosen) >= most or candidate.share < floor:
                return
            profile = self._profiles.by_id[candidate.statement_id]
            less = any(candidate.feature(name) < value for name, value in least.items())
            beside = len(chosen) < SURE or (names_count and _is_row_of(profile, shown))
            far = candidate.relevance < (self._further_relevance if beside else self._sure_relevance)
            if (less and not several) or far:
                continue
            near = candidate.share >= NEAR * chosen[0].share and not profile.is_table_row
            new = self.is_new(profile, shown, names_count=names_count) or (near and _names_new(profile, shown))
            if candidate not in chosen and new:
                chosen.append(candidate)
                shown.append(profile)

    def is_new(self, profile: Profile, shown: Sequence[Profile], *, names_count: bool = False) -> bool:
        """Return whether a statement adds to those shown: an attribute or figures they lack, or enough rare words.

        `names_count`: in a list, a drug or study not yet named is something new by itself.
        """
        named = frozenset().union(*(other.text.of("drug", "study") for other in shown))
        if names_count and profile.text.of("drug", "study") - named:
            return True
        figures = profile.figures - frozenset().union(*(other.figures for other in shown))
        attributes = profile.text.of("attr") - frozenset().union(*(other.text.concepts for other in shown))
        if profile.figures and not figures and not attributes:
            return False
        if figures and attributes:
            return True
        items = _items(profile)
        total = sum(map(self._profiles.rarity, items))
        fresh = items - frozenset().union(*(_items(other) for other in shown))
        return total > 0 and sum(map(self._profiles.rarity, fresh)) / total >= self._novelty

    def _with_counterparts(self, best: Sequence[Ranked], ranked: Sequence[Ranked]) -> tuple[Ranked, ...]:
        """Two statements set side by side in one short section are shown together, in their order."""
        shown: list[Ranked] = []
        for position, candidate in enumerate(best):
            profile = self._profiles.by_id[candidate.statement_id]
            pair = [candidate]
            if position < 2 and profile.doc_type in self._paired and profile.section_size == 2:
                place = (profile.statement.doc_id, profile.statement.heading_path)
                pair = [c for c in ranked if (c.scored.statement.doc_id, c.scored.statement.heading_path) == place]
                pair.sort(key=lambda c: c.scored.statement.ordinal)
            shown += [c for c in pair if c not in shown]
        return tuple(shown)


def _place(profile: Profile) -> tuple[str, tuple[str, ...]]:
    return (profile.statement.doc_id, profile.statement.heading_path)


def _names_new(profile: Profile, shown: Sequence[Profile]) -> bool:
    """Whether a statement speaks of a class or marker that none of those shown names."""
    groups = ("class", "marker")
    return bool(profile.text.of(*groups) - frozenset().union(*(other.text.of(*groups) for other in shown)))


def _is_row_of(profile: Profile, shown: Sequence[Profile]) -> bool:
    """Whether a table has another row shown: a list from a table is told row by row."""
    return profile.is_table_row and any(other.is_table_row and _place(other) == _place(profile) for other in shown)


def _items(profile: Profile) -> frozenset[str]:
    return profile.text.words | profile.text.concepts | profile.text.numbers
