"""All statements as one table, so that a question is compared with every one of them at once.

For each thing a statement may hold (a concept of its text, a word of its headings, ...) the table keeps the rows that hold
it. A question touches a few things only, so that a comparison with thousands of statements is a few additions. Rows stand in
the order of the profiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.evidence.profiles import Profile
from assistant.evidence.question_table import QuestionTable

Column = NDArray[np.float64]


class Postings:
    """For each item the rows that hold it."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self._size = len(sets)
        places: dict[str, list[int]] = {}
        for row, items in enumerate(sets):
            for item in items:
                places.setdefault(item, []).append(row)
        self._rows: dict[str, NDArray[np.int64]] = {item: np.array(rows, dtype=np.int64) for item, rows in places.items()}

    def count(self, items: Iterable[str]) -> Column:
        """Return how many of the items each row holds."""
        total = np.zeros(self._size)
        for rows in self._found(items):
            total[rows] += 1.0
        return total

    def holds(self, items: Iterable[str]) -> Column:
        """Return 1.0 where a row holds at least one of the items."""
        held = np.zeros(self._size)
        for rows in self._found(items):
            held[rows] = 1.0
        return held

    def weigh(self, items: Iterable[str], weight: Callable[[str], float]) -> Column:
        """Return the weight of those items that each row holds."""
        total = np.zeros(self._size)
        for item in sorted(items):
            rows = self._rows.get(item)
            if rows is not None:
                total[rows] += weight(item)
        return total

    def _found(self, items: Iterable[str]) -> Iterator[NDArray[np.int64]]:
        return (self._rows[item] for item in items if item in self._rows)


class StatementTable:
    """The statements of an index by what they hold; the names of the parts are those of `Profile`."""

    def __init__(self, profiles: Mapping[str, Profile], rarity: Callable[[str], float]) -> None:
        rows = list(profiles.values())
        self.size = len(rows)
        self._place = {statement_id: place for place, statement_id in enumerate(profiles)}
        self.id_order = np.argsort(np.argsort(np.array(list(profiles), dtype=object)))
        self._states = [p.states for p in rows]
        self._meeting: dict[str, Column] = {}
        self.named = Postings([p.studies | p.drugs | p.wider for p in rows])
        self.text = Postings([p.text.concepts for p in rows])
        self.wider = Postings([p.wider | p.concepts for p in rows])
        self.concepts = Postings([p.concepts for p in rows])
        self.attributes_around = Postings([p.attributes_around for p in rows])
        self.items = Postings([p.words | p.concepts for p in rows])
        self.text_items = Postings([p.text.words | p.text.concepts for p in rows])
        self.asked_items = Postings([p.asked_items | p.text.words | p.text.concepts for p in rows])
        self.explained = Postings([p.words | p.asked_items for p in rows])
        self.numbers = Postings([p.text.numbers for p in rows])
        self.denied = Postings([p.denied for p in rows])
        self.side_matters = Postings([p.side_matters for p in rows])
        self.names_in_text = _column(len(p.text.of("drug", "study")) for p in rows)
        self.classes_in_text = _column(len(p.text.of("class")) for p in rows)
        self.attributes_in_text = _column(len(p.attributes) for p in rows)
        self.sides = _column(len(p.side_matters) for p in rows)
        self.has_names = (self.names_in_text > 0).astype(np.float64)
        self.has_states = _column(bool(p.states) for p in rows)
        self.has_no_states = 1.0 - self.has_states
        self.has_region = _column(bool(p.text.of("region")) for p in rows)
        self.has_numbers = _column(bool(p.text.numbers) for p in rows)
        self.has_no_numbers = 1.0 - self.has_numbers
        self.is_first = _column(p.first for p in rows)
        self.contrasts = _column(p.contrasts for p in rows)
        self.is_table_row = _column(p.is_table_row for p in rows)
        self.denies = _column(p.denies for p in rows)
        # A statement without register questions stands for itself: what it says is what it can be asked for.
        self.questions = QuestionTable([p.questions or (p.words | p.concepts,) for p in rows], rarity)

    def rows(self, statement_ids: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows of statements."""
        return np.array([self._place[statement_id] for statement_id in statement_ids], dtype=np.int64)

    def meets(self, state: str) -> Column:
        """Return 1.0 where a statement is about patients of this biomarker state."""
        if state not in self._meeting:
            self._meeting[state] = _column(meets(state, states) for states in self._states)
        return self._meeting[state]


def _column(values: Iterable[float]) -> Column:
    return np.array([float(value) for value in values], dtype=np.float64)


def meets(state: str, stated: frozenset[str]) -> bool:
    """Return whether a state asked for is among the states of a text; `*` stands for any biomarker."""
    gene, _, status = state.partition("=")
    return any(s.partition("=")[2] == status and (gene == "*" or s.partition("=")[0] in (gene, "*")) for s in stated)
