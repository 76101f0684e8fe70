"""Weighs a whole message: what the policy found in it, what stands beside what, and its sense as an embedding.

Logistic regressions (`screening_weights.json`, made by `python -m eval.weigher_training`), one for whether the message is a
report, one for whether it is a grave one (serious, or a pregnancy), others for the kind of report. They see messages whose
grammar no rule knows. Weighing adds reports and kinds; it takes away only what the vote on sentences or weak rules raised
by themselves, never what is grave.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict

from assistant.screening.lexicon import Mention
from assistant.screening.memory import ScoreMemory
from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit, conversation_marks
from assistant.types import Code
from index.types import Embedder, Vectors

RULE_ID = "WEIGHED"
# The embedding model reads some 250 words; what was said last counts.
_TEXT_CHARS = 1500
_MAX_TURNS = 12
_MAX_SENTENCES = 60
# Kinds of report besides an event; SS-LOE asks for a product of ours.
_KINDS = ("SS-PREG", "SS-OD-ERR", "SS-LOE", "SS-OFFUSE")
_OWN_CASE = frozenset({"own_person", "cohort", "secondhand", "kin"})
_SUPPOSED = frozenset({"hypothetical", "hypothetical_all"})
# So much more a message must weigh that says a patient is well.
_WELL_MARGIN = 1.0
_DENIED = frozenset({"negation", "negation_after", "normal_value", "relative", "nobody_had", "tested_negative"})
_SHORT_WORDS = 4
_OURS = frozenset({"ours", "our_phrase"})


class Head(BaseModel):
    """One regression: log odds = bias + embedding · text + the sum of the marks found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    embedding: tuple[float, ...]
    marks: tuple[float, ...]


class WeigherWeights(BaseModel):
    """All heads over the same marks. Thresholds are log odds, set on messages held out set by set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    model: str
    trained_on: str
    report_threshold: float
    grave_threshold: float
    denial_threshold: float
    vote_floor: float
    kind_threshold: float
    serious_threshold: float
    marks: tuple[str, ...]
    heads: Mapping[str, Head]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Log odds by head, and the position of the sentence that weighs most towards a report."""

    scores: Mapping[str, float]
    position: int


@cache
def load_weights() -> WeigherWeights:
    """Return the packaged weights."""
    return WeigherWeights.model_validate_json(
        files("assistant.policy").joinpath("screening_weights.json").read_text(encoding="utf-8")
    )


def marks_of(reading: Reading, policy: Policy) -> set[str]:
    """Return the marks of a sentence: its classes, in a question marked so; guards that covered an event; pairs of a class of
    circumstances and a class of content ("own_person&event").
    """
    live = {cls for cls in reading.live if ":" not in cls}
    found = live | {f"{guard}!" for guard in reading.silenced}
    found |= {f"{cls}?" for cls in live} | {"?"} if reading.question else {"."}
    about, told = live & policy.groups["circumstance"], live & policy.groups["content"]
    return found | {f"{left}&{right}" for left in about for right in told}


def weighed_text(turns: Sequence[str]) -> str:
    """Return the text whose embedding stands for the turns: the end of it, where it is long."""
    return " ".join(turns)[-_TEXT_CHARS:]


def _parts(
    turns: Sequence[str], readings: Sequence[Reading], marks: Sequence[set[str]]
) -> list[tuple[Sequence[str], list[set[str]]]]:
    """Return the conversation and, when it has several turns, each of the last ones, with the marks of their sentences."""
    parts: list[tuple[Sequence[str], list[set[str]]]] = [(turns, list(marks))]
    if len(turns) > 1:
        for turn in range(max(0, len(turns) - _MAX_TURNS), len(turns)):
            own = [found for found, reading in zip(marks, readings, strict=True) if reading.sentence.turn == turn]
            parts.append((turns[turn : turn + 1], own))
    return parts


