"""A vote on what a turn is besides a report: an attack, a layperson, another subject, a complaint about a product.

One-against-rest logistic regressions (`screening_requests_vote.json`, made by `python -m eval.screening_requests_training`)
over the embedding of a turn, its words, and a few classes of the policy that tell what it speaks of. Each also counts how near
the turn lies to the nearest kind of question that belongs here. The vote adds a code where no rule did; it takes none away, and
it says nothing about reports.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from assistant.screening.lexicon import Mention
from assistant.screening.memory import ScoreMemory
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit
from assistant.types import Code
from index.types import Embedder, Vectors

RULE_ID = "REQUEST-VOTE"
# The code is raised, but the vote is not sure enough to turn the question away.
UNSURE_ID = "REQUEST-VOTE-UNSURE"
# What is judged on the last turn alone: "and now the weather?" ends a talk on our topic.
_LAST_TURN_ONLY = frozenset({Code.OUT_OF_SCOPE})
# Who writes and what about: where the rules know it, the vote has nothing to add.
_KNOWN_BY_RULE = frozenset({Code.SECURITY, Code.NON_HCP, Code.OUT_OF_SCOPE})
# Other wishes the rules know, which read like attacks.
_TAKEN_FOR_ATTACKS = frozenset({Code.LEGAL, Code.QUALITY_ANS, Code.PRIVACY})
# Fewer words say nothing of who writes and what about.
_MIN_WORDS = 3
_TEXT_CHARS = 1500
_MAX_TURNS = 12


class RequestHead(BaseModel):
    """One regression. `margin` is added to the threshold where the conversation holds one of the marks in `unless`,
    `report_margin` where it is a report: a report turned away as a layperson's costs a professional the answer. Only what
    exceeds the threshold by `sure` turns a question away. A head with `beside` is asked where that code was raised.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    threshold: float
    margin: float = Field(ge=0)
    report_margin: float = Field(ge=0)
    sure: float = Field(ge=0)
    beside: Code | None = None
    unless: tuple[str, ...]
    nearness: float
    marks: Mapping[str, float]
    words: Mapping[str, float]
    embedding: tuple[float, ...]


class RequestWeights(BaseModel):
    """The heads by code, and `topics`: unit vectors of the kinds of questions that belong here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    model: str
    trained_on: str
    heads: Mapping[Code, RequestHead]
    topics: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as the vote sees it: its text, its words, the classes live in it, and the positions of its sentences."""

    text: str
    words: frozenset[str]
    marks: frozenset[str]
    positions: tuple[int, ...]


@cache
def load_request_weights() -> RequestWeights:
    """Return the packaged weights."""
    stored = files("assistant.policy").joinpath("screening_requests_vote.json")
    return RequestWeights.model_validate_json(stored.read_text(encoding="utf-8"))


def turns_of(readings: Sequence[Reading], turns: Sequence[str]) -> list[Turn]:
    """Return the last turns that hold a word, oldest first."""
    positions: dict[int, list[int]] = {}
    for position, reading in enumerate(readings):
        positions.setdefault(reading.sentence.turn, []).append(position)
    return [_turn(turns[turn], readings, found) for turn, found in list(positions.items())[-_MAX_TURNS:]]


def _turn(text: str, readings: Sequence[Reading], positions: Sequence[int]) -> Turn:
    own = [readings[position] for position in positions]
    words = frozenset(word for reading in own for word in reading.words)
    return Turn(text[-_TEXT_CHARS:], words, frozenset(cls for reading in own for cls in reading.live), tuple(positions))


class _Table:
    """Weights as arrays, a column for each head."""

    def __init__(self, weights: RequestWeights) -> None:
        heads = list(weights.heads.values())
        self.weights = weights
        self.topics = np.array(weights.topics, dtype=np.float32).T
        self.sense = np.array([head.embedding for head in heads], dtype=np.float32).T
        self.bias = np.array([head.bias for head in heads], dtype=np.float32)
        self.nearness = np.array([head.nearness for head in heads], dtype=np.float32)
        self.words = _rows([head.words for head in heads])
        self.marks = _rows([head.marks for head in heads])


@cache
def _packaged_table() -> _Table:
    return _Table(load_request_weights())


