"""Passages, statements and search results.

A passage is the indexed and displayed unit (a section or part of one); a statement is the quoted unit inside it: a sentence,
list item, table row or video sentence. All offsets are code points into the document's immutable text, end exclusive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Locator

Vectors = NDArray[np.float32]


class StatementKind(StrEnum):
    """What a statement is in its document."""

    SENTENCE = "sentence"
    ITEM = "item"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class TableRow:
    """A table row with the header it is read under; `headers` and `cells` have the same length."""

    caption: str
    headers: tuple[str, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest unit an answer may show.

    `text` is what is shown. For a sentence or item it equals `document.text[start:end]` (reference marks lie outside the span);
    for a table row it is the row read out under its headers, while the span covers the row as stored.
    `reference_numbers` are the document's own numbers attached to the statement, in printed order.
    """

    statement_id: str
    chunk_id: str
    doc_id: str
    ordinal: int
    kind: StatementKind
    text: str
    start: int
    end: int
    heading_path: tuple[str, ...]
    locator: Locator
    reference_numbers: tuple[int, ...] = ()
    row: TableRow | None = None
    questions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section. `chunk_id` is derived from the content, so the same file gives the same ids."""

    chunk_id: str
    doc_id: str
    ordinal: int
    text: str
    start: int
    end: int
    heading_path: tuple[str, ...]
    locator: Locator
    statement_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is searched for. `expansions` are glossary forms added for the lexical arm; `text` alone is embedded."""

    text: str
    expansions: tuple[str, ...] = ()
    k: int = 10


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A ranked passage (`rank` from 1) with the score of each arm that found it, for the explain view."""

    passage: Passage
    score: float
    rank: int
    arms: Mapping[str, float] = field(default_factory=dict)


class ScoredStatement(NamedTuple):
    """A statement with its raw evidence scores: cosines in [-1, 1] (that of the text where it has no
    questions), BM25 >= 0.
    """

    statement: Statement
    dense: float
    dense_question: float
    bm25: float


class Embedder(Protocol):
    """Text to unit vectors. `model` names the model and its weights' hash; `dimension` is d."""

    model: str
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an `(n, d)` float32 array of L2-normalised vectors, in input order."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of what people ask, `(n, d)`: near enough to those of `embed`, where that is slower."""
        return self.embed(texts)


class KnowledgeIndex(Protocol):
    """What `assistant` needs of the index. Opened by `index.open_index`; reads only what may be served."""

    version: str
    corpus_version: str
    embedder: Embedder

    @property
    def documents(self) -> Mapping[str, Document]:
        """Documents that were indexed, by id."""
        ...

    @property
    def passages(self) -> Mapping[str, Passage]:
        """Passages by `chunk_id`, in document order."""
        ...

    @property
    def statements(self) -> Mapping[str, Statement]:
        """Statements by `statement_id`, in document order."""
        ...

    def search(self, query: SearchQuery) -> Sequence[RetrievedPassage]:
        """Return at most `query.k` passages, best first: dense and BM25 arms over text with heading path, fused."""
        ...

    def score_statements(self, query: SearchQuery, limit: int = 200) -> Sequence[ScoredStatement]:
        """Return the statements nearest to the query by any arm, best first, at most `limit`."""
        ...

    def servable(self, doc_id: str, on: date, market: str) -> bool:
        """Return whether the document may be quoted on that day in that market (checked again when an answer is made)."""
        ...
