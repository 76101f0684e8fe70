"""Opens the built index for serving, and refuses one that does not match the corpus, the model or the program in use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from threadpoolctl import threadpool_limits

from corpus.ledger import LiveLedger
from corpus.types import Corpus
from index.arms import QuickArm, VectorArm
from index.assembly import LEXICAL
from index.build import parameters
from index.content import Content, load_answers, load_content, load_layout
from index.embedding import MINILM, open_embedder
from index.errors import BUILD_COMMAND, IndexStale
from index.generation import Generation
from index.hybrid import HybridSearch
from index.knowledge import OpenIndex
from index.lexical import LexicalIndex
from index.manifest import Manifest, read_current
from index.neighbours import open_neighbours
from index.projection import ProjectedArm, StatementArm, read_projection
from index.types import Embedder
from index.vector_store import FOLDER

MODELS = "models"
# Units of an arm from which it is searched in two steps (`arms.QuickArm`), and up to which all are read when it opens.
QUICK_UNITS, MOST_UNITS = 4_000, 60_000
# Weights of the arms of passage search, tuned on a development set only (docs/retrieval.md).
PASSAGE_WEIGHTS = {"dense": 0.5, "statement": 0.5, "question": 1.0, "lexical": 1.0}


def models_dir(index_dir: Path) -> Path:
    """Return where model files made on this machine are kept: beside the index."""
    return index_dir.parent / MODELS


def open_index(
    index_dir: Path,
    corpus: Corpus | str | None = None,
    embedder: Embedder | None = None,
    model: str = MINILM,
    *,
    ledger: LiveLedger | None = None,
    today: Callable[[], date] | None = None,
) -> OpenIndex:
    """Return the index of a folder, ready to search.

    Args:
        index_dir: folder a build wrote to.
        corpus: the corpus in use, or its sha256 (`corpus.corpus_sha256`); when given, an index of another corpus is refused.
        embedder: embeds queries; when None, that of `model`, its files kept beside the index.
        model: sentence-transformers name or path, used when `embedder` is None.
        ledger: what is decided about documents while the index is open.
        today: the day for which documents must be in date, looked at for every search.

    Raises:
        IndexMissing: nothing was built there.
        IndexStale: built from another corpus, another model, or by another version of this program.
    """
    # One query is one small product: sharing it out among threads costs more than it saves, most of all under load.
    threadpool_limits(limits=1, user_api="blas")
    folder, manifest = read_current(index_dir)
    check_current(manifest, corpus)
    embedder = embedder or open_embedder(model, models_dir(index_dir))
    if embedder.model != manifest.model:
        raise IndexStale(f"the index was built with {manifest.model}, not with {embedder.model}; run `{BUILD_COMMAND}`")
    generation = Generation(folder, manifest, load_layout(folder), index_dir / FOLDER)
    content = load_content(folder)
    owned = _owned(content)
    arms = (
        _arm(generation, "statements", [[row] for row in range(len(content.statements))]),
        _question_arm(generation, [owned.questions[statement.statement_id] for statement in content.statements]),
    )
    lexical = LexicalIndex.load(folder / LEXICAL / "statements")
    parts = (content.documents, content.passages, content.statements)
    search = _passage_search(index_dir, generation, content, owned)
    return OpenIndex(
        manifest, embedder, parts, search, (*arms, lexical), ledger=ledger, today=today, answers=load_answers(folder)
    )


def check_current(manifest: Manifest, corpus: Corpus | str | None) -> None:
    """Raise `IndexStale` unless the index was built from this corpus by this version of the program."""
    if dict(manifest.parameters) != parameters():
        raise IndexStale(f"the index was built with other chunking or lexical parameters; run `{BUILD_COMMAND}`")
    sha256 = corpus.sha256 if isinstance(corpus, Corpus) else corpus
    # A release holds until the next one is switched to: what is written for that one may be ahead of it.
    if sha256 is not None and sha256 != manifest.corpus_sha256 and not manifest.release:
        raise IndexStale(f"the documents have changed since the index was built; run `{BUILD_COMMAND}`")


@dataclass(frozen=True, slots=True)
class _Owned:
    """Positions by statement id: its own, and those of its questions, which stand in the order of their statements."""

    statements: Mapping[str, list[int]]
    questions: Mapping[str, list[int]]


def _owned(content: Content) -> _Owned:
    questions: dict[str, list[int]] = {}
    first = 0
    for statement in content.statements:
        questions[statement.statement_id] = list(range(first, first + len(statement.questions)))
        first += len(statement.questions)
    return _Owned({statement.statement_id: [at] for at, statement in enumerate(content.statements)}, questions)


def _passage_search(index_dir: Path, generation: Generation, content: Content, owned: _Owned) -> HybridSearch:
    own = [[row] for row in range(len(content.passages))]
    vectors = {
        "dense": _arm(generation, "passages", own),
        "statement": _arm(generation, "statements", _rows_of_passages(content, owned.statements)),
        "question": _arm(generation, "questions", _rows_of_passages(content, owned.questions)),
        "heading": _arm(generation, "headings", own),
    }
    lexical = {"lexical": LexicalIndex.load(generation.folder / LEXICAL / "passages")}
    neighbours = open_neighbours(index_dir, generation.layout.collection, generation.rows("passages"))
    return HybridSearch(vectors, lexical, PASSAGE_WEIGHTS, neighbours)


def _rows_of_passages(content: Content, positions: Mapping[str, list[int]]) -> list[list[int]]:
    return [[row for statement_id in passage.statement_ids for row in positions[statement_id]] for passage in content.passages]


def _question_arm(generation: Generation, owned: Sequence[Sequence[int]]) -> StatementArm:
    """The arm over the statements' register questions: projected where a projection of the encoder is known, and searched in
    two steps where there are enough units for it to pay; as it is where there are too many to be read when the index opens.
    """
    arm = _arm(generation, "questions", owned)
    if len(arm.rows) > MOST_UNITS:
        return arm
    projection = read_projection(generation.manifest.model)
    arm = projection.over(arm) if projection else arm
    quick = QuickArm(arm) if len(arm.rows) >= QUICK_UNITS else arm
    return ProjectedArm(quick, projection) if projection else quick


def _arm(generation: Generation, table: str, owned: Sequence[Sequence[int]]) -> VectorArm:
    """The arm in which an item owns some texts of a table."""
    arm = VectorArm.of(generation.vectors(table), owned)
    return replace(arm, rows=generation.rows(table)[arm.rows])
