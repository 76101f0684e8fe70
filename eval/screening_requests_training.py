"""Trains the vote on attacks, laypeople, other subjects and defects: `python -m eval.screening_requests_training` writes
`assistant/policy/screening_requests_vote.json`.

The last turns of the development and training messages with their codes, of the development questions and of the questions of
the statement register, which belong here but for those on another subject. Logistic regression with balanced classes
(scikit-learn) over embedding, words and marks; the kinds of questions that belong here are k-means centres of plain turns. With
`--check` each set is scored by weights that did not see it: thresholds are set by hand from those figures, so that plain
questions stay plain. Report messages and report questions are never read here.
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
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from assistant.screening.policy import load_policy
from assistant.screening.readings import read_conversation, readable
from assistant.screening.requests import RequestHead, RequestVote, RequestWeights, Turn, request_weights_to_json, turns_of
from assistant.settings import Settings
from assistant.types import Code
from corpus import load_corpus
from eval.datasets import PACKAGED, load_questions
from eval.screening import load_messages
from eval.screening_training import DEVELOPMENT, TRAINING
from index import models_dir, open_embedder
from index.types import Embedder

INVERSE_REGULARISATION = 0.3
# How much the embedding, a word and the nearness of a topic count beside a mark.
SENSE_SCALE = 3.0
WORD_SCALE = 0.6
NEARNESS_SCALE = 5.0
MIN_WORD_TURNS = 3
TOPICS = 32
VERSION = 5
OUTPUT = Path(__file__).resolve().parent.parent / "assistant" / "policy" / "screening_requests_vote.json"
# Classes that tell what a turn speaks of; those that raise the codes by rule are left out, for the vote is for what rules miss.
MARKS = (
    *("scope_core", "scope_breast", "science", "drug", "drug_class", "our_phrase", "trial_scope", "trial", "topic", "rate"),
    *("label", "hcp_self", "own_person", "event"),
)
THRESHOLDS = {Code.SECURITY: 1.2, Code.NON_HCP: 0.2, Code.OUT_OF_SCOPE: 0.9, Code.PQC: 0.5, Code.PQC_CRIT: 0.0}
REPORT_MARGINS = {Code.SECURITY: 0.5, Code.NON_HCP: 1.4}
# So far above its threshold a head must be to turn a question away.
SURE = {Code.SECURITY: 2.0, Code.NON_HCP: 1.5, Code.OUT_OF_SCOPE: 3.7, Code.PQC: 1.5, Code.PQC_CRIT: 0.0}
# Learnt among complaints alone, and asked beside one.
AMONG = {Code.PQC_CRIT: Code.PQC}
# A critical defect is a defect too.
ALSO = {Code.PQC: frozenset({Code.PQC_CRIT})}
MARGINS: dict[Code, tuple[float, tuple[str, ...]]] = {
    Code.NON_HCP: (1.5, ("hcp_self",)),
    Code.OUT_OF_SCOPE: (1.8, ("scope_core", "drug", "drug_class")),
}
UNLABELLED = "unanswerable"
REGISTER = "register"
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class RequestLesson:
    """A last turn with the codes of its conversation and the set it comes from; `plain`: a question that belongs here."""

    turn: Turn
    codes: frozenset[Code]
    source: str
    plain: bool


def collect(folder: Path, plain: Sequence[str] = ()) -> list[RequestLesson]:
    """Return the lessons of the packaged sets and of further `plain` questions; questions without an answer are left out, for
    nobody labelled their subject.
    """
    lessons = [_lesson([text], frozenset(), REGISTER, True) for text in dict.fromkeys(plain)]
    for name in (*DEVELOPMENT, *TRAINING):
        for message in load_messages(folder / "messages" / name).messages:
            codes = frozenset(message.codes)
            # Where no head has anything to find, every turn shows what is no find.
            first = len(message.conversation) - 1 if codes & THRESHOLDS.keys() else 0
            for turn in message.conversation[first:]:
                lessons.append(_lesson([turn], codes, Path(name).stem, not codes))
    for path in sorted((folder / "questions").glob("development*.yaml")):
        for item in load_questions(path).items:
            if item.answerable or item.kind != UNLABELLED:
                codes = frozenset() if item.answerable else frozenset({Code.OUT_OF_SCOPE})
                lessons.append(_lesson(item.turns, codes, f"questions-{path.stem}", item.answerable))
    return [lesson for lesson in lessons if lesson is not None]


def plain_questions(files: Sequence[Path]) -> list[str]:
    """Return the questions of the statement register, which belong here, and those of further files, one a line."""
    registered = [question for entry in load_corpus().register for question in entry.questions]
    return registered + [line for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]


def _lesson(turns: Sequence[str], codes: frozenset[Code], source: str, plain: bool) -> RequestLesson | None:
    readings = read_conversation(turns[-1:], load_policy())
    found = turns_of(readings, readable(turns[-1:], readings))
    return RequestLesson(found[0], codes, source, plain) if found else None


def is_of(code: Code, codes: frozenset[Code]) -> bool:
    """Return whether a message with these codes is one that the head of a code should find."""
    return not codes.isdisjoint(ALSO.get(code, frozenset()) | {code})


def topics_of(vectors: Floats) -> Floats:
    """Return unit vectors (k, d) of the kinds of questions among `vectors` (n, d)."""
    centres = KMeans(TOPICS, n_init=1, random_state=0).fit(vectors).cluster_centers_
    return np.asarray(centres / np.linalg.norm(centres, axis=1, keepdims=True), dtype=np.float32)


def train(lessons: Sequence[RequestLesson], embedder: Embedder) -> RequestWeights:
    """Return the weights of all heads."""
    vectors = np.asarray(embedder.embed_queries([lesson.turn.text for lesson in lessons]), dtype=np.float32)
    topics = topics_of(vectors[[lesson.plain for lesson in lessons]])
    counts = Counter(word for lesson in lessons for word in lesson.turn.words)
    words = sorted(word for word, count in counts.items() if count >= MIN_WORD_TURNS)
    said = _indicators([lesson.turn.words for lesson in lessons], words)
    marks = _indicators([lesson.turn.marks for lesson in lessons], MARKS)
    near = (vectors @ topics.T).max(axis=1, keepdims=True)
    values = sparse.hstack([vectors * SENSE_SCALE, said * WORD_SCALE, marks, near * NEARNESS_SCALE]).tocsr()
    heads = {}
    for code in THRESHOLDS:
        used = np.array([code not in AMONG or is_of(AMONG[code], lesson.codes) for lesson in lessons])
        positive = np.array([is_of(code, lesson.codes) for lesson in lessons])[used]
        model = LogisticRegression(C=INVERSE_REGULARISATION, class_weight="balanced", max_iter=3000)
        fitted = model.fit(values[used], positive)
        heads[code] = _head(code, fitted.coef_[0], float(fitted.intercept_[0]), words, vectors.shape[1])
    return RequestWeights(
        id="screening-requests-vote",
        version=VERSION,
        owner="medical information",
        model=embedder.model,
        trained_on=f"{len(lessons)} turns of development and training messages and development questions",
        heads=heads,
        topics=tuple(tuple(round(float(value), 3) for value in row) for row in topics),
    )


def _indicators(found: Sequence[frozenset[str]], names: Sequence[str]) -> sparse.csr_matrix:
    """Return which names each row holds, shape (n, len(names))."""
    column = {name: at for at, name in enumerate(names)}
    places = [(row, column[name]) for row, held in enumerate(found) for name in sorted(held & column.keys())]
    rows, columns = zip(*places, strict=True)
    return sparse.csr_matrix((np.ones(len(places), dtype=np.float32), (rows, columns)), shape=(len(found), len(names)))


def _head(code: Code, weights: NDArray[np.float64], bias: float, words: Sequence[str], dimension: int) -> RequestHead:
    margin, unless = MARGINS.get(code, (0.0, ()))
    sense, rest = weights[:dimension] * SENSE_SCALE, weights[dimension:]
    spoken = {word: round(float(value) * WORD_SCALE, 3) for word, value in zip(words, rest, strict=False)}
    marks = {mark: round(float(value), 3) for mark, value in zip(MARKS, rest[len(words) :], strict=False)}
    return RequestHead(
        bias=round(bias, 4),
        threshold=THRESHOLDS[code],
        margin=margin,
        report_margin=REPORT_MARGINS.get(code, 0.0),
        sure=SURE[code],
        beside=AMONG.get(code),
        unless=unless,
        nearness=round(float(rest[-1]) * NEARNESS_SCALE, 4),
        marks=marks,
        words={word: value for word, value in spoken.items() if value},
        embedding=tuple(round(float(value), 4) for value in sense),
    )


def check(lessons: Sequence[RequestLesson], embedder: Embedder) -> None:
    """Print what each head finds in every set, and how many plain turns it takes, when it learnt from the other sets."""
    for source in dict.fromkeys(lesson.source for lesson in lessons):
        weights = train([lesson for lesson in lessons if lesson.source != source], embedder)
        held = [lesson for lesson in lessons if lesson.source == source]
        for code, scores in RequestVote(embedder, weights).scores([lesson.turn for lesson in held]).items():
            found = [score > THRESHOLDS[code] for score, lesson in zip(scores, held, strict=True) if is_of(code, lesson.codes)]
            taken = [score > THRESHOLDS[code] for score, lesson in zip(scores, held, strict=True) if lesson.plain]
            print(f"{code.value:13} {source:26} found {sum(found)}/{len(found)}, plain taken {sum(taken)}/{len(taken)}")


def main() -> None:
    """Train on the packaged sets and write the weights, or check how they generalise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--check", action="store_true", help="score each set by weights that did not see it; write nothing")
    parser.add_argument("--plain", type=Path, action="append", default=[], help="further plain questions, one a line")
    chosen = parser.parse_args()
    settings = Settings()
    embedder = open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    lessons = collect(PACKAGED, plain_questions(chosen.plain))
    if chosen.check:
        check(lessons, embedder)
        return
    weights = train(lessons, embedder)
    chosen.output.write_text(request_weights_to_json(weights), encoding="utf-8")
    print(f"{weights.trained_on}; written to {chosen.output}", file=sys.stderr)


if __name__ == "__main__":
    main()
