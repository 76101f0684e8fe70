"""Turns a question and its statements into numbers: how near they are, and how far what is asked is what is stated.

Features lie in [-1, 1], most in [0, 1], so that the weights of `answer_ranking.yaml` can be read against each other. A
feature named `..._gap` is the distance to the best statement for the same question (0 for the best, negative for the rest).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.statement_table import Column, Postings, StatementTable
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
PLACES = {name: place for place, name in enumerate(NAMES)}


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

    @property
    def asks(self) -> bool:
        """Return whether the part asks for an attribute."""
        return bool(self.strict or self.loose)


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
        asked = self._asked(part)
        matrix = np.zeros((len(rows), len(NAMES)))
        for name, values in self._nearness(scored).items():
            matrix[:, PLACES[name]] = values
        for name, values in self._columns(asked).items():
            matrix[:, PLACES[name]] = values.take(rows)
        overlap = self._table.questions.overlaps(asked.items, rows)
        matrix[:, PLACES["overlap"]] = overlap
        matrix[:, PLACES["overlap_gap"]] = overlap - overlap.max(initial=0.0)
        named, asks, unexplained = float(bool(asked.names)), float(asked.asks), matrix[:, PLACES["unexplained"]]
        matrix[:, PLACES["named"]], matrix[:, PLACES["asks"]] = named, asks
        matrix[:, PLACES["unexplained_named"]] = unexplained * named
        return matrix

    def _nearness(self, scored: Sequence[ScoredStatement]) -> dict[str, Column]:
        _, *scores = zip(*scored, strict=True)
        dense, question, lexical = (np.array(values, dtype=np.float64) for values in scores)
        return {
            "dense": dense,
            "dense_question": question,
            "dense_gap": dense - dense.max(initial=-1.0),
            "question_gap": question - question.max(initial=-1.0),
            "lexical": lexical / (lexical.max(initial=0.0) or 1.0),
        }

    def _columns(self, asked: Asked) -> dict[str, Column]:
        """Columns over all statements of the table; a feature without one is 0 for all of them."""
        return {
            **self._names(asked),
            **self._states(asked.part),
            **self._attributes(asked),
            **self._words(asked),
            **self._circumstances(asked.part),
            **self._form(asked),
        }

    def _asked(self, part: Part) -> Asked:
        attributes = part.facets.of("attr")
        strict = frozenset(a for a in attributes if self._lexicon.is_strict(a))
        items = part.facets.words | part.facets.concepts | part.before
        names, classes = part.facets.of("drug", "study"), part.facets.of("class")
        return Asked(part, names, classes, strict, attributes - strict, items, self._weight(items))

    def _names(self, asked: Asked) -> dict[str, Column]:
        table = self._table
        columns = {
            **_share("names", table.named, asked.names),
            **_share("names_in_text", table.text, asked.names),
            **_share("classes", table.wider, asked.classes),
            **_share("classes_in_text", table.text, asked.classes),
            **_share("markers", table.concepts, asked.part.facets.of("marker")),
        }
        if asked.names:
            columns["other_names"] = np.minimum(table.names_in_text - table.text.count(asked.names), 4) / 4
        elif not (asked.loose | asked.strict) & self._naming:
            columns["names_unasked"] = table.has_names
        if asked.classes:
            columns["other_classes"] = np.minimum(table.classes_in_text - table.text.count(asked.classes), 4) / 4
        return columns

    def _states(self, part: Part) -> dict[str, Column]:
        table, states = self._table, sorted(part.facets.states)
        if not states:
            return {"state_extra": table.has_states}
        met = sum(map(table.meets, states), np.zeros(table.size))
        return {"state_match": met / len(states), "state_open": table.has_no_states}

    def _attributes(self, asked: Asked) -> dict[str, Column]:
        table = self._table
        attributes = asked.strict | asked.loose
        sides = table.sides - table.side_matters.count(asked.part.facets.concepts)
        columns = {"side_matters": np.minimum(sides, 3) / 3, **_share("statistics", table.text, asked.part.facets.of("stat"))}
        if not attributes:
            return columns
        near = np.zeros(table.size)
        for name, wanted in (("strict", asked.strict), ("loose", asked.loose)):
            kin = [self._lexicon.kin(attribute) for attribute in wanted]
            if kin:
                around = sum(map(table.attributes_around.holds, kin), np.zeros(table.size))
                columns[f"{name}_in_text"] = sum(map(table.text.holds, kin), np.zeros(table.size)) / len(kin)
                columns[f"{name}_around"] = around / len(kin)
                near += around
        columns["attributes_missing"] = (near == 0).astype(np.float64)
        columns["attributes_beside"] = np.minimum(table.attributes_in_text - table.text.count(attributes), 4) / 4
        return columns

    def _words(self, asked: Asked) -> dict[str, Column]:
        table, weight = self._table, asked.weight or 1.0
        return {
            "words": table.items.weigh(asked.items, self._rarity) / weight,
            "words_in_text": table.text_items.weigh(asked.items, self._rarity) / weight,
            "words_asked": table.asked_items.weigh(asked.items, self._rarity) / weight,
        }

    def _circumstances(self, part: Part) -> dict[str, Column]:
        table, facets = self._table, part.facets
        regions = facets.of("region")
        return {
            **_share("setting", table.concepts, facets.of("setting", "body")),
            **(_share("region", table.concepts, regions) if regions else {"region_unasked": table.has_region}),
            **_share("line", table.concepts, facets.of("line")),
            **_share("route", table.concepts, facets.of("route")),
        }

    def _form(self, asked: Asked) -> dict[str, Column]:
        part, table = asked.part, self._table
        wide = part.shape is Shape.OVERVIEW or not asked.asks
        columns = {
            "first_overview" if wide else "first_narrow": table.is_first,
            "table_row": table.is_table_row,
            **_share("before", table.wider, part.before),
            **_share("numbers", table.numbers, part.facets.numbers),
            **self._unexplained(part),
        }
        if part.figure:
            columns |= {"figure": table.has_numbers, "no_figure": table.has_no_numbers, "contrast": table.contrasts}
        if not part.negated:
            return columns | {"denial_unasked": table.denies}
        return columns | {
            "denial": table.denies,
            "denial_missing": 1.0 - table.denies,
            "denied_asked": table.denied.holds(asked.classes),
        }

    def _unexplained(self, part: Part) -> dict[str, Column]:
        """Share of the question's own words, weighted by rarity, that neither statement nor its register questions use."""
        total = self._weight(part.facets.words)
        if not total:
            return {}
        explained = self._table.explained.weigh(part.facets.words, self._rarity)
        return {"unexplained": np.maximum(0.0, 1.0 - explained / total)}

    def _weight(self, items: Iterable[str]) -> float:
        return sum(self._rarity(item) for item in sorted(items))


def _share(name: str, postings: Postings, items: frozenset[str]) -> dict[str, Column]:
    """The share of the items that each row holds, as a feature; none where nothing is asked for."""
    return {name: postings.count(items) / len(items)} if items else {}
