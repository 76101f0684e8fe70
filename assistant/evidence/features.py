"""Turns a question and a statement into numbers: how near they are, and how far what is asked is what is stated.

Features lie in [-1, 1], most in [0, 1], so that the weights of `answer_ranking.yaml` can be read against each other. A
feature named `..._gap` is the distance to the best statement for the same question (0 for the best, negative for the rest).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.evidence.profiles import Profile, Profiles
from assistant.query import Lexicon, Part, Shape
from assistant.query.rules import read_rules
from index.types import ScoredStatement

NAMES = (
    "dense", "dense_question", "dense_gap", "question_gap", "lexical", "names", "names_in_text", "other_names",
    "names_unasked", "classes", "classes_in_text", "other_classes", "markers", "state_match", "state_open", "state_extra",
    "strict_in_text", "strict_around", "loose_in_text", "loose_around", "attributes_missing", "attributes_beside",
    "side_matters", "statistics", "words", "words_in_text", "words_asked", "overlap", "overlap_gap", "same_population",
    "setting", "region", "region_unasked", "line", "route", "figure", "no_figure", "first_overview", "first_narrow",
    "contrast", "table_row", "denial", "denial_missing", "denial_unasked", "denied_asked", "before", "numbers", "unexplained",
    "named", "asks", "unexplained_named",
)  # fmt: skip
"""Feature names, in the order of the weights."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A part's facets grouped once, so that many statements can be compared with it."""

    part: Part
    names: frozenset[str]
    classes: frozenset[str]
    markers: frozenset[str]
    strict: frozenset[str]
    loose: frozenset[str]
    statistics: frozenset[str]
    settings: frozenset[str]
    items: frozenset[str]
    weight: float


