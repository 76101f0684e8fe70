"""Decides whether the statements chosen are enough to answer: likely to answer, and the figure asked for printed.

The verdict is typed. Similarity alone never suffices (Joren et al. 2025, "Sufficient context", ICLR): a near statement about
the right drug that does not speak of what was asked is not an answer. The probability is of the whole ranking (`summary`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assistant.evidence.features import NAMES
from assistant.evidence.figures import Figures
from assistant.evidence.profiles import Profile, Profiles
from assistant.evidence.ranking import LogisticModel, Ranked, Ranking
from assistant.evidence.summary import MANY, SUMMARY, Matrix, summarise
from assistant.evidence.types import Verdict
from assistant.query import Lexicon, Part
from assistant.query.rules import read_rules, topic_rule_names

ABOUT = 0.5
"""From this relevance on, a statement is about the same thing: where it prints no figure, it is the figure that is missing."""
SURE = 0.9
"""From this relevance on, a statement is surely about what is asked."""
UNCOVERED, NO_FIGURE = SUMMARY.index("uncovered"), SUMMARY.index("no_figure_shown")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the probability behind it."""

    verdict: Verdict
    probability: float


class Judge:
    """Judges the evidence for a part with the fitted model and the rules of the policy."""

    def __init__(self, profiles: Profiles, lexicon: Lexicon, policy: Mapping[str, Any] | None = None) -> None:
        """`policy` is the content of `answer_ranking.yaml`, read when None."""
        rules = read_rules("answer_evidence")
        model = (policy or read_rules("answer_ranking"))["sufficiency"]
        self._profiles = profiles
        self._lexicon = lexicon
        self._home_regions = frozenset(rules["home_regions"])
        self._beside = frozenset(rules["beside_attributes"])
        self._qualifiers = frozenset(rules["qualifiers"])
        self._measures = frozenset(rules["efficacy"]) - {"attr:efficacy"}
        self._absence = re.compile(rules["absence"], re.IGNORECASE)
        self._left_out = [
            (re.compile(each.get("said", ""), re.IGNORECASE), re.compile(each["asked"], re.IGNORECASE))
            for name in topic_rule_names()
            for each in read_rules(name).get("left_out", ())
        ]
        self._figures = Figures(lexicon)
        self._model = LogisticModel(model, SUMMARY)
        self._threshold = float(model["threshold"])
        self._scope_threshold = float(model["scope_threshold"])
        self._covered_threshold = float(model["covered_threshold"])
        self._uncovered_threshold = float(model["uncovered_threshold"])

    def summary(self, part: Part, ranking: Ranking, chosen: Sequence[Ranked]) -> Matrix:
        """Return what the probability is made of, in the order of `SUMMARY`."""
        top = ranking.ranked[:MANY]
        profiles = [self._profiles.by_id[c.statement_id] for c in chosen]
        return summarise(
            part,
            np.array([c.features for c in top]).reshape(-1, len(NAMES)),
            np.array([c.score for c in top]),
            np.array([c.relevance for c in top]),
            uncovered=not self._covers_attributes(part, profiles),
            no_figure=not self.has_figure(part, profiles),
        )

    def judge(self, part: Part, ranking: Ranking, chosen: Sequence[Ranked]) -> Judgement:
        """Return the verdict on the statements chosen for a part, and the probability that they answer it (0 without any)."""
        if not chosen:
            return Judgement(Verdict.NOTHING_ABOUT if self._in_scope(part) else Verdict.OUT_OF_SCOPE, 0.0)
        summary = self.summary(part, ranking, chosen)
        probability = float(self._model.probabilities(summary[None, :])[0])
        uncovered, no_figure = bool(summary[UNCOVERED]), bool(summary[NO_FIGURE])
        barred = self._barred(part, chosen)
        if barred is not None:
            return Judgement(barred, probability)
        covered = not (uncovered or no_figure) and self._is_covered(part, chosen[0])
        threshold = self._uncovered_threshold if uncovered else self._threshold
        if probability >= (self._covered_threshold if covered else threshold):
            return Judgement(self._likely(part, chosen, no_figure=no_figure), probability)
        if uncovered:
            return Judgement(Verdict.NO_ATTRIBUTE, probability)
        if no_figure and chosen[0].relevance >= ABOUT:
            return Judgement(Verdict.WITHOUT_FIGURE, probability)
        far = not self._in_scope(part) and (probability < self._scope_threshold or not part.facets.concepts)
        return Judgement(Verdict.OUT_OF_SCOPE if far else Verdict.NOTHING_ABOUT, probability)

    def _barred(self, part: Part, chosen: Sequence[Ranked]) -> Verdict | None:
        """What stands against an answer however likely it is."""
        if self._is_unheard(part):
            return Verdict.OUT_OF_SCOPE
        return Verdict.NO_ATTRIBUTE if self._measures_another(part, chosen) else None

    def _likely(self, part: Part, chosen: Sequence[Ranked], *, no_figure: bool) -> Verdict:
        """What a likely answer is: one, one without the figure asked for, or one that says that there is none."""
        text = chosen[0].scored.statement.text
        if not part.polar and self._absence.search(text):
            return Verdict.NOT_GIVEN
        if any(said.search(text) and asked.search(part.text) for said, asked in self._left_out):
            return Verdict.NOT_GIVEN
        return Verdict.WITHOUT_FIGURE if no_figure else Verdict.SUFFICIENT

    def _is_covered(self, part: Part, first: Ranked) -> bool:
        """The first statement is surely about what is asked, and speaks of every name, attribute and word in it."""
        names, attributes = part.facets.of("drug", "study"), part.facets.of("attr")
        if not names or not attributes or part.new_words or part.new_terms or first.relevance < SURE:
            return False
        profile = self._profiles.by_id[first.statement_id]
        stated = profile.text.concepts | profile.heading.concepts
        spoken = all(self._lexicon.kin(attribute) & profile.text.concepts for attribute in attributes)
        return names <= stated and spoken and not first.feature("unexplained")

    def _measures_another(self, part: Part, chosen: Sequence[Ranked]) -> bool:
        """A measure is asked for and the statements chosen tell others only."""
        asked = part.facets.concepts & self._measures
        told = self._measures & frozenset().union(*(self._profiles.by_id[c.statement_id].text.concepts for c in chosen))
        kin = asked.union(*(self._lexicon.kin(attribute) for attribute in asked))
        return bool(asked and told) and not told & kin

    def _is_unheard(self, part: Part) -> bool:
        """The question names nothing known, and no document uses any of its words: what ranks best is about another thing."""
        new = len(part.new_words) + len(part.new_terms)
        return bool(part.facets.words) and new >= len(part.facets.words) and not self._in_scope(part) and not part.sources

    def _in_scope(self, part: Part) -> bool:
        return bool(part.facets.of("drug", "study", "class", "marker", "setting", "body"))

    def _covers_attributes(self, part: Part, profiles: Sequence[Profile]) -> bool:
        asked = part.facets.of("attr")
        stated = frozenset().union(*(profile.text.concepts for profile in profiles))
        around = stated.union(*(profile.heading.concepts for profile in profiles))
        if any(not self._lexicon.kin(attribute) & stated for attribute in part.facets.concepts & self._qualifiers):
            return False
        regions = part.facets.of("region") - self._home_regions
        if regions and not regions & stated:
            return False
        strict = frozenset(attribute for attribute in asked if self._lexicon.is_strict(attribute))
        strict = strict - self._beside or strict
        return not strict or any(self._lexicon.kin(attribute) & around for attribute in strict)

    def has_figure(self, part: Part, profiles: Sequence[Profile]) -> bool:
        """Return whether every kind of figure asked for is printed in a statement that speaks of what it is asked of."""
        return all(any(self._figures.prints(kind, part, p) for p in profiles) for kind in self._figures.wanted(part))