class RequestVote:
    """Votes on turns; made for one embedder."""

    def __init__(self, embedder: Embedder, weights: RequestWeights | None = None) -> None:
        """Take the embedder; raises ValueError when the weights were made for another model."""
        table = _packaged_table() if weights is None else _Table(weights)
        self.weights = table.weights
        if embedder.model != self.weights.model:
            raise ValueError(f"the vote's weights are for {self.weights.model}, not for {embedder.model}: train them for it")
        self._embedder = embedder
        self._table = table
        self._memory: ScoreMemory[Vectors] = ScoreMemory(self._senses)

    def _senses(self, texts: Sequence[str]) -> list[Vectors]:
        """Return for each text what its embedding and its nearness to the nearest topic weigh in each head."""
        vectors = self._embedder.embed_queries(list(texts))
        near = (vectors @ self._table.topics).max(axis=1, keepdims=True)
        return list(vectors @ self._table.sense + near * self._table.nearness + self._table.bias)

    def scores(self, turns: Sequence[Turn]) -> dict[Code, list[float]]:
        """Return the log odds of each code, turn by turn."""
        senses = self._memory.of([turn.text for turn in turns])
        sums = [
            sense + _sum(self._table.words, turn.words) + _sum(self._table.marks, turn.marks)
            for turn, sense in zip(turns, senses, strict=True)
        ]
        return {code: [float(scores[column]) for scores in sums] for column, code in enumerate(self.weights.heads)}

    def ask(self, readings: Sequence[Reading], turns: Sequence[str], codes: Collection[Code], report: bool) -> list[Hit]:
        """Return a hit for each code that a turn weighs enough for, beside the codes the rules found."""
        seen = [turn for turn in turns_of(readings, turns) if len(turn.words) >= _MIN_WORDS]
        if not seen:
            return []
        settled = frozenset(codes) | (frozenset() if _KNOWN_BY_RULE.isdisjoint(codes) else _KNOWN_BY_RULE)
        settled |= frozenset() if _TAKEN_FOR_ATTACKS.isdisjoint(codes) else {Code.SECURITY}
        marks = frozenset[str]().union(*(turn.marks for turn in seen))
        hits: list[Hit] = []
        for code, scores in self.scores(seen).items():
            head = self.weights.heads[code]
            needed = head.threshold + (0.0 if marks.isdisjoint(head.unless) else head.margin) + head.report_margin * report
            judged = range(len(seen))[-1:] if code in _LAST_TURN_ONLY else range(len(seen))
            at = max(judged, key=scores.__getitem__)
            beside = head.beside is None or head.beside in (*codes, *(hit.code for hit in hits))
            if code not in settled and beside and scores[at] > needed:
                rule_id = RULE_ID if scores[at] > needed + head.sure else UNSURE_ID
                hits.append(_hit(code, rule_id, seen[at].positions[0], readings, scores[at]))
        return hits


def _rows(weights: Sequence[Mapping[str, float]]) -> dict[str, Vectors]:
    """Return by name its weight in each head, shape (heads,)."""
    names = sorted({name for head in weights for name in head})
    return {name: np.array([head.get(name, 0.0) for head in weights], dtype=np.float32) for name in names}


def _sum(rows: Mapping[str, Vectors], found: frozenset[str]) -> Vectors | float:
    # In order, so that the sum of floats is the same in every process.
    known = [rows[name] for name in sorted(found) if name in rows]
    total: Vectors | float = np.sum(known, axis=0) if known else 0.0
    return total


def _hit(code: Code, rule_id: str, position: int, readings: Sequence[Reading], score: float) -> Hit:
    whole = Mention("request_vote", 0, len(readings[position].words), RULE_ID)
    return Hit(code.value, rule_id, position, whole, round(score, 3))


def request_weights_to_json(weights: RequestWeights) -> str:
    """Return the weights as stored: one line a field, one a head, one a topic."""
    fields = weights.model_dump(mode="json")
    heads, topics = fields.pop("heads"), fields.pop("topics")
    lines = [f" {json.dumps(name)}: {json.dumps(value)}" for name, value in fields.items()]
    stored = ",\n".join(f"  {json.dumps(name)}: {json.dumps(head, ensure_ascii=False)}" for name, head in heads.items())
    rows = ",\n".join(f"  {json.dumps(row)}" for row in topics)
    return "{\n" + ",\n".join(lines) + ',\n "heads": {\n' + stored + '\n },\n "topics": [\n' + rows + "\n ]\n}\n"