class Weigher:
    """Weighs conversations; made for one embedder."""

    def __init__(self, embedder: Embedder, weights: WeigherWeights | None = None) -> None:
        """Take the embedder; raises ValueError when the weights were made for another model."""
        self.weights = weights or load_weights()
        if embedder.model != self.weights.model:
            raise ValueError(f"the weights are for {self.weights.model}, not for {embedder.model}: train them for it")
        self._embedder = embedder
        self._index = {mark: at for at, mark in enumerate(self.weights.marks)}
        self._names = tuple(self.weights.heads)
        heads = self.weights.heads.values()
        self._sense = np.array([head.embedding for head in heads], dtype=np.float32).T
        self._marks = np.array([head.marks for head in heads], dtype=np.float32).T
        self._bias = np.array([head.bias for head in heads], dtype=np.float32)
        self._memory: ScoreMemory[Vectors] = ScoreMemory(self._sense_of)

    def _sense_of(self, texts: Sequence[str]) -> list[Vectors]:
        return list(self._embedder.embed_queries(list(texts)) @ self._sense)

    def _rows(self, marks: Iterable[str]) -> list[int]:
        return sorted(self._index[mark] for mark in marks if mark in self._index)

    def weigh(self, readings: Sequence[Reading], turns: Sequence[str], policy: Policy) -> Weighed:
        """Return the highest scores of the whole conversation and of each of its turns; `readings` must not be empty."""
        first = max(0, len(readings) - _MAX_SENTENCES)
        marks = [marks_of(reading, policy) for reading in readings[first:]]
        parts = _parts(turns, readings[first:], marks)
        senses = self._memory.of([weighed_text(part) for part, _ in parts])
        scores = [
            self._bias + sense + self._marks[self._rows(set().union(*found))].sum(axis=0)
            for sense, (_, found) in zip(senses, parts, strict=True)
        ]
        best = np.max(scores, axis=0)
        column = self._names.index("report")
        weights = [float(self._marks[self._rows(found), column].sum()) for found in marks]
        return Weighed(dict(zip(self._names, map(float, best), strict=True)), first + int(np.argmax(weights)))

    def hits_of(
        self, weighed: Weighed, readings: Sequence[Reading], policy: Policy, votes: Sequence[Hit], complaint: bool = False
    ) -> list[Hit]:
        """Return what counts as a report where no rule found one: the votes on sentences that the whole message bears out,
        else the message itself when its weight suffices; each with the kinds that fit. A `complaint` about a product needs a
        person for that, and is no kind of use.
        """
        marks = conversation_marks(readings, policy)
        unharmed = complaint and marks.isdisjoint(policy.groups["harmed"])
        # A pregnancy that was over before the drug was begun, and nothing besides.
        unharmed = unharmed or ("preg_over" in marks and marks.isdisjoint(policy.groups["happened"]))
        if unharmed or _is_supposed(readings, marks, policy):
            return []
        floor = self.weights.vote_floor + (_WELL_MARGIN if complaint and marks.isdisjoint(policy.groups["happened"]) else 0.0)
        kept = [hit for hit in votes if weighed.scores["report"] > floor]
        kept = kept or self._whole(weighed, readings, marks, policy, complaint)
        if not kept:
            return []
        kinds = [] if complaint else self.kinds_of(weighed, readings, marks, 0.0)
        events = kept if weighed.scores["event"] > 0 or not kinds else []
        return [*events, *kinds, *self.serious_of(weighed, readings, bool(events))]

    def _whole(
        self, weighed: Weighed, readings: Sequence[Reading], marks: frozenset[str], policy: Policy, complaint: bool
    ) -> list[Hit]:
        """Return the message as a report when it weighs enough: a product is in play, it is no paper's or invented case, and
        where no person is named it is neither general nor a complaint.
        """
        retold = marks & policy.groups["abstracted"] and not marks & _OWN_CASE
        if retold or marks.isdisjoint(policy.groups["exposure"]):
            return []
        asks = _only_asks(readings, policy)
        general = asks or bool(marks & {*policy.groups["general"], "rate"})
        someone = not marks.isdisjoint(policy.groups["someone"])
        calm = _is_well(readings, marks, policy) or (complaint and marks.isdisjoint(policy.groups["happened"]))
        early = _WELL_MARGIN if calm or "not_started" in marks else 0.0
        told = not (asks or complaint) and not marks.isdisjoint(policy.groups["grave"]) and not marks & policy.groups["general"]
        if weighed.scores["grave"] > self.weights.grave_threshold + early and (someone or told or not (general or complaint)):
            return [self._hit("AE", "grave", weighed, readings)]
        if (general and not someone) or (complaint and marks.isdisjoint(policy.groups["anchor"])):
            return []
        needed = self.weights.report_threshold + (_WELL_MARGIN if calm else 0.0)
        heavy = weighed.scores["report"] > needed and "not_started" not in marks
        return [self._hit("AE", "report", weighed, readings)] if heavy else []

    def denies(self, weighed: Weighed) -> bool:
        """Return whether the message weighs so little that weak rules do not make it a report."""
        return max(weighed.scores["report"], weighed.scores["grave"]) < self.weights.denial_threshold

    def refine(self, weighed: Weighed, readings: Sequence[Reading], policy: Policy, codes: Sequence[Code]) -> list[Hit]:
        """Return the kinds and the seriousness that the rules did not see in a report they found."""
        limits, marks = self.weights, conversation_marks(readings, policy)
        kinds = [hit for hit in self.kinds_of(weighed, readings, marks, limits.kind_threshold) if hit.code not in codes]
        return [*kinds, *self.serious_of(weighed, readings, Code.AE_NONSER in codes)]

    def kinds_of(self, weighed: Weighed, readings: Sequence[Reading], marks: frozenset[str], above: float) -> list[Hit]:
        """Return the kinds of report that weigh more than `above`."""
        return [
            self._hit(kind, kind, weighed, readings)
            for kind in _KINDS
            if weighed.scores[kind] > above and (kind != "SS-LOE" or marks & _OURS)
        ]

    def serious_of(self, weighed: Weighed, readings: Sequence[Reading], event: bool) -> list[Hit]:
        """Return that an event is serious, when it weighs so."""
        serious = event and weighed.scores["serious"] > self.weights.serious_threshold
        return [self._hit("AE-SERIOUS", "serious", weighed, readings)] if serious else []

    @staticmethod
    def _hit(code: str, head: str, weighed: Weighed, readings: Sequence[Reading]) -> Hit:
        whole = Mention("weighed", 0, len(readings[weighed.position].words), RULE_ID)
        return Hit(code, RULE_ID, weighed.position, whole, round(weighed.scores[head], 3))


