"""One build in the making: what is taken over from the generation before, what is made anew, and the files of the result.

A document whose file, register and standing are the same keeps its line, its vectors and its word counts: a build costs what
the changed documents cost, plus copying. What is searched is the same however much was taken over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, RegisterEntry
from index import chunking, expanded_text
from index.content import FILE, Layout, Part, dump_part, save_layout
from index.generation import COUNTS, FIELDS, TABLES, Generation, Keys, Run
from index.lexical import LexicalIndex
from index.neighbours import settle_collection
from index.postings import count_words, join_counts, save_counts, turn_round
from index.types import Embedder, Vectors
from index.vector_store import FOLDER, Rows, append_rows, is_worn, next_name, open_rows
from index.vector_table import Progress, embed_missing, text_key

LEXICAL = "lexical"
Number = TypeVar("Number", np.int64, np.uint64)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: texts embedded and taken over, and how many there are of each kind."""

    embedded: int
    reused: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Table:
    """One kind of text: the key of each, the file of vectors, the row of each in it."""

    keys: Keys
    store: str
    rows: Rows


def part_key(document: Document, register: Sequence[RegisterEntry], parameters: str) -> str:
    """Return the key of what a part is made from; `Document.sha256` stands for the file, its standing may change.

    Args:
        parameters: everything else that can change a part, written out.
    """
    standing = (document.status.value, document.review, document.effective_date, document.review_due, document.expires_date)
    entries = [(entry.statement, entry.facts, entry.questions) for entry in register]
    content = (document.doc_id, document.sha256, document.title, document.version, *map(str, standing), entries)
    return hashlib.sha256(f"{parameters}{content}".encode()).hexdigest()[:32]


