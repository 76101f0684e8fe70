"""Entries of a reference list: one answers only a question that gives its number, an author, or its journal.

A question for "the paper behind the figure" is about what the documents say of the figure; an entry that merely shares its
words would be another paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.query.rules import read_rules

_WORD = re.compile(r"[A-Z][\w-]{2,}")


class ListedReferences:
    """The patterns of `answer_evidence.yaml`."""

    def __init__(self, statements: Iterable[str]) -> None:
        rules = read_rules("answer_evidence")
        listed_as = re.compile(rules["reference_listed"])
        # Read once: every statement is asked of at every question.
        listed = ((statement, listed_as.match(statement)) for statement in statements)
        self._entries = {statement: entry for statement, entry in listed if entry}
        self._numbers = frozenset(int(entry["number"]) for entry in self._entries.values())
        self._number = re.compile(rules["reference_number"], re.IGNORECASE)
        self._ordinals: dict[str, int] = rules["ordinals"]
        ordinal = "|".join(self._ordinals)
        self._ordinal = re.compile(rules["reference_ordinal"].replace("ORDINAL", ordinal), re.IGNORECASE)
        self._common = frozenset(rules["journal_words"])

    def numbers_asked(self, question: str) -> frozenset[int]:
        """Return the numbers of entries that a question names, in figures or as an ordinal (`the one you cite third`)."""
        told = {int(match["number"]) for match in self._number.finditer(question)}
        cited = self._ordinal.finditer(question)
        return frozenset(told | {self._ordinals[(m["before"] or m["behind"]).lower()] for m in cited})

    def is_other(self, statement: str, question: str, numbers: frozenset[int]) -> bool:
        """Return whether a statement is an entry that the question does not name; where it names none of the list, any is."""
        entry = self._entries.get(statement)
        if entry is None:
            return bool(numbers) and not numbers & self._numbers
        if numbers:
            return int(entry["number"]) not in numbers
        named = set(_WORD.findall(entry["source"])) - self._common
        asked = {word.lower() for word in re.findall(r"[\w-]+", question)}
        journal = entry["source"].split(" 20")[0].rpartition(", ")[2].rpartition(". ")[2].lower()
        return not ({word.lower() for word in named} & asked or journal in question.lower())
