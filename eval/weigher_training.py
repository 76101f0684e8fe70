"""Trains the weigher of whole messages: `python -m eval.weigher_training` writes `assistant/policy/screening_weights.json`.

Messages of the development and training sets with their codes, and development and register questions, which report nothing.
Logistic regression with balanced classes (scikit-learn); the heads for kinds of report learn from reports alone. With
`--check` each set is scored by weights that did not see it: the thresholds are set by hand from those figures. Report
messages and report questions are never read here.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.screening.policy import load_policy
from assistant.screening.readings import read_conversation, readable
from assistant.screening.weighing import Head, WeigherWeights, marks_of, weighed_text, weights_to_json
from assistant.settings import Settings
from assistant.types import Code
from corpus import load_corpus
from eval.datasets import PACKAGED, load_questions
from eval.screening import load_messages
from eval.screening_training import DEVELOPMENT, TRAINING
from index import models_dir, open_embedder
from index.types import Embedder

INVERSE_REGULARISATION = 0.3
# The embedding counts as much as some marks together.
SENSE_SCALE = 3.0
MIN_MARK_MESSAGES = 8
# Every third question of the statement register: enough to show how plain questions are put.
REGISTER_STEP = 3
REPORT_THRESHOLD = 0.25
GRAVE_THRESHOLD = -0.9
DENIAL_THRESHOLD = -1.8
VOTE_FLOOR = -0.5
KIND_THRESHOLD = 1.0
SERIOUS_THRESHOLD = 0.0
VERSION = 4
OUTPUT = Path(__file__).resolve().parent.parent / "assistant" / "policy" / "screening_weights.json"
EVENTS = frozenset({Code.AE_SERIOUS, Code.AE_NONSER})
GRAVE = frozenset({Code.AE_SERIOUS, Code.SS_PREG})
KINDS = (Code.SS_PREG, Code.SS_OD_ERR, Code.SS_LOE, Code.SS_OFFUSE)
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A conversation with its codes, whether it is a report, and the set it comes from."""

    turns: tuple[str, ...]
    codes: frozenset[Code]
    report: bool
    source: str


def collect(folder: Path, extra: Sequence[Path] = ()) -> list[Lesson]:
    """Return the messages of the packaged development and training sets, of `extra` sets, the development questions, and some
    of the statement register.
    """
    lessons = [
        Lesson(item.conversation, frozenset(item.codes), item.pv, path.stem)
        for path in [*(folder / "messages" / name for name in (*DEVELOPMENT, *TRAINING)), *extra]
        for item in load_messages(path).messages
    ]
    for path in sorted((folder / "questions").glob("development*.yaml")):
        lessons += [Lesson(item.turns, frozenset(), False, f"questions-{path.stem}") for item in load_questions(path).items]
    asked = dict.fromkeys(question for entry in load_corpus().register for question in entry.questions)
    return lessons + [Lesson((question,), frozenset(), False, "register") for question in list(asked)[::REGISTER_STEP]]


@dataclass(frozen=True, slots=True)
class Table:
    """Lessons as numbers: scaled embeddings beside marks (n, d + m), with the names of the marks."""

    values: Floats
    marks: tuple[str, ...]
    sense_columns: int


def tabulate(lessons: Sequence[Lesson], embedder: Embedder) -> Table:
    """Return the features of the lessons; marks that few messages have are left out."""
    policy = load_policy()
    read = [read_conversation(lesson.turns, policy) for lesson in lessons]
    found = [set().union(*(marks_of(reading, policy) for reading in readings)) for readings in read]
    counts = Counter(mark for marks in found for mark in marks)
    names = tuple(sorted(mark for mark, count in counts.items() if count >= MIN_MARK_MESSAGES))
    marks = np.array([[name in row for name in names] for row in found], dtype=np.float32)
    texts = [weighed_text(readable(lesson.turns, readings)) for lesson, readings in zip(lessons, read, strict=True)]
    sense = np.asarray(embedder.embed_queries(texts), dtype=np.float32)
    return Table(np.hstack([sense * SENSE_SCALE, marks]), names, sense.shape[1])


