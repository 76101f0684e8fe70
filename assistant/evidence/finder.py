"""Finds the evidence for a parsed question: ranks, selects and judges for each of its parts.

It reads the index and the policy, nothing else; the same question over the same index gives the same evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.evidence.profiles import Profiles
from assistant.evidence.ranking import Matrix, Ranked, Ranker, Ranking
from assistant.evidence.selection import Selector
from assistant.evidence.sufficiency import Judge, Judgement
from assistant.evidence.topics import Topics
from assistant.evidence.types import Candidate, Evidence, PartEvidence, Verdict
from assistant.query import Lexicon, ParsedQuestion, Part, Shape
from index.types import KnowledgeIndex, SearchQuery, Statement

NEAREST = 3
"""Headings offered when there is no answer."""

SIDE_MOST = 2
"""Statements shown for each side of a comparison that is put together side by side."""

MEMBERS_MOST = 6
"""Drugs of a class that are asked about one by one, at most."""

COMPARISON = "attr:comparison"
"""Said of the sides together: no side is asked for it alone."""

CONSIDERED = 12
"""Runners-up kept for the explain view."""


class EvidenceFinder:
    """Finds evidence in one index."""

    def __init__(
        self,
        index: KnowledgeIndex,
        profiles: Profiles,
        lexicon: Lexicon,
        policy: Mapping[str, Any] | None = None,
        topics: Topics | None = None,
    ) -> None:
        """`policy` is the content of `answer_ranking.yaml`, read when None; `topics` tell questions on several topics apart."""
        self._topics = topics
        self._lexicon = lexicon
        self._profiles = profiles
        self._ranker = Ranker(index, profiles, lexicon, policy)
        self._selector = Selector(profiles, lexicon, policy)
        self._judge = Judge(profiles, lexicon, policy)

    def find(self, question: ParsedQuestion) -> Evidence:
        """Return the evidence for every part of a question."""
        parts = tuple(found for part in question.parts for found in self._find_by_topic(part, question))
        return Evidence(parts, self._nearest(parts))

    def rank(self, part: Part) -> tuple[Part, Ranking, Sequence[Ranked]]:
        """Return the part with the study a pasted text is from, its ranking, and the statements chosen; nothing is judged."""
        part = self._identified(part)
        ranking = self._ranker.rank(part, self._expansions(part))
        return part, ranking, self._selector.select(part, ranking.ranked)

    def sum_up(self, part: Part, ranking: Ranking, chosen: Sequence[Ranked]) -> Matrix:
        """Return what the probability of being an answer is made of (`SUMMARY`)."""
        return self._judge.summary(part, ranking, chosen)

    def query_of(self, part: Part) -> SearchQuery:
        """Return what the index is asked for one part of a question, for the explain view."""
        part = self._identified(part)
        return SearchQuery(part.text, tuple(self._expansions(part)))

    def _find_by_topic(self, part: Part, question: ParsedQuestion) -> Iterator[PartEvidence]:
        """What joins two topics is asked of each; what asks how they hang together is answered by neither."""
        split = (part,) if self._topics is None or question.unknown else self._topics.split(part)
        if split is None:
            yield PartEvidence(part=part, verdict=Verdict.NOTHING_ABOUT, probability=0.0, chosen=())
        else:
            yield from (self._find_part(each, question) for each in split)

    def _find_part(self, part: Part, question: ParsedQuestion) -> PartEvidence:
        part, ranking, chosen = self.rank(part)
        judgement = self._judge.judge(part, ranking, chosen)
        if judgement.verdict is Verdict.WITHOUT_FIGURE and not question.unknown:
            chosen, judgement = self._with_figure(part, ranking, chosen, judgement)
        if judgement.verdict is not Verdict.SUFFICIENT and not question.unknown:
            chosen, judgement = self._side_by_side(part, chosen, judgement)
        if judgement.verdict is not Verdict.SUFFICIENT and not question.unknown:
            chosen, judgement = self._by_member(part, chosen, judgement)
        return PartEvidence(
            part=part,
            verdict=Verdict.UNKNOWN_NAME if question.unknown else judgement.verdict,
            probability=judgement.probability,
            chosen=tuple(self._candidate(c) for c in chosen),
            considered=tuple(self._candidate(c) for c in ranking.ranked[:CONSIDERED]),
            excluded=dict(list(ranking.excluded.items())[:CONSIDERED]),
        )

    def _identified(self, part: Part) -> Part:
        """A pasted text without a study's name is taken for the study that prints its figures."""
        if part.facets.of("study") or not part.pasted_figures:
            return part
        study = self._profiles.study_of(part.pasted_figures)
        if study is None:
            return part
        return replace(part, facets=replace(part.facets, concepts=part.facets.concepts | {study}))

    def _with_figure(
        self, part: Part, ranking: Ranking, chosen: Sequence[Ranked], judgement: Judgement
    ) -> tuple[Sequence[Ranked], Judgement]:
        """A lower statement that prints the figure goes before a higher one that does not."""
        for candidate in ranking.ranked[:CONSIDERED]:
            if candidate in chosen:
                continue
            with_it = [candidate, *chosen[:1]]
            found = self._judge.judge(part, ranking, with_it)
            if found.verdict is Verdict.SUFFICIENT:
                return with_it, found
        return chosen, judgement

    def _side_by_side(self, part: Part, chosen: Sequence[Ranked], judgement: Judgement) -> tuple[Sequence[Ranked], Judgement]:
        """Where no statement speaks of all sides of a comparison, each side is asked about alone; all of them must answer."""
        sides = self._selector.sides(part)
        if len(sides) < 2 or frozenset(sides) <= part.together or not part.facets.of("attr") - self._selector.not_needs:
            return chosen, judgement
        shown: list[Ranked] = []
        probability = 1.0
        for side in sides:
            own, found = self._asked_alone(self._of_side(part, side, sides))
            if found.verdict is not Verdict.SUFFICIENT:
                return chosen, judgement
            shown += [candidate for candidate in own[:SIDE_MOST] if candidate not in shown]
            probability = min(probability, found.probability)
        if not any(frozenset(sides) & self._profiles.by_id[candidate.statement_id].named for candidate in shown):
            return chosen, judgement  # what holds of their class tells nothing of their difference
        return shown, Judgement(Verdict.SUFFICIENT, probability)

    def _asked_alone(self, part: Part) -> tuple[Sequence[Ranked], Judgement]:
        """The statements chosen for a part, and whether they answer it."""
        part, ranking, own = self.rank(part)
        return own, self._judge.judge(part, ranking, own)

    def _by_member(self, part: Part, chosen: Sequence[Ranked], judgement: Judgement) -> tuple[Sequence[Ranked], Judgement]:
        """What no statement says of a class as a whole is told of those of its drugs for which it is stated."""
        classes = part.facets.of("class")
        asks = part.facets.of("attr") - self._selector.not_needs
        if part.facets.of("drug", "study") or len(classes) != 1 or not asks or part.negated or part.joint:
            return chosen, judgement
        members = self._profiles.members(next(iter(classes)))
        if not 1 < len(members) <= MEMBERS_MOST:
            return chosen, judgement
        shown: list[Ranked] = []
        surest = 0.0
        for drug in members:
            facets = replace(part.facets, concepts=part.facets.concepts - classes | {drug})
            named = replace(part, text=f"{part.text} {self._lexicon.label(drug)}", facets=facets, lead=drug)
            own, found = self._asked_alone(named)
            if found.verdict is Verdict.SUFFICIENT:
                shown += [candidate for candidate in own[:1] if candidate not in shown]
                surest = max(surest, found.probability)
        return (shown, Judgement(Verdict.SUFFICIENT, surest)) if shown else (chosen, judgement)

    def _of_side(self, part: Part, side: str, sides: Sequence[str]) -> Part:
        others = frozenset(sides) - {side}
        facets = replace(part.facets, concepts=part.facets.concepts - others - {COMPARISON})
        return replace(part, facets=facets, shape=Shape.SINGLE, lead=side if part.lead in others else part.lead)

    def _expansions(self, part: Part) -> list[str]:
        named = sorted(part.facets.of("drug", "study", "class", "marker", "attr"))
        return [self._lexicon.label(concept) for concept in named]

    def _candidate(self, ranked: Ranked) -> Candidate:
        return Candidate(ranked.scored.statement, ranked.relevance, ranked)

    def _nearest(self, parts: Sequence[PartEvidence]) -> tuple[Statement, ...]:
        found: dict[tuple[str, ...], Statement] = {}
        for part in parts:
            for candidate in part.considered:
                found.setdefault(candidate.statement.heading_path[-1:], candidate.statement)
        return tuple(found.values())[:NEAREST]
