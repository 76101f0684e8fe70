"""Builds an index: chunk, embed what is new, write everything into a new generation, switch to it in one step.

Only documents that may be served on the day of the build in the market of the build are indexed. Vectors of unchanged texts are
taken over from the generation before, as long as the model is the same. A build that is killed leaves the index that was there.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from corpus.lifecycle import servable_documents
from corpus.types import Corpus, Document, DocumentStatus
from index import chunking, expanded_text, hybrid, lexical
from index.content import Content, save_content
from index.dense import write_collection
from index.errors import IndexProblem
from index.lexical import LexicalIndex
from index.manifest import GENERATIONS, Manifest, index_version, read_current, switch, write_manifest
from index.types import Embedder, Vectors
from index.vector_table import Progress, embed_missing, known_vectors, save_table, silent, text_key

VECTORS = "vectors"
LEXICAL = "lexical"
CHROMA = "chroma"
TABLES = ("passages", "headings", "statements", "questions")


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: `embedded` texts were new, `reused` were taken over; `changed` is false when nothing had to be done."""

    manifest: Manifest
    changed: bool
    embedded: int
    reused: int


def parameters() -> dict[str, float]:
    """Return every number of this room that is baked into the files of an index."""
    return {
        "max_passage_chars": chunking.MAX_PASSAGE_CHARS,
        "heading_repeats": expanded_text.HEADING_REPEATS,
        "bm25_k1": lexical.K1,
        "bm25_b": lexical.B,
    }


def build_index(
    corpus: Corpus,
    index_dir: Path,
    embedder: Embedder,
    progress: Progress = silent,
    *,
    market: str = "US",
    on: date | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> BuildReport:
    """Bring the index of a folder up to date with a corpus.

    Args:
        corpus: all documents, whatever their status.
        index_dir: made if need be.
        embedder: its `model` is recorded; an index of another model is built anew.
        progress: called with (stage, done, total).
        market: two-letter market whose documents are indexed.
        on: the day for which documents must be in date; today (UTC) when None.
        clock: current time, recorded in the manifest only.
    """
    now = clock()
    day = now.date() if on is None else on
    current = up_to_date(index_dir, corpus.sha256, embedder.model, market, day)
    if current is not None:
        return BuildReport(current, changed=False, embedded=0, reused=0)
    documents = servable_documents(corpus, day, market)
    manifest = _manifest(corpus, documents, embedder, market=market, on=day, now=now)
    previous = _previous(index_dir)
    progress("chunking", 0, 1)
    chunks = chunking.chunk_documents(documents, corpus.register)
    progress("chunking", 1, 1)
    work = _Work(Content(documents, chunks.passages, chunks.statements), embedder, progress)
    reusable = previous[0] / VECTORS if previous is not None and previous[1].model == embedder.model else None
    return work.write(index_dir, manifest, reusable, previous[0] / CHROMA if previous is not None else None)


def up_to_date(index_dir: Path, corpus_sha256: str, model: str, market: str, on: date) -> Manifest | None:
    """Return the manifest of the index if a build would change nothing, else None. Reads two small files, parses no document.

    Args:
        index_dir: folder of the index.
        corpus_sha256: hash of the corpus in use.
        model: `Embedder.model` in use.
        market: two-letter market.
        on: the day for which documents must be in date.
    """
    found = _previous(index_dir)
    if found is None:
        return None
    manifest = found[1]
    wanted = (corpus_sha256, model, market, parameters())
    same = (manifest.corpus_sha256, manifest.model, manifest.market, dict(manifest.parameters)) == wanted
    return manifest if same and _still_holds(manifest, on) else None


class _Work:
    """One build in the making."""

    def __init__(self, content: Content, embedder: Embedder, progress: Progress) -> None:
        self._content = content
        self._embedder = embedder
        self._progress = progress
        self._documents = {document.doc_id: document for document in content.documents}
        self._statements = {statement.statement_id: statement for statement in content.statements}

    def write(self, index_dir: Path, manifest: Manifest, reusable: Path | None, collection: Path | None) -> BuildReport:
        """Write a generation beside the live one and switch to it."""
        name = f"{manifest.version}-{os.getpid()}-{datetime.fromisoformat(manifest.built_at).strftime('%Y%m%d%H%M%S%f')}"
        folder = index_dir / GENERATIONS / f".{name}.tmp"
        folder.mkdir(parents=True)
        try:
            embedded, reused, counts = self._write_vectors(folder, reusable)
            self._write_lexical(folder)
            self._write_collection(folder, collection if reusable is not None else None)
            save_content(folder, self._content)
            manifest = _with_counts(manifest, counts | {"documents": len(self._content.documents)})
            write_manifest(folder, manifest)
            switch(index_dir, folder, name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return BuildReport(manifest, changed=True, embedded=embedded, reused=reused)

    def _texts(self) -> dict[str, list[str]]:
        """What is embedded, by table. Headings are unique; questions stand in the order of their statements."""
        headings = dict.fromkeys(
            expanded_text.heading_text(self._documents[passage.doc_id], passage.heading_path)
            for passage in self._content.passages
        )
        return {
            "passages": [self._passage_text(position) for position in range(len(self._content.passages))],
            "headings": list(headings),
            "statements": [statement.text for statement in self._content.statements],
            "questions": [question for statement in self._content.statements for question in statement.questions],
        }

    def _passage_text(self, position: int) -> str:
        passage = self._content.passages[position]
        statements = [self._statements[statement_id] for statement_id in passage.statement_ids]
        return expanded_text.passage_text(self._documents[passage.doc_id], passage, statements)

    def _write_vectors(self, folder: Path, reusable: Path | None) -> tuple[int, int, dict[str, int]]:
        texts = self._texts()
        keys = {table: [text_key(text) for text in texts[table]] for table in TABLES}
        wanted = {key: text for table in TABLES for key, text in zip(keys[table], texts[table], strict=True)}
        known = known_vectors(reusable, TABLES) if reusable is not None else {}
        vectors = embed_missing(wanted, known, self._embedder, self._progress)
        for table in TABLES:
            matrix = _stack([vectors[key] for key in keys[table]], self._embedder.dimension)
            save_table(folder / VECTORS, table, keys[table], matrix)
        reused = len(wanted.keys() & known.keys())
        return len(wanted) - reused, reused, {table: len(texts[table]) for table in TABLES}

    def _write_lexical(self, folder: Path) -> None:
        self._progress("lexical index", 0, 1)
        words = {statement.statement_id: expanded_text.words_of(statement) for statement in self._content.statements}
        passages = []
        for passage in self._content.passages:
            own = [words[statement_id] for statement_id in passage.statement_ids]
            passages.append(expanded_text.passage_tokens(self._documents[passage.doc_id], passage, own))
        LexicalIndex.build(passages).save(folder / LEXICAL / "passages")
        statements = [expanded_text.statement_tokens(s, words[s.statement_id]) for s in self._content.statements]
        LexicalIndex.build(statements).save(folder / LEXICAL / "statements")
        self._progress("lexical index", 1, 1)

    def _write_collection(self, folder: Path, previous: Path | None) -> None:
        """The Chroma collection, at the size from which it is searched; changes are applied to a copy of the one before."""
        if len(self._content.passages) < hybrid.EXACT_ITEMS:
            return
        self._progress("vector store", 0, 1)
        if previous is not None and previous.is_dir():
            shutil.copytree(previous, folder / CHROMA)
        ids = [passage.chunk_id for passage in self._content.passages]
        write_collection(folder / CHROMA, ids, np.load(folder / VECTORS / "passages.npy"))
        self._progress("vector store", 1, 1)


def _stack(rows: Sequence[Vectors], dimension: int) -> Vectors:
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, dimension), dtype=np.float32)


