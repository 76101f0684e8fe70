"""Rates of the grounding check: corrupted sentences stopped, faithful ones passed, overall and for each kind, with intervals.

A set is a YAML file of {id, sources, sentence, supported, kind}. Intervals are Wilson score intervals. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.grounding import Checker, GroundingVerdict
from eval.alterations import alter
from eval.datasets import DatasetError
from eval.significance import Interval, wilson_interval

STOPPED = "corrupted_stopped"
PASSED = "faithful_passed"
# Alterations of which none may ever pass.
FORBIDDEN_KINDS = frozenset({"wrong_number", "wrong_unit", "number", "drug_swapped", "drug", "negation"})


class GroundingItem(BaseModel):
    """A sentence, the statements it cites, and whether they support it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    sources: tuple[str, ...] = Field(min_length=1)
    sentence: str = Field(min_length=1)
    supported: bool
    kind: str
    note: str = ""


class GroundingSet(BaseModel):
    """A set with its provenance; `parts` are quoted apart: {name: how the ids of its items begin}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    purpose: str = "development"
    provenance: str
    parts: dict[str, str] = Field(default_factory=dict)
    items: tuple[GroundingItem, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """Right verdicts among `n`, as a share in [0, 1] with its 95 % interval."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with the verdict and the milliseconds it took."""

    item: GroundingItem
    verdict: GroundingVerdict
    elapsed_ms: float

    @property
    def right(self) -> bool:
        """Whether the verdict agrees with the label."""
        return self.verdict.supported == self.item.supported


def load_grounding(path: Path) -> GroundingSet:
    """Return a set.

    Raises:
        DatasetError: the file is no such set, or two items share an id; the message names the item.
    """
    try:
        loaded = GroundingSet.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} is not a grounding set: {error}") from error
    seen: set[str] = set()
    for item in loaded.items:
        if item.id in seen:
            raise DatasetError(f"{path}: two items have the id {item.id!r}; give each its own")
        seen.add(item.id)
    for name, beginning in loaded.parts.items():
        if not any(item.id.startswith(beginning) for item in loaded.items):
            raise DatasetError(f"{path}: no item of the part {name!r}: none has an id that begins with {beginning!r}")
    return loaded


def split_parts(loaded: GroundingSet, judged: Sequence[Judged]) -> dict[str, tuple[Judged, ...]]:
    """Return the judged items of each part of a set, in the order of its header; nothing where it has no parts."""
    return {
        name: tuple(entry for entry in judged if entry.item.id.startswith(beginning))
        for name, beginning in loaded.parts.items()
    }


def judge_items(checker: Checker, items: Iterable[GroundingItem]) -> tuple[Judged, ...]:
    """Return each item with its verdict, in order."""
    judged = []
    for item in items:
        started = perf_counter()
        verdict = checker.check(item.sentence, item.sources)
        judged.append(Judged(item, verdict, (perf_counter() - started) * 1000))
    return tuple(judged)


def judge_altered(checker: Checker, items: Iterable[GroundingItem], drugs: Sequence[str]) -> tuple[Judged, ...]:
    """Return the alterations of the faithful items (`eval.alterations`) with their verdicts; ids end with kind and number."""
    found = []
    for item in items:
        for number, each in enumerate(alter(item.sentence, item.sources, drugs) if item.supported else ()):
            changed = {"id": f"{item.id}-{each.kind}-{number}", "sentence": each.text, "supported": False, "kind": each.kind}
            found.append(item.model_copy(update=changed))
    return judge_items(checker, found)


def measure_rates(judged: Sequence[Judged]) -> dict[str, Rate]:
    """Return the rates by name: the two overall ones, then `<rate>.<kind>` in alphabetical order; none for an empty class."""
    groups: dict[str, list[bool]] = {}
    for name, supported in ((STOPPED, False), (PASSED, True)):
        chosen = [entry for entry in judged if entry.item.supported is supported]
        if chosen:
            groups[name] = [entry.right for entry in chosen]
        for kind in sorted({entry.item.kind for entry in chosen}):
            groups[f"{name}.{kind}"] = [entry.right for entry in chosen if entry.item.kind == kind]
    return {name: _rate(values) for name, values in groups.items()}


def _rate(values: Sequence[bool]) -> Rate:
    return Rate(sum(values) / len(values), wilson_interval(sum(values), len(values)), len(values))


def rates_to_json(rates: dict[str, Rate]) -> dict[str, Any]:
    """Return `{name: {"value", "ci95", "n"}}`."""
    return {
        name: {"value": rate.value, "ci95": [rate.interval.low, rate.interval.high], "n": rate.n}
        for name, rate in rates.items()
    }
