"""The knowledge index with one part switched off, so that every part has to earn its place.

Scores of the part are set to zero and the rest is ranked again with the weights that the index itself uses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from corpus.types import Document
from index.hybrid import fuse
from index.knowledge import STATEMENT_WEIGHTS
from index.opening import PASSAGE_WEIGHTS
from index.types import Embedder, KnowledgeIndex, Passage, RetrievedPassage, ScoredStatement, SearchQuery, Statement

PARTS: Mapping[str, str] = {
    "bm25": "no lexical arm",
    "dense": "no embedding of the texts (their question expansions stay)",
    "vectors": "no embedding at all: words alone",
    "questions": "no question expansions",
    "expansions": "no glossary forms in the query",
}
# Which passage arms a part feeds, and which scores of a statement.
PASSAGE_ARMS: Mapping[str, tuple[str, ...]] = {
    "bm25": ("lexical",),
    "dense": ("dense", "statement", "heading"),
    "vectors": ("dense", "statement", "heading", "question"),
    "questions": ("question",),
    "expansions": (),
}
STATEMENT_ARMS: Mapping[str, dict[str, float]] = {
    "bm25": {"bm25": 0.0},
    "dense": {"dense": 0.0},
    "vectors": {"dense": 0.0, "dense_question": 0.0},
    "questions": {"dense_question": 0.0},
    "expansions": {},
}


class AblatedIndex:
    """A `KnowledgeIndex` without one of `PARTS`."""

    def __init__(self, index: KnowledgeIndex, part: str) -> None:
        self._index = index
        self._part = part
        self.version = f"{index.version}-without-{part}"
        self.corpus_version = index.corpus_version
        self.embedder: Embedder = index.embedder
        self._statements = dict(index.statements)
        if part == "questions":
            # The evidence compares a question with the register questions by words as well: they must go from both.
            self._statements = {name: replace(s, questions=()) for name, s in self._statements.items()}

    @property
    def documents(self) -> Mapping[str, Document]:
        """As the whole index."""
        return self._index.documents

    @property
    def passages(self) -> Mapping[str, Passage]:
        """As the whole index."""
        return self._index.passages

    @property
    def statements(self) -> Mapping[str, Statement]:
        """As the whole index, without register questions where they are switched off."""
        return self._statements

    def servable(self, doc_id: str, on: date, market: str) -> bool:
        """As the whole index."""
        return self._index.servable(doc_id, on, market)

    def search(self, query: SearchQuery) -> Sequence[RetrievedPassage]:
        """Return passages ranked without the part."""
        dropped = PASSAGE_ARMS[self._part]
        found = self._index.search(self._query(query, len(self.passages) if dropped else query.k))
        if not dropped or not found:
            return found
        weights = {name: weight for name, weight in PASSAGE_WEIGHTS.items() if name not in dropped}
        scores = {name: np.array([hit.arms.get(name, 0.0) for hit in found], dtype=np.float32) for name in weights}
        fused = fuse(scores, weights, len(found))
        order = sorted(range(len(found)), key=lambda i: (-float(fused[i]), found[i].passage.chunk_id))[: query.k]
        return tuple(replace(found[i], score=float(fused[i]), rank=rank) for rank, i in enumerate(order, 1))

    def score_statements(self, query: SearchQuery, limit: int = 200) -> Sequence[ScoredStatement]:
        """Return statements ranked without the part."""
        if self._part == "expansions":
            return self._index.score_statements(self._query(query, query.k), limit)
        scored = [self._blank(s) for s in self._index.score_statements(query, len(self.statements))]
        best_lexical = max((s.bm25 for s in scored), default=0.0) or 1.0

        def order(s: ScoredStatement) -> tuple[float, str]:
            lexical = STATEMENT_WEIGHTS["bm25"] * s.bm25 / best_lexical
            return -(STATEMENT_WEIGHTS["dense"] * max(s.dense, s.dense_question) + lexical), s.statement.statement_id

        return tuple(sorted(scored, key=order)[:limit])

    def _query(self, query: SearchQuery, k: int) -> SearchQuery:
        return replace(query, k=k, expansions=() if self._part == "expansions" else query.expansions)

    def _blank(self, scored: ScoredStatement) -> ScoredStatement:
        own = self._statements[scored.statement.statement_id]
        return scored._replace(statement=own, **STATEMENT_ARMS[self._part])