def _only_asks(readings: Sequence[Reading], policy: Policy) -> bool:
    """Return whether nothing but questions stands in a message, a word or two beside them left out ("correct? thanks :)")."""
    told = [reading for reading in readings if not reading.question]
    if len(told) == len(readings):
        return False
    return all(len(reading.words) < _SHORT_WORDS and not reading.has(policy.groups["happened"]) for reading in told)


def _is_supposed(readings: Sequence[Reading], marks: frozenset[str], policy: Policy) -> bool:
    """Return whether an event was only supposed ("what if a woman on it fell pregnant?") and nobody's own case is told."""
    supposed = any(reading.silenced & _SUPPOSED for reading in readings)
    return supposed and marks.isdisjoint(policy.groups["strong"]) and all(reading.question for reading in readings)


def _is_well(readings: Sequence[Reading], marks: frozenset[str], policy: Policy) -> bool:
    """Return whether a patient is said to be well, and nothing is named that happened ("wk 12, labs normal, no symptoms")."""
    said = bool(marks & {"benign", "tested_negative"}) or any(reading.silenced & _DENIED for reading in readings)
    return said and marks.isdisjoint(policy.groups["happened"])


def weights_to_json(weights: WeigherWeights) -> str:
    """Return the weights as stored: one line a field, one a head."""
    fields = weights.model_dump()
    heads = fields.pop("heads")
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    stored = [f"  {json.dumps(name)}: {json.dumps(head)}" for name, head in heads.items()]
    return "{\n" + ",\n".join(lines) + ',\n "heads": {\n' + ",\n".join(stored) + "\n }\n}\n"
