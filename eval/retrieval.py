"""Runs the queries of a retrieval set through the search machinery and scores the rankings.

Documents are indexed as they are, with title and text; nothing of the judgements is seen before the rankings are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from eval.formats import RetrievalSet
from eval.measures import score_ranking
from eval.scores import Sample, scored
from index.titled_texts import TitledText, TitledTexts
from index.types import Embedder
from index.vector_table import Progress, silent

# Depth of a ranking: average precision and reciprocal rank see no further.
DEPTH = 100
SHOWN = 10
Clock = Callable[[], float]


class Ranker(Protocol):
    """Anything that ranks the documents of a set for a query."""

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        """Return at most `k` document ids with scores, best first."""
        ...


def index_set(dataset: RetrievalSet, embedder: Embedder, folder: Path, progress: Progress = silent) -> TitledTexts:
    """Return an index of the set's documents; `folder` keeps their vectors between runs."""
    texts = [TitledText(document.doc_id, document.title, document.text) for document in dataset.documents]
    return TitledTexts.build(texts, embedder, folder, progress)


def run_queries(dataset: RetrievalSet, ranker: Ranker, clock: Clock, progress: Progress = silent) -> Iterator[Sample]:
    """Yield one scored sample a judged query, in the order of the set.

    Args:
        dataset: queries and judgements.
        ranker: what is measured.
        clock: seconds, monotonic; the latency of each query is recorded in milliseconds.
        progress: called with (stage, done, total).
    """
    total = len(dataset.queries)
    for number, (query_id, text) in enumerate(dataset.queries.items(), start=1):
        started = clock()
        ranking = ranker.search(text, DEPTH)
        elapsed_ms = (clock() - started) * 1000
        yield _sample(dataset, query_id, _each_once(ranking), elapsed_ms)
        progress("queries", number, total)


def _each_once(ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """An id that stands for several documents counts at its best rank only."""
    best: dict[str, float] = {}
    for doc_id, score in ranking:
        best.setdefault(doc_id, score)
    return list(best.items())


def _sample(dataset: RetrievalSet, query_id: str, ranking: list[tuple[str, float]], elapsed_ms: float) -> Sample:
    judgements = dataset.judgements[query_id]
    found = [doc_id for doc_id, _ in ranking]
    scores = {name: scored(value) for name, value in score_ranking(found, judgements).items()}
    shown = [
        {"doc_id": doc_id, "score": round(score, 6), "grade": judgements.get(doc_id, 0)} for doc_id, score in ranking[:SHOWN]
    ]
    return Sample(
        id=query_id,
        turns=(dataset.queries[query_id],),
        tags={},
        status="ok",
        record={"ranking": shown, "elapsed_ms": round(elapsed_ms, 3)},
        scores=scores,
    )
