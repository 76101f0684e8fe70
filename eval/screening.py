"""Scores screening against labelled messages: reports caught, others left alone, codes, answer decision, identifiers masked,
age and sex kept.

`judge_message` gives the scores of one message under the catalogue's names; `measure_screening` the detailed rates with
Wilson intervals (by code, by group of messages). A message's group is the second part of its id. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.types import Code, Screening
from eval.datasets import DatasetError
from eval.scores import Score, scored, unscored
from eval.significance import Interval, wilson_interval

# Groups of messages that look like reports and are none.
HARD_NEGATIVES = frozenset({"hn", "hnr", "hnl", "hnt", "hnm", "hnp", "hnv", "hnn", "hnq", "hnc"})
# Reports of which not one may be missed.
GRAVE = frozenset({Code.AE_SERIOUS, Code.SS_PREG})
Screens = Callable[[Sequence[str]], Screening]


class MessageItem(BaseModel):
    """A message or a conversation with its labels; the whole conversation is judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    text: str | None = None
    turns: tuple[str, ...] = ()
    codes: tuple[Code, ...]
    pv: bool
    should_answer: bool
    identifiers: tuple[str, ...] = ()
    must_keep: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _one_form(self) -> MessageItem:
        if (self.text is None) == (not self.turns):
            raise ValueError("give either text or turns")
        return self

    @property
    def conversation(self) -> tuple[str, ...]:
        """The turns, also of a message that is a single text."""
        return self.turns or (self.text or "",)

    @property
    def group(self) -> str:
        """What kind of message it is: the second part of the id."""
        parts = self.id.split("-")
        return parts[1] if len(parts) > 2 else ""


class Sentences(BaseModel):
    """Single sentences for training: with and without a report."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: tuple[str, ...]
    other: tuple[str, ...]


class MessageSet(BaseModel):
    """A set of messages with its provenance."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    purpose: str
    provenance: str
    fields: str = ""
    messages: tuple[MessageItem, ...] = Field(min_length=1)
    sentences: Sentences | None = None


@dataclass(frozen=True, slots=True)
class JudgedMessage:
    """A message with what screening found and the milliseconds it took."""

    item: MessageItem
    screening: Screening
    elapsed_ms: float

    @property
    def masked(self) -> str:
        """All turns after masking."""
        return "\n".join(self.screening.masked_turns)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in [0, 1] of `n` with its 95 % Wilson interval."""

    value: float
    interval: Interval
    n: int


def load_messages(path: Path) -> MessageSet:
    """Return a set.

    Raises:
        DatasetError: the file is no such set, or two messages share an id; the message says what to mend.
    """
    try:
        loaded = MessageSet.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} is not a set of messages: {error}") from error
    seen: set[str] = set()
    for item in loaded.messages:
        if item.id in seen:
            raise DatasetError(f"{path}: two messages have the id {item.id!r}; give each its own")
        seen.add(item.id)
    return loaded


def screen_messages(screen: Screens, items: Iterable[MessageItem]) -> tuple[JudgedMessage, ...]:
    """Return each message with its screening, in order."""
    judged = []
    for item in items:
        started = perf_counter()
        screening = screen(item.conversation)
        judged.append(JudgedMessage(item, screening, (perf_counter() - started) * 1000))
    return tuple(judged)


def judge_message(item: MessageItem, screening: Screening) -> dict[str, Score]:
    """Return the scores of one message by the names of the catalogue (task `screening`)."""
    masked = "\n".join(screening.masked_turns)
    hidden = [text not in masked for text in item.identifiers]
    kept = [text in masked for text in item.must_keep]
    return {
        "pv_sensitivity": scored(screening.pv) if item.pv else unscored("no report"),
        "pv_specificity": unscored("a report") if item.pv else scored(not screening.pv),
        "codes_exact": scored(set(screening.codes) == set(item.codes)),
        "answer_decision": scored(screening.should_answer == item.should_answer),
        "masking_recall": scored(sum(hidden) / len(hidden)) if hidden else unscored("no identifier"),
        "kept": scored(all(kept)) if kept else unscored("nothing to keep"),
    }


def measure_screening(judged: Sequence[JudgedMessage]) -> dict[str, Rate]:
    """Return the rates by name, those without a case left out: overall ones, then by code (`recall.`, …) and by group."""
    found: dict[str, list[bool]] = {}
    for entry in judged:
        for name, value in _verdicts(entry):
            found.setdefault(name, []).append(value)
    ordered = sorted(found, key=lambda name: ("." in name, name if "." in name else ""))
    return {name: _rate(found[name]) for name in ordered}


def _verdicts(entry: JudgedMessage) -> Iterable[tuple[str, bool]]:
    item, screening, masked = entry.item, entry.screening, entry.masked
    if item.pv:
        yield "pv_sensitivity", screening.pv
        if GRAVE & set(item.codes):
            yield "pv_sensitivity_grave", screening.pv
    else:
        yield "pv_specificity", not screening.pv
        if item.group in HARD_NEGATIVES:
            yield "pv_specificity_hard", not screening.pv
    yield "codes_exact", set(screening.codes) == set(item.codes)
    yield "answer_decision", screening.should_answer == item.should_answer
    if not item.codes:
        yield "plain_answered", screening.should_answer
    yield from (("identifiers_masked", text not in masked) for text in item.identifiers)
    yield from (("age_sex_kept", text in masked) for text in item.must_keep)
    if not item.identifiers:
        yield "left_unchanged", tuple(item.conversation) == screening.masked_turns
    yield from ((f"recall.{code}", code in screening.codes) for code in item.codes)
    yield from ((f"precision.{code}", code in item.codes) for code in screening.codes)
    yield f"pv_right.{item.group or 'all'}", screening.pv == item.pv


def _rate(values: Sequence[bool]) -> Rate:
    return Rate(sum(values) / len(values), wilson_interval(sum(values), len(values)), len(values))


def rates_to_json(rates: Mapping[str, Rate]) -> dict[str, Any]:
    """Return `{name: {"value", "ci95", "n"}}`."""
    return {
        name: {"value": rate.value, "ci95": [rate.interval.low, rate.interval.high], "n": rate.n}
        for name, rate in rates.items()
    }
