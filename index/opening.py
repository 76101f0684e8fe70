"""Opens the built index for serving, and refuses one that does not match the corpus, the model or the program in use."""

from __future__ import annotations

from pathlib import Path

from corpus.types import Corpus
from index import hybrid
from index.arms import VectorArm
from index.build import CHROMA, LEXICAL, VECTORS, parameters
from index.content import Content, load_content
from index.dense import ChromaNeighbours
from index.embedding import MINILM, open_embedder
from index.errors import BUILD_COMMAND, IndexStale
from index.expanded_text import heading_text
from index.hybrid import HybridSearch
from index.knowledge import OpenIndex
from index.lexical import LexicalIndex
from index.manifest import Manifest, read_current
from index.types import Embedder
from index.vector_table import load_table

MODELS = "models"
# Weights of the arms of passage search, tuned on a development set only (docs/retrieval.md).
PASSAGE_WEIGHTS = {"dense": 0.5, "statement": 0.5, "question": 1.0, "lexical": 1.0}


def models_dir(index_dir: Path) -> Path:
    """Return where model files made on this machine are kept: beside the index."""
    return index_dir.parent / MODELS


def open_index(
    index_dir: Path, corpus: Corpus | str | None = None, embedder: Embedder | None = None, model: str = MINILM
) -> OpenIndex:
    """Return the index of a folder, ready to search.

    Args:
        index_dir: folder a build wrote to.
        corpus: the corpus in use, or its sha256 (`corpus.corpus_sha256`); when given, an index of another corpus is refused.
        embedder: embeds queries; when None, that of `model`, its files kept beside the index.
        model: sentence-transformers name or path, used when `embedder` is None.

    Raises:
        IndexMissing: nothing was built there.
        IndexStale: built from another corpus, another model, or by another version of this program.
    """
    folder, manifest = read_current(index_dir)
    check_current(manifest, corpus)
    embedder = embedder or open_embedder(model, models_dir(index_dir))
    if embedder.model != manifest.model:
        raise IndexStale(f"the index was built with {manifest.model}, not with {embedder.model}; run `{BUILD_COMMAND}`")
    content = load_content(folder)
    questions = _questions_of(content)
    arms = (
        _own_units(folder, "statements", len(content.statements)),
        VectorArm.of(load_table(folder / VECTORS, "questions"), [questions[s.statement_id] for s in content.statements]),
    )
    lexical = LexicalIndex.load(folder / LEXICAL / "statements")
    parts = (content.documents, content.passages, content.statements)
    return OpenIndex(manifest, embedder, parts, _passage_search(folder, content), (*arms, lexical))


def check_current(manifest: Manifest, corpus: Corpus | str | None) -> None:
    """Raise `IndexStale` unless the index was built from this corpus by this version of the program."""
    if dict(manifest.parameters) != parameters():
        raise IndexStale(f"the index was built with other chunking or lexical parameters; run `{BUILD_COMMAND}`")
    sha256 = corpus.sha256 if isinstance(corpus, Corpus) else corpus
    if sha256 is not None and sha256 != manifest.corpus_sha256:
        raise IndexStale(f"the documents have changed since the index was built; run `{BUILD_COMMAND}`")


def _passage_search(folder: Path, content: Content) -> HybridSearch:
    vectors = {
        "dense": _own_units(folder, "passages", len(content.passages)),
        "statement": _statement_arm(folder, content),
        "question": _question_arm(folder, content),
        "heading": _heading_arm(folder, content),
    }
    lexical = {"lexical": LexicalIndex.load(folder / LEXICAL / "passages")}
    neighbours = None
    if len(content.passages) >= hybrid.EXACT_ITEMS:
        neighbours = ChromaNeighbours(folder / CHROMA, [passage.chunk_id for passage in content.passages])
    return HybridSearch(vectors, lexical, PASSAGE_WEIGHTS, neighbours)


def _own_units(folder: Path, table: str, size: int) -> VectorArm:
    return VectorArm.of(load_table(folder / VECTORS, table), [[row] for row in range(size)])


def _statement_arm(folder: Path, content: Content) -> VectorArm:
    row = {statement.statement_id: position for position, statement in enumerate(content.statements)}
    owned = [[row[statement_id] for statement_id in passage.statement_ids] for passage in content.passages]
    return VectorArm.of(load_table(folder / VECTORS, "statements"), owned)


def _heading_arm(folder: Path, content: Content) -> VectorArm:
    documents = {document.doc_id: document for document in content.documents}
    texts = [heading_text(documents[passage.doc_id], passage.heading_path) for passage in content.passages]
    row = {text: position for position, text in enumerate(dict.fromkeys(texts))}
    return VectorArm.of(load_table(folder / VECTORS, "headings"), [[row[text]] for text in texts])


def _question_arm(folder: Path, content: Content) -> VectorArm:
    questions = _questions_of(content)
    owned = [[row for statement_id in passage.statement_ids for row in questions[statement_id]] for passage in content.passages]
    return VectorArm.of(load_table(folder / VECTORS, "questions"), owned)


def _questions_of(content: Content) -> dict[str, list[int]]:
    """The rows of the questions of each statement: they were written in the order of their statements."""
    rows: dict[str, list[int]] = {}
    first = 0
    for statement in content.statements:
        rows[statement.statement_id] = list(range(first, first + len(statement.questions)))
        first += len(statement.questions)
    return rows