def targets(lessons: Sequence[Lesson]) -> dict[str, tuple[Bools, Bools]]:
    """Return by head which lessons are positive and which it learns from."""
    report = np.array([lesson.report for lesson in lessons])
    everything = np.ones(len(lessons), dtype=np.bool_)

    def coded(*codes: Code) -> Bools:
        return np.array([bool(lesson.codes & set(codes)) for lesson in lessons])

    return {
        "report": (report, everything),
        "grave": (coded(*GRAVE), everything),
        "event": (coded(*EVENTS), report),
        "serious": (coded(Code.AE_SERIOUS), report),
        **{kind.value: (coded(kind), report) for kind in KINDS},
    }


def fit(values: Floats, positive: Bools) -> LogisticRegression:
    """Return the regression of one head."""
    return LogisticRegression(C=INVERSE_REGULARISATION, class_weight="balanced", max_iter=3000).fit(values, positive)


def train(lessons: Sequence[Lesson], table: Table, model: str) -> WeigherWeights:
    """Return the weights of all heads."""
    heads = {}
    for name, (positive, used) in targets(lessons).items():
        fitted = fit(table.values[used], positive[used])
        weights = fitted.coef_[0]
        heads[name] = Head(
            bias=round(float(fitted.intercept_[0]), 4),
            embedding=tuple(round(float(value) * SENSE_SCALE, 4) for value in weights[: table.sense_columns]),
            marks=tuple(round(float(value), 4) for value in weights[table.sense_columns :]),
        )
    reports = sum(lesson.report for lesson in lessons)
    return WeigherWeights(
        id="screening-weights",
        version=VERSION,
        owner="pharmacovigilance",
        model=model,
        trained_on=f"{len(lessons)} development and training messages and development questions, {reports} of them reports",
        report_threshold=REPORT_THRESHOLD,
        grave_threshold=GRAVE_THRESHOLD,
        denial_threshold=DENIAL_THRESHOLD,
        vote_floor=VOTE_FLOOR,
        kind_threshold=KIND_THRESHOLD,
        serious_threshold=SERIOUS_THRESHOLD,
        marks=table.marks,
        heads=heads,
    )


def check(lessons: Sequence[Lesson], table: Table) -> None:
    """Print what each head gets right on every set of messages when it learnt from the others."""
    sources = np.array([lesson.source for lesson in lessons])
    limits = {"report": REPORT_THRESHOLD, "grave": GRAVE_THRESHOLD, "serious": SERIOUS_THRESHOLD}
    for name, (positive, used) in targets(lessons).items():
        for source in dict.fromkeys(sources):
            held, learnt = (sources == source) & used, (sources != source) & used
            if not held.any():
                continue
            right = fit(table.values[learnt], positive[learnt]).decision_function(table.values[held]) > limits.get(name, 0.0)
            found, spared = right[positive[held]], ~right[~positive[held]]
            print(f"{name:10} {source:26} found {found.sum()}/{found.size}, left alone {spared.sum()}/{spared.size}")


def main() -> None:
    """Train on the packaged sets and write the weights, or check how they generalise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--check", action="store_true", help="score each set by weights that did not see it; write nothing")
    parser.add_argument("--without", action="append", default=[], help="leave a set out, by the name of its file")
    chosen = parser.parse_args()
    settings = Settings()
    embedder = open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    lessons = [lesson for lesson in collect(PACKAGED) if lesson.source not in chosen.without]
    table = tabulate(lessons, embedder)
    if chosen.check:
        check(lessons, table)
        return
    weights = train(lessons, table, embedder.model)
    chosen.output.write_text(weights_to_json(weights), encoding="utf-8")
    print(f"{weights.trained_on}; {len(weights.marks)} marks; written to {chosen.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
