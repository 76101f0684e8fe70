"""Turns a question and its statements into numbers: how near they are, and how far what is asked is what is stated.

Features lie in [-1, 1], most in [0, 1], so that the weights of `answer_ranking.yaml` can be read against each other. A
feature named `..._gap` is the distance to the best statement for the same question (0 for the best, negative for the rest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.statement_table import Column, StatementTable
from assistant.query import Lexicon, Part, Shape
from assistant.query.rules import read_rules
from index.types import ScoredStatement

Matrix = NDArray[np.float64]

NAMES = (
    "dense", "dense_question", "dense_gap", "question_gap", "lexical", "names", "names_in_text", "other_names",
    "names_unasked", "classes", "classes_in_text", "other_classes", "markers", "state_match", "state_open", "state_extra",
    "strict_in_text", "strict_around", "loose_in_text", "loose_around", "attributes_missing", "attributes_beside",
    "side_matters", "statistics", "words", "words_in_text", "words_asked", "overlap", "overlap_gap",
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
    strict: frozenset[str]
    loose: frozenset[str]
    items: frozenset[str]
    weight: float


class FeatureMaker:
    """Makes features with one table of statements; `rarity` weighs a word or concept."""

    def __init__(self, table: StatementTable, rarity: Callable[[str], float], lexicon: Lexicon) -> None:
        self._rarity = rarity
        self._table = table
        self._lexicon = lexicon
        self._naming = frozenset(read_rules("answer_evidence")["naming_attributes"])

    def matrix(self, part: Part, scored: Sequence[ScoredStatement], rows: NDArray[np.int64]) -> Matrix:
        """Return one row of features (order of `NAMES`) for each statement, compared with the best of them; `rows` are their
        rows in the table.
        """
        columns = {**self._nearness(scored), **{name: values[rows] for name, values in self._columns(part).items()}}
        columns["overlap_gap"] = columns["overlap"] - columns["overlap"].max(initial=0.0)
        return np.stack([columns[name] for name in NAMES], axis=1)

    def _nearness(self, scored: Sequence[ScoredStatement]) -> dict[str, Column]:
        dense = np.array([s.dense for s in scored])
        question = np.array([s.dense_question for s in scored])
        lexical = np.array([s.bm25 for s in scored])
        return {
            "dense": dense,
            "dense_question": question,
            "dense_gap": dense - dense.max(initial=-1.0),
            "question_gap": question - question.max(initial=-1.0),
            "lexical": lexical / (lexical.max(initial=0.0) or 1.0),
        }

    def _columns(self, part: Part) -> dict[str, Column]:
        """Columns over all statements of the table."""
        asked = self._asked(part)
        return {
            **self._names(asked),
            **self._states(part),
            **self._attributes(asked),
            **self._words(asked),
            **self._circumstances(part),
            **self._form(asked),
        }

    def _asked(self, part: Part) -> Asked:
        attributes = part.facets.of("attr")
        strict = frozenset(a for a in attributes if self._lexicon.is_strict(a))
        items = part.facets.words | part.facets.concepts | part.before
        names, classes = part.facets.of("drug", "study"), part.facets.of("class")
        return Asked(part, names, classes, strict, attributes - strict, items, self._weight(items))

    def _names(self, asked: Asked) -> Mapping[str, Column]:
        table = self._table
        nothing = np.zeros(table.size)
        others = table.names_in_text - table.text.count(asked.names)
        classes = table.classes_in_text - table.text.count(asked.classes)
        naming = bool(asked.names) or bool((asked.loose | asked.strict) & self._naming)
        return {
            "names": table.named.share(asked.names),
            "names_in_text": table.text.share(asked.names),
            "other_names": np.minimum(others, 4) / 4 if asked.names else nothing,
            "names_unasked": nothing if naming else (others > 0).astype(np.float64),
            "classes": table.wider.share(asked.classes),
            "classes_in_text": table.text.share(asked.classes),
            "other_classes": np.minimum(classes, 4) / 4 if asked.classes else nothing,
            "markers": table.concepts.share(asked.part.facets.of("marker")),
        }

    def _states(self, part: Part) -> Mapping[str, Column]:
        table, states = self._table, sorted(part.facets.states)
        nothing = np.zeros(table.size)
        return {
            "state_match": sum((table.meets(state) for state in states), nothing) / max(1, len(states)),
            "state_open": 1.0 - table.has_states if states else nothing,
            "state_extra": nothing if states else table.has_states,
        }

    def _attributes(self, asked: Asked) -> Mapping[str, Column]:
        table = self._table
        attributes = asked.strict | asked.loose
        nothing = np.zeros(table.size)
        near = sum((self._around(a) for a in sorted(attributes)), nothing)
        beside = table.attributes_in_text - table.text.count(attributes)
        sides = table.sides - table.side_matters.count(asked.part.facets.concepts)
        return {
            "strict_in_text": self._met(asked.strict, self._in_text),
            "strict_around": self._met(asked.strict, self._around),
            "loose_in_text": self._met(asked.loose, self._in_text),
            "loose_around": self._met(asked.loose, self._around),
            "attributes_missing": (near == 0).astype(np.float64) if attributes else nothing,
            "attributes_beside": np.minimum(beside, 4) / 4 if attributes else nothing,
            "side_matters": np.minimum(sides, 3) / 3,
            "statistics": table.text.share(asked.part.facets.of("stat")),
        }

    def _in_text(self, attribute: str) -> Column:
        return self._table.any_of(self._table.text, self._lexicon.kin(attribute))

    def _around(self, attribute: str) -> Column:
        return self._table.any_of(self._table.attributes_around, self._lexicon.kin(attribute))

    def _met(self, attributes: frozenset[str], stated: Callable[[str], Column]) -> Column:
        return sum(map(stated, sorted(attributes)), np.zeros(self._table.size)) / max(1, len(attributes))

    def _words(self, asked: Asked) -> Mapping[str, Column]:
        table, weight = self._table, asked.weight or 1.0
        return {
            "words": table.items.weigh(asked.items, self._rarity) / weight,
            "words_in_text": table.text_items.weigh(asked.items, self._rarity) / weight,
            "words_asked": table.asked_items.weigh(asked.items, self._rarity) / weight,
            "overlap": table.questions.overlaps(asked.items),
        }

    def _circumstances(self, part: Part) -> Mapping[str, Column]:
        table, facets = self._table, part.facets
        regions = facets.of("region")
        return {
            "setting": table.concepts.share(facets.of("setting", "body")),
            "region": table.concepts.share(regions),
            "region_unasked": np.zeros(table.size) if regions else table.has_region,
            "line": table.concepts.share(facets.of("line")),
            "route": table.concepts.share(facets.of("route")),
        }

    def _form(self, asked: Asked) -> Mapping[str, Column]:
        part, table = asked.part, self._table
        asks = bool(asked.strict or asked.loose)
        wide = part.shape is Shape.OVERVIEW or not asks
        unexplained = self._unexplained(part)
        named = float(bool(asked.names))
        nothing = np.zeros(table.size)
        return {
            "figure": table.has_numbers if part.figure else nothing,
            "no_figure": 1.0 - table.has_numbers if part.figure else nothing,
            "first_overview": table.is_first if wide else nothing,
            "first_narrow": nothing if wide else table.is_first,
            "contrast": table.contrasts if part.figure else nothing,
            "table_row": table.is_table_row,
            "denial": table.denies if part.negated else nothing,
            "denial_missing": 1.0 - table.denies if part.negated else nothing,
            "denial_unasked": nothing if part.negated else table.denies,
            "denied_asked": table.any_of(table.denied, asked.classes) if part.negated else nothing,
            "before": table.wider.share(part.before),
            "numbers": table.numbers.share(part.facets.numbers),
            "unexplained": unexplained,
            "named": nothing + named,
            "asks": nothing + float(asks),
            "unexplained_named": unexplained * named,
        }

    def _unexplained(self, part: Part) -> Column:
        """Share of the question's own words, weighted by rarity, that neither statement nor its register questions use."""
        total = self._weight(part.facets.words)
        if not total:
            return np.zeros(self._table.size)
        return np.maximum(0.0, 1.0 - self._table.explained.weigh(part.facets.words, self._rarity) / total)

    def _weight(self, items: Iterable[str]) -> float:
        return sum(self._rarity(item) for item in sorted(items))
