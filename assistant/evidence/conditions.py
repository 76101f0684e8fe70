"""Conditions a question sets beside what it asks for, and whether a statement meets them.

A result in all patients does not answer for those with bone-only disease, and an infusion's dose not for its volume. The kinds
are data (`answer_conditions.yaml`): how questions put a condition, and how statements tell that they meet it. For most kinds
the register is the last word: a statement registered under a question with the same condition meets it, whatever its words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.evidence.profiles import Profile
from assistant.query import Part
from assistant.query.rules import read_rules

VALUE = "value"
"""The group of a pattern that holds what a statement must name."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of condition; `told` may hold `{value}` and is compiled once the value is known."""

    name: str
    asked: re.Pattern[str]
    told: str | None
    unless: re.Pattern[str] | None
    measured: bool
    binds: re.Pattern[str] | None
    registered: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition one question sets: its kind, what it names there in lower case ("" for a kind without names), and how a
    statement tells it.
    """

    kind: Kind
    value: str
    told: re.Pattern[str] | None

    def is_met(self, profile: Profile) -> bool:
        """Return whether a statement tells it, or is registered under a question that sets it too."""
        statement = profile.statement
        if self.kind.binds is not None and not self.kind.binds.search(statement.text):
            return True
        texts = (statement.text, *statement.heading_path[-1:])
        if self.told is not None and any(self.told.search(text) for text in texts):
            return True
        return self.kind.registered and any(self.value in values_asked(self.kind, question) for question in statement.questions)


class Conditions:
    """The kinds of one policy."""

    def __init__(self, measured: frozenset[str]) -> None:
        """`measured` are the attributes that ask for a result or a harm."""
        self._kinds = tuple(map(_kind, read_rules("answer_conditions")["conditions"]))
        self._measured = measured
        self.of = lru_cache(maxsize=1024)(self._of)

    def _of(self, part: Part) -> Sequence[Condition]:
        """Return the conditions a part sets, in the order of the policy."""
        if part.pasted_figures:
            return ()  # what a pasted text tells is no condition of the question
        measures = bool(part.facets.concepts & self._measured)
        kinds = (kind for kind in self._kinds if measures or not kind.measured)
        return tuple(_condition(kind, value) for kind in kinds for value in sorted(values_asked(kind, part.text)))


@lru_cache(maxsize=100_000)
def values_asked(kind: Kind, question: str) -> frozenset[str]:
    """Return what a question names under a kind, in lower case: "" where the kind names nothing, empty where none is set."""
    if kind.unless is not None and kind.unless.search(question):
        return frozenset()
    named = VALUE in kind.asked.groupindex
    return frozenset(match[VALUE].lower() if named else "" for match in kind.asked.finditer(question))


def _condition(kind: Kind, value: str) -> Condition:
    told = kind.told or ("{value}" if value else None)
    if told is None:
        return Condition(kind, value, None)
    return Condition(kind, value, re.compile(told.replace("{value}", rf"\b{re.escape(value)}"), re.IGNORECASE))


def _kind(rule: Mapping[str, Any]) -> Kind:
    return Kind(
        name=str(rule["kind"]),
        asked=re.compile(rule["asked"], re.IGNORECASE),
        told=rule.get("told"),
        unless=_pattern(rule, "unless"),
        measured=bool(rule.get("measured")),
        binds=_pattern(rule, "binds"),
        registered=bool(rule.get("registered", True)),
    )


def _pattern(rule: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(rule[key], re.IGNORECASE) if key in rule else None
