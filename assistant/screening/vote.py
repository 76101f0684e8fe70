"""A second vote on sentences about a real patient in which no rule found a report: logistic regression on a sentence
embedding.

It can only add a report, never take one away, and it is asked only where a report could be: a product and a person are in
play and the sentence is neither supposed nor quoted. Weights are policy data (`screening_vote.json`), made by `python -m
eval.screening_training`. Words that describe illness without using its vocabulary ("her wedding ring had to be cut off")
are what it is for.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from assistant.screening.lexicon import Mention
from assistant.screening.memory import ScoreMemory
from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit, conversation_marks
from assistant.screening.scripts import as_read, is_mostly_foreign
from index.types import Embedder, Vectors

RULE_ID = "VOTE"
MIN_WORDS = 3
# Work per conversation stays bounded: more sentences than this are not about one report.
_MAX_SENTENCES = 40
_OWN_CASE = frozenset({"own_person", "cohort", "secondhand"})
# Guards that show the rules understood the sentence: an event was named, and denied, normal, or over long before. Embeddings
# hardly see negation, nor which came first.
_UNDERSTOOD = frozenset(
    {"negation", "negation_after", "normal_value", "tested_negative", "not_expecting", "preg_over", "background_after"}
)
# Sentences about getting the product, reaching the company or a defect: no report unless a rule finds one.
_ABOUT_SUPPLY = frozenset({"access", "contact", "legal", "quality", "inject"})
# What every message about a patient on a product says.
_SETTING = frozenset(
    {"drug", "drug_class", "our_phrase", "exposure_word", "started", "exposed_now", "time_on", "agesex", "person", "own_person"}
    | {"pronoun", "amount_mg"}
)
_MIN_OTHER_WORDS = 2
_CALMING = frozenset(
    {"benign", "topic", "ask_results", "predrug", "plan_use", "defect", "defect_critical", "object", "prog", "negation"}
)


class VoteWeights(BaseModel):
    """A linear model over the embedding named `model`; scores are log odds. Thresholds are set on development messages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    model: str
    trained_on: str
    bias: float
    threshold: float
    question_threshold: float
    calm_penalty: float = Field(ge=0)
    guard_penalty: float = Field(ge=0)
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may hold a report, with its text as typed and the score it must exceed."""

    position: int
    text: str
    needed: float


@cache
def load_weights() -> VoteWeights:
    """Return the packaged weights."""
    return VoteWeights.model_validate_json(
        files("assistant.policy").joinpath("screening_vote.json").read_text(encoding="utf-8")
    )


def may_report(readings: Sequence[Reading], position: int, marks: frozenset[str], policy: Policy) -> bool:
    """Return whether a sentence could report something about a real patient who takes a product."""
    reading = readings[position]
    if len(reading.words) < MIN_WORDS or "not_started" in marks or marks.isdisjoint(policy.groups["exposure"]):
        return False
    if not marks.isdisjoint(policy.groups["abstracted"]) and not reading.has(_OWN_CASE):
        return False
    if reading.question and not reading.has(policy.groups["real"]):
        return False
    if _is_bare(reading) or _is_about_supply(reading) or _is_well(reading, policy) or _is_of_relatives(reading, policy):
        return False
    return any(other.has(policy.groups["anchor"]) for other in readings[max(0, position - 1) : position + 2])


def _is_about_supply(reading: Reading) -> bool:
    return reading.has(_ABOUT_SUPPLY) or (reading.has({"defect", "defect_critical"}) and reading.has({"object"}))


def _is_well(reading: Reading, policy: Policy) -> bool:
    """Return whether a sentence says that all is well and names no event besides."""
    said = bool(reading.silenced & _UNDERSTOOD) or reading.has({"benign", "preg_over"})
    return said and not reading.has(policy.groups["harm"])


def _is_of_relatives(reading: Reading, policy: Policy) -> bool:
    """Return whether a sentence tells what befell a relative of the patient, and nothing of the patient."""
    return "relative" in reading.silenced and not reading.has(policy.groups["harm"])


def _is_bare(reading: Reading) -> bool:
    """Return whether a sentence names a person, a product and a time but nothing besides ("pt on Verzenio 6 mo")."""
    named = {at for mention in reading.mentions if mention.cls in _SETTING for at in range(mention.start, mention.end)}
    return sum(at not in named and len(word) > 1 for at, word in enumerate(reading.words)) < _MIN_OTHER_WORDS


class Vote:
    """Scores sentences with the weights; made for one embedder."""

    def __init__(self, embedder: Embedder, weights: VoteWeights | None = None) -> None:
        """Take the embedder; raises ValueError when the weights were made for another model."""
        self.weights = weights or load_weights()
        if embedder.model != self.weights.model:
            raise ValueError(f"the vote's weights are for {self.weights.model}, not for {embedder.model}: train them for it")
        self._embedder = embedder
        self._memory: ScoreMemory[float] = ScoreMemory(lambda texts: [float(score) for score in self.scores(texts)])
        self._vector = np.asarray(self.weights.weights, dtype=np.float32)

    def candidates(self, readings: Sequence[Reading], turns: Sequence[str], policy: Policy) -> Iterator[Candidate]:
        """Yield the sentences worth asking about."""
        marks = conversation_marks(readings, policy)
        for position, reading in enumerate(readings):
            if may_report(readings, position, marks, policy):
                needed = self.weights.question_threshold if reading.question else self.weights.threshold
                needed += self.weights.calm_penalty if reading.has(_CALMING) else 0.0
                needed += self.weights.guard_penalty if reading.silenced else 0.0
                sentence = reading.sentence
                text = turns[sentence.turn][sentence.start : sentence.end].strip()
                yield Candidate(position, as_read(reading.words) if is_mostly_foreign(sentence.text) else text, needed)

    def scores(self, texts: Sequence[str]) -> Vectors:
        """Return the log odds that each text reports something, shape (n,)."""
        found: Vectors = self._embedder.embed_queries(texts) @ self._vector + np.float32(self.weights.bias)
        return found

    def ask(self, readings: Sequence[Reading], turns: Sequence[str], policy: Policy) -> list[Hit]:
        """Return a hit per sentence that the vote takes for a report, with its score."""
        asked = list(self.candidates(readings, turns, policy))[:_MAX_SENTENCES]
        if not asked:
            return []
        scores = self._memory.of([candidate.text for candidate in asked])
        return [
            Hit("AE", RULE_ID, candidate.position, _whole(readings[candidate.position]), round(float(score), 3))
            for candidate, score in zip(asked, scores, strict=True)
            if score > candidate.needed
        ]


def _whole(reading: Reading) -> Mention:
    return Mention("vote", 0, len(reading.words), RULE_ID)


def weights_to_json(weights: VoteWeights) -> str:
    """Return the weights as stored: one short line per field."""
    fields = weights.model_dump()
    fields["weights"] = [round(value, 5) for value in weights.weights]
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()) + "\n}\n"
