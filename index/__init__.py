"""The index room: documents cut into passages and statements, embedded, stored and searched.

It imports `corpus` and nothing of `assistant` or `eval`.
"""

from index.build import BuildReport, Wanted, build_index, up_to_date
from index.chunking import Chunks, chunk_document, chunk_documents
from index.embedding import EmbeddingError, model_label, open_embedder
from index.errors import IndexMissing, IndexProblem, IndexStale
from index.knowledge import OpenIndex
from index.manifest import Manifest, read_current
from index.opening import check_current, models_dir, open_index
from index.types import (
    Embedder,
    KnowledgeIndex,
    Passage,
    RetrievedPassage,
    ScoredStatement,
    SearchQuery,
    Statement,
    StatementKind,
    TableRow,
)

__all__ = [
    "BuildReport",
    "Chunks",
    "Embedder",
    "EmbeddingError",
    "IndexMissing",
    "IndexProblem",
    "IndexStale",
    "KnowledgeIndex",
    "Manifest",
    "OpenIndex",
    "Passage",
    "RetrievedPassage",
    "ScoredStatement",
    "SearchQuery",
    "Statement",
    "StatementKind",
    "TableRow",
    "Wanted",
    "build_index",
    "check_current",
    "chunk_document",
    "chunk_documents",
    "model_label",
    "models_dir",
    "open_embedder",
    "open_index",
    "read_current",
    "up_to_date",
]