class FeatureMaker:
    """Makes features with one set of profiles."""

    def __init__(self, profiles: Profiles, lexicon: Lexicon) -> None:
        self._profiles = profiles
        self._lexicon = lexicon
        self._naming = frozenset(read_rules("answer_evidence")["naming_attributes"])

    def matrix(self, part: Part, scored: Sequence[ScoredStatement]) -> list[list[float]]:
        """Return one row of features (order of `NAMES`) for each statement, compared with the best of them."""
        asked = self._asked(part)
        profiles = [self._profiles.by_id[s.statement.statement_id] for s in scored]
        owners = [s.statement.statement_id for s in scored]
        overlaps = self._profiles.overlaps(asked.items, part.facets.states, owners)
        dense = max((s.dense for s in scored), default=0.0)
        question = max((s.dense_question for s in scored), default=0.0)
        lexical = max((s.bm25 for s in scored), default=0.0)
        closest = max((overlap for overlap, _ in overlaps), default=0.0)
        return [
            [
                s.dense,
                s.dense_question,
                s.dense - dense,
                s.dense_question - question,
                s.bm25 / lexical if lexical else 0.0,
                *self._names(asked, profile),
                *self._states(asked, profile),
                *self._attributes(asked, profile),
                *self._words(asked, profile),
                overlap,
                overlap - closest,
                population,
                *self._circumstances(asked, profile),
                *self._form(asked, profile),
            ]
            for s, profile, (overlap, population) in zip(scored, profiles, overlaps, strict=True)
        ]

    def _asked(self, part: Part) -> Asked:
        facets = part.facets
        attributes = facets.of("attr")
        strict = frozenset(a for a in attributes if self._lexicon.is_strict(a))
        items = facets.words | facets.concepts | part.before
        return Asked(
            part=part,
            names=facets.of("drug", "study"),
            classes=facets.of("class"),
            markers=facets.of("marker"),
            strict=strict,
            loose=attributes - strict,
            statistics=facets.of("stat"),
            settings=facets.of("setting", "body"),
            items=items,
            weight=self._weight(items),
        )

    def _names(self, asked: Asked, profile: Profile) -> list[float]:
        own = profile.studies | profile.drugs
        others = profile.text.of("drug", "study") - asked.names
        classes = profile.text.of("class") - asked.classes
        return [
            _part(asked.names, own | profile.wider),
            _part(asked.names, profile.text.concepts),
            min(len(others), 4) / 4 if asked.names else 0.0,
            float(bool(others) and not asked.names and not (asked.loose | asked.strict) & self._naming),
            _part(asked.classes, profile.wider | profile.concepts),
            _part(asked.classes, profile.text.concepts),
            min(len(classes), 4) / 4 if asked.classes else 0.0,
            _part(asked.markers, profile.concepts),
        ]

    def _states(self, asked: Asked, profile: Profile) -> list[float]:
        states = asked.part.facets.states
        met = [state for state in states if meets(state, profile.states)]
        return [
            len(met) / len(states) if states else 0.0,
            float(bool(states) and not profile.states),
            float(bool(profile.states) and not states),
        ]

    def _attributes(self, asked: Asked, profile: Profile) -> list[float]:
        text, around = profile.attributes, profile.attributes_around
        attributes = asked.strict | asked.loose
        near = [a for a in attributes if self._lexicon.kin(a) & around]
        return [
            self._met(asked.strict, text),
            self._met(asked.strict, around),
            self._met(asked.loose, text),
            self._met(asked.loose, around),
            float(bool(attributes) and not near),
            min(len(text - attributes), 4) / 4 if attributes else 0.0,
            min(len(profile.side_matters - asked.part.facets.concepts), 3) / 3,
            _part(asked.statistics, profile.text.concepts),
        ]

    def _met(self, attributes: frozenset[str], stated: frozenset[str]) -> float:
        met = [a for a in attributes if self._lexicon.kin(a) & stated]
        return len(met) / len(attributes) if attributes else 0.0

    def _words(self, asked: Asked, profile: Profile) -> list[float]:
        if not asked.weight:
            return [0.0, 0.0, 0.0]
        text = profile.text.words | profile.text.concepts
        return [
            self._weight(asked.items & (profile.words | profile.concepts)) / asked.weight,
            self._weight(asked.items & text) / asked.weight,
            self._weight(asked.items & (profile.asked_items | text)) / asked.weight,
        ]

    def _circumstances(self, asked: Asked, profile: Profile) -> list[float]:
        facets = asked.part.facets
        return [
            _part(asked.settings, profile.concepts),
            _part(facets.of("region"), profile.concepts),
            float(bool(profile.text.of("region")) and not facets.of("region")),
            _part(facets.of("line"), profile.concepts),
            _part(facets.of("route"), profile.concepts),
        ]

    def _form(self, asked: Asked, profile: Profile) -> list[float]:
        part = asked.part
        numbers = bool(profile.text.numbers)
        unexplained = self._unexplained(part, profile)
        wide = part.shape is Shape.OVERVIEW or not (asked.strict or asked.loose)
        return [
            float(part.figure and numbers),
            float(part.figure and not numbers),
            float(profile.first and wide),
            float(profile.first and not wide),
            float(part.figure and profile.contrasts),
            float(profile.is_table_row),
            float(part.negated and profile.denies),
            float(part.negated and not profile.denies),
            float(profile.denies and not part.negated),
            float(part.negated and bool(asked.classes & profile.denied)),
            _part(part.before, profile.concepts | profile.wider),
            _part(part.facets.numbers, profile.text.numbers),
            unexplained,
            float(bool(asked.names)),
            float(bool(asked.strict or asked.loose)),
            unexplained * float(bool(asked.names)),
        ]

    def _unexplained(self, part: Part, profile: Profile) -> float:
        """Share of the question's own words, weighted by rarity, that neither statement nor its register questions use."""
        total = self._weight(part.facets.words)
        return self._weight(part.facets.words - profile.words - profile.asked_items) / total if total else 0.0

    def _weight(self, items: Iterable[str]) -> float:
        return sum(self._profiles.rarity(item) for item in items)


def _part(asked: frozenset[str], stated: frozenset[str]) -> float:
    return len(asked & stated) / len(asked) if asked else 0.0


def meets(state: str, stated: frozenset[str]) -> bool:
    """Return whether a state asked for is among the states of a text; `*` stands for any biomarker."""
    gene, _, status = state.partition("=")
    return any(s.partition("=")[2] == status and (gene == "*" or s.partition("=")[0] in (gene, "*")) for s in stated)
