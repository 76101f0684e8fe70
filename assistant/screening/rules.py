"""Evaluates the policy's rules over the readings of a conversation. Each hit names its rule and the words that triggered it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from assistant.screening.lexicon import Mention
from assistant.screening.policy import CompiledRule, Policy
from assistant.screening.readings import Reading


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that held at a reading (its position), because of a mention."""

    code: str
    rule_id: str
    position: int
    mention: Mention
    score: float | None = None


def conversation_marks(readings: Sequence[Reading], policy: Policy) -> frozenset[str]:
    """Return everything live in the conversation and the marks derived from it."""
    found = frozenset(cls for reading in readings for cls in reading.live)
    derived = (
        name for name, mark in policy.derived.items() if not found.isdisjoint(mark.any_of) and found.isdisjoint(mark.unless)
    )
    return found | frozenset(derived)


def _each_holds(parts: Iterable[frozenset[str]], found: Iterable[Set[str]]) -> bool:
    return all(any(not part.isdisjoint(classes) for classes in found) for part in parts)


def _fits(rule: CompiledRule, readings: Sequence[Reading], position: int, marks: frozenset[str]) -> bool:
    """Return whether every condition of the rule but its trigger holds at this reading."""
    reading = readings[position]
    here = reading.live.keys()
    if rule.form != "any" and reading.question != (rule.form == "question"):
        return False
    if not (_each_holds(rule.all_of, [here]) and rule.unless.isdisjoint(here) and _each_holds(rule.anywhere, [marks])):
        return False
    near = [other.live.keys() for other in readings[max(0, position - 1) : position + 2]]
    return (
        rule.unless_anywhere.isdisjoint(marks)
        and _each_holds(rule.near, near)
        and all(rule.unless_near.isdisjoint(classes) for classes in near)
    )


def _trigger(rule: CompiledRule, reading: Reading) -> Mention | None:
    found = [mention for cls in rule.trigger & reading.live.keys() for mention in reading.live[cls]]
    return min(found, key=lambda mention: (mention.start, -mention.end, mention.cls), default=None)


def apply_rules(readings: Sequence[Reading], policy: Policy, weak: bool = True) -> list[Hit]:
    """Return all hits, in the order of the rules and of the conversation; without those of weak rules where `weak` is off."""
    hits = []
    marks = conversation_marks(readings, policy)
    for rule in policy.rules if weak else [rule for rule in policy.rules if not rule.weak]:
        for position, reading in enumerate(readings):
            if not rule.trigger.isdisjoint(reading.live) and _fits(rule, readings, position, marks):
                mention = _trigger(rule, reading)
                hits += [Hit(rule.code, rule.id, position, mention)] if mention else []
    return hits
