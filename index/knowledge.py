"""The open index: passages ranked by fused arms, statements with their raw evidence scores.

Everything heavy is memory-mapped; Chroma is opened only where the index is too large for exact search. It decides nothing about
answers. A document that was taken out after the build is not found and not servable from the next search on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from corpus.ledger import LiveLedger
from corpus.lifecycle import servable
from corpus.types import ApprovedAnswer, Document
from index.embedding import CachedQueries
from index.hybrid import HybridSearch
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.projection import StatementArm
from index.tokens import tokenise
from index.types import Embedder, Passage, RetrievedPassage, ScoredStatement, SearchQuery, Statement, Vectors
from index.withholding import Withholding

# Share of each arm in the order of `score_statements`; the parts themselves are what callers judge by.
STATEMENT_WEIGHTS = {"dense": 0.7, "bm25": 0.3}


class OpenIndex:
    """A `KnowledgeIndex` over one generation on disk. Read-only, safe across threads."""

    def __init__(
        self,
        manifest: Manifest,
        embedder: Embedder,
        content: tuple[Sequence[Document], Sequence[Passage], Sequence[Statement]],
        passage_search: HybridSearch,
        statement_arms: tuple[StatementArm, StatementArm, LexicalIndex],
        *,
        ledger: LiveLedger | None = None,
        today: Callable[[], date] | None = None,
        answers: Sequence[ApprovedAnswer] = (),
    ) -> None:
        documents, passages, statements = content
        self.manifest = manifest
        self.version = manifest.version
        self.corpus_version = manifest.corpus_sha256[:16]
        self.embedder = embedder
        self._documents = MappingProxyType({document.doc_id: document for document in documents})
        self._passages = MappingProxyType({passage.chunk_id: passage for passage in passages})
        self._statements = MappingProxyType({statement.statement_id: statement for statement in statements})
        self._passage_order = tuple(passages)
        self._statement_order = tuple(statements)
        self._passage_search = passage_search
        self._dense, self._questions, self._lexical = statement_arms
        self._has_question = self._questions.starts[1:] > self._questions.starts[:-1]
        self._queries = CachedQueries(embedder)
        self._answers = tuple(answers)
        self._withholding = Withholding(
            self._documents, self._passage_order, self._statement_order, ledger=ledger, market=manifest.market, today=today
        )

    @property
    def documents(self) -> Mapping[str, Document]:
        """Documents that were indexed, by id, as they stand now by the ledger."""
        return self._withholding.allowed.documents

    @property
    def passages(self) -> Mapping[str, Passage]:
        """Passages by `chunk_id`, in document order."""
        return self._passages

    @property
    def statements(self) -> Mapping[str, Statement]:
        """Statements by `statement_id`, in document order."""
        return self._statements

    def search(self, query: SearchQuery) -> Sequence[RetrievedPassage]:
        """Return at most `query.k` passages, best first, with the raw score of every arm."""
        if not query.text.strip():
            return ()
        vector = self._queries.vector(query.text)
        allowed = self._withholding.allowed.passages
        k = query.k if allowed is None else query.k + int(np.count_nonzero(~allowed))
        hits = self._passage_search.search(vector, tokenise(query.text), _expansion_tokens(query), k)
        kept = [hit for hit in hits if allowed is None or allowed[hit.item]][: query.k]
        return tuple(
            RetrievedPassage(self._passage_order[hit.item], hit.score, rank, hit.arms) for rank, hit in enumerate(kept, start=1)
        )

    def score_statements(self, query: SearchQuery, limit: int = 200) -> Sequence[ScoredStatement]:
        """Return the statements nearest to the query by any arm, best first, at most `limit`; all statements are compared."""
        if not query.text.strip():
            return ()
        vector = self._queries.vector(query.text)
        dense = self._dense.scores(vector)
        questions = self._questions.scores(vector)
        lexical = self._lexical.scores(tokenise(query.text), _expansion_tokens(query))
        allowed = self._withholding.allowed.statements
        if allowed is not None:
            lexical = np.where(allowed, lexical, np.float32(0.0))
        best_lexical = float(lexical.max(initial=0.0)) or 1.0
        nearest = np.maximum(dense, questions)
        fused = STATEMENT_WEIGHTS["dense"] * nearest + STATEMENT_WEIGHTS["bm25"] * lexical / best_lexical
        order = np.argsort(-fused, kind="stable")
        order = (order if allowed is None else order[allowed[order]])[:limit]
        # A statement nobody wrote questions for is as near to a question as its text is.
        questions = np.where(self._has_question, questions, dense)
        statements = map(self._statement_order.__getitem__, order.tolist())
        scores = (values[order].tolist() for values in (dense, questions, lexical))
        return tuple(map(ScoredStatement._make, zip(statements, *scores, strict=True)))

    def servable(self, doc_id: str, on: date, market: str) -> bool:
        """Return whether the document is indexed and may be quoted on that day in that market."""
        document = self._withholding.allowed.documents.get(doc_id)
        return document is not None and servable(document, on, market)

    def vector(self, text: str) -> Vectors:
        """Return the `(d,)` unit vector of a text, as it is searched with; do not write to it."""
        return self._queries.vector(text)

    @property
    def answers(self) -> Sequence[ApprovedAnswer]:
        """The approved answers of this generation."""
        return self._answers

    def answer_stands(self, answer: ApprovedAnswer, on: date, market: str) -> bool:
        """Return whether an approved answer and every document it quotes may be served on that day in that market."""
        cited = {(quotation.doc_id, quotation.version) for quotation in answer.quotations}
        return self._withholding.stands(answer.document, on, market) and all(
            self.servable(doc_id, on, market) and self._documents[doc_id].version == version for doc_id, version in cited
        )

    def standing(self, doc_id: str) -> Document | None:
        """Return a document as it stands now, by the ledger; None when it was not indexed."""
        return self._withholding.allowed.documents.get(doc_id)


def _expansion_tokens(query: SearchQuery) -> list[str]:
    return [token for expansion in query.expansions for token in _expansion_words(expansion)]


@lru_cache(maxsize=4096)
def _expansion_words(expansion: str) -> tuple[str, ...]:
    """Kept, because expansions are the names of the same few concepts."""
    return tuple(tokenise(expansion))