class Assembly:
    """The new generation in document order: runs of the generation before, and parts made anew.

    Args:
        index_dir: folder of the index; files of vectors and collections that generations share are kept in it.
        previous: the generation to take from, of the same model.
    """

    def __init__(self, index_dir: Path, previous: Generation | None, embedder: Embedder, progress: Progress) -> None:
        self._index_dir = index_dir
        self._stores = index_dir / FOLDER
        self._previous = previous
        self._embedder = embedder
        self._progress = progress
        self._keys: list[str] = []
        self._pieces: list[Run | Part] = []
        self._made: list[Part] = []

    def add(self, document: Document, register: Sequence[RegisterEntry], key: str) -> None:
        """Add the next document, taken over where the generation before has it under the same key."""
        position = None if self._previous is None else self._previous.position.get(key)
        self._keys.append(key)
        if position is None:
            chunks = chunking.chunk_document(document, register)
            self._made.append(Part(document, chunks.passages, chunks.statements))
            self._pieces.append(self._made[-1])
            return
        last = self._pieces[-1] if self._pieces else None
        if isinstance(last, Run) and last.last == position:
            self._pieces[-1] = Run(last.first, position + 1)
        else:
            self._pieces.append(Run(position, position + 1))

    def write(self, folder: Path) -> Written:
        """Write everything but the manifest into the folder of the new generation."""
        by_part = [texts_of(part) for part in self._made]
        texts = {table: [own[table] for own in by_part] for table in TABLES}
        wanted = {text_key(text): text for owned in texts.values() for part in owned for text in part}
        known = self._known(wanted)
        vectors = embed_missing(wanted, known, self._embedder, self._progress)
        tables = {table: self._write_table(folder, table, texts[table], vectors) for table in TABLES}
        self._write_lexical(folder)
        stores = {table: own.store for table, own in tables.items()}
        save_layout(folder, self._write_content(folder, stores, self._settle(tables)))
        distinct = len(np.unique(np.concatenate([own.keys for own in tables.values()])))
        embedded = len(wanted) - len(known)
        counts = {table: len(np.unique(own.keys) if table == "headings" else own.keys) for table, own in tables.items()}
        return Written(embedded, distinct - embedded, {**counts, "documents": len(self._keys)})

    def _settle(self, tables: Mapping[str, _Table]) -> str:
        before = "" if self._previous is None else self._previous.layout.collection
        passages = tables["passages"]
        vectors = open_rows(self._stores, passages.store, self._embedder.dimension)
        self._progress("vector store", 0, 1)
        collection = settle_collection(self._index_dir, before, passages.store, passages.rows, vectors)
        self._progress("vector store", 1, 1)
        return collection

    def _known(self, wanted: Mapping[str, str]) -> dict[str, Vectors]:
        """The vectors of wanted texts that the generation before has, whatever kind of text they were there."""
        known: dict[str, Vectors] = {}
        names = list(wanted)
        numbers = _numbers(names)
        for table in TABLES if self._previous is not None and names else ():
            assert self._previous is not None
            rows = _find(self._previous.keys(table), self._previous.rows(table), numbers)
            vectors = self._previous.vectors(table)
            known |= {names[at]: vectors[rows[at]] for at in np.flatnonzero(rows >= 0).tolist()}
        return known

    def _write_table(self, folder: Path, table: str, texts: Sequence[Sequence[str]], vectors: Mapping[str, Vectors]) -> _Table:
        """Write keys and rows of one kind of text; return what is where."""
        names = [text_key(text) for part in texts for text in part]
        new_keys = _numbers(names)
        new_rows = np.full(len(names), -1, dtype=np.int64)
        store = next_name(self._stores, table)
        if self._previous is not None:
            store = self._previous.layout.stores[table]
            new_rows = _find(self._previous.keys(table), self._previous.rows(table), new_keys)
        missing = list(dict.fromkeys(names[at] for at in np.flatnonzero(new_rows < 0).tolist()))
        first = append_rows(self._stores, store, _stack([vectors[name] for name in missing], self._embedder.dimension))
        row = {name: first + at for at, name in enumerate(missing)}
        for at in np.flatnonzero(new_rows < 0).tolist():
            new_rows[at] = row[names[at]]
        sizes = [len(part) for part in texts]
        keys = self._gathered(table, sizes, "keys", new_keys)
        store, rows = self._compacted(table, store, self._gathered(table, sizes, "rows", new_rows))
        np.save(folder / f"{table}.keys.npy", keys)
        np.save(folder / f"{table}.rows.npy", rows)
        return _Table(keys, store, rows)

    def _stretches(self, table: str, sizes: Sequence[int]) -> list[tuple[bool, int, int]]:
        """How a table is put together: for each piece whether it is taken over, and its first and last row where it stands.

        Args:
            table: a kind of text, or `line_bytes`.
            sizes: rows of the parts made anew.
        """
        starts = [] if self._previous is None else self._previous.starts(table)
        stretches = []
        made = 0
        sizes_left = iter(sizes)
        for piece in self._pieces:
            if isinstance(piece, Run):
                stretches.append((True, starts[piece.first], starts[piece.last]))
            else:
                stretches.append((False, made, made := made + next(sizes_left)))
        return stretches

    def _gathered(self, table: str, sizes: Sequence[int], what: str, made: NDArray[Number]) -> NDArray[Number]:
        before = made if self._previous is None else getattr(self._previous, what)(table)
        stretches = [(before if is_old else made)[first:last] for is_old, first, last in self._stretches(table, sizes)]
        return np.concatenate(stretches) if stretches else made

    def _compacted(self, table: str, store: str, rows: Rows) -> tuple[str, Rows]:
        """The file and rows of a table, in a new file where too little of the old one is still used."""
        everything = open_rows(self._stores, store, self._embedder.dimension)
        if not is_worn(len(everything), rows):
            return store, rows
        used = np.unique(rows)
        fresh = next_name(self._stores, table)
        append_rows(self._stores, fresh, everything[used])
        return fresh, np.searchsorted(used, rows).astype(np.int64)

    def _write_lexical(self, folder: Path) -> None:
        self._progress("lexical index", 0, 1)
        for field in FIELDS:
            words = [expanded_text.tokens_of(part.document, part.passages, part.statements)[field] for part in self._made]
            made = count_words([text for part in words for text in part])
            before = made if self._previous is None else self._previous.counts(field)
            stretches = self._stretches(field, [len(part) for part in words])
            counted = join_counts([(before if is_old else made, first, last) for is_old, first, last in stretches])
            save_counts(folder / COUNTS / field, counted)
            LexicalIndex.of(turn_round(counted)).save(folder / LEXICAL / field)
        self._progress("lexical index", 1, 1)

    def _write_content(self, folder: Path, stores: Mapping[str, str], collection: str) -> Layout:
        lines = [dump_part(part) for part in self._made]
        made = b"".join(lines)
        before = made if self._previous is None else self._previous.lines
        with (folder / FILE).open("wb") as stream:
            for is_old, first, last in self._stretches("line_bytes", [len(line) for line in lines]):
                stream.write(memoryview(before if is_old else made)[first:last])
        own = {
            "line_bytes": [len(line) for line in lines],
            "passages": [len(part.passages) for part in self._made],
            "statements": [len(part.statements) for part in self._made],
            "questions": [sum(len(statement.questions) for statement in part.statements) for part in self._made],
        }
        sizes = {name: tuple(self._sizes(name, values)) for name, values in own.items()}
        return Layout(keys=tuple(self._keys), stores=stores, collection=collection, **sizes)

    def _sizes(self, name: str, made: Sequence[int]) -> Iterator[int]:
        """Yield a size of every document in order."""
        before: Sequence[int] = () if self._previous is None else getattr(self._previous.layout, name)
        left = iter(made)
        for piece in self._pieces:
            if isinstance(piece, Run):
                yield from before[piece.first : piece.last]
            else:
                yield next(left)


def texts_of(part: Part) -> dict[str, list[str]]:
    """Return what is embedded of a part, by kind of text."""
    statements = {statement.statement_id: statement for statement in part.statements}
    owned = [[statements[statement_id] for statement_id in passage.statement_ids] for passage in part.passages]
    pairs = list(zip(part.passages, owned, strict=True))
    return {
        "passages": [expanded_text.passage_text(part.document, passage, own) for passage, own in pairs],
        "headings": [expanded_text.heading_text(part.document, passage.heading_path) for passage in part.passages],
        "statements": [statement.text for statement in part.statements],
        "questions": [question for statement in part.statements for question in statement.questions],
    }


def _numbers(names: Sequence[str]) -> Keys:
    return np.array([int(name, 16) for name in names], dtype=np.uint64)


def _find(keys: Keys, rows: Rows, wanted: Keys) -> Rows:
    """Return the row of each wanted key, -1 where it is not among the keys."""
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys)
    places = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)]
    return np.where(keys[places] == wanted, rows[places], -1)


def _stack(vectors: Sequence[Vectors], dimension: int) -> Vectors:
    return np.stack(vectors).astype(np.float32) if vectors else np.zeros((0, dimension), dtype=np.float32)