def _previous(index_dir: Path) -> tuple[Path, Manifest] | None:
    try:
        return read_current(index_dir)
    except IndexProblem:
        return None


def _still_holds(manifest: Manifest, on: date) -> bool:
    """Whether the same documents may be served on that day as on the day of the build."""
    begins = date.fromisoformat(manifest.served_on)
    return begins <= on and (manifest.holds_until is None or on < date.fromisoformat(manifest.holds_until))


def _manifest(
    corpus: Corpus, documents: Sequence[Document], embedder: Embedder, *, market: str, on: date, now: datetime
) -> Manifest:
    hashes = {document.doc_id: document.sha256 for document in documents}
    return Manifest(
        version=index_version(corpus.sha256, embedder.model, hashes, parameters()),
        corpus_sha256=corpus.sha256,
        model=embedder.model,
        market=market,
        served_on=on.isoformat(),
        holds_until=_holds_until(corpus.documents, on),
        parameters=parameters(),
        counts={},
        built_at=now.isoformat(timespec="microseconds"),
    )


def _holds_until(documents: Sequence[Document], on: date) -> str | None:
    """The first day after `on` on which an approved document takes effect or expires."""
    approved = [document for document in documents if document.status is DocumentStatus.APPROVED]
    days = [day for d in approved for day in (d.effective_date, d.expires_date) if day is not None and day > on]
    return min(days).isoformat() if days else None


def _with_counts(manifest: Manifest, counts: Mapping[str, int]) -> Manifest:
    return replace(manifest, counts=dict(sorted(counts.items())))
