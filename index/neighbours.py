"""The nearest-neighbour collection of a large index: made now and then, shared by the generations between.

A collection names each vector by its row in the file of passage vectors. A build that changes little keeps it: rows that came
since are offered as candidates besides what it finds, rows that went are passed over. Once that drift is large, a copy is
brought up to date under a new name. Below `hybrid.EXACT_ITEMS` passages there is none: every search is exact.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from index import hybrid
from index.dense import ChromaNeighbours, write_collection
from index.types import Vectors
from index.vector_store import Rows

COLLECTIONS = "collections"
ROWS = "rows.npy"
# How many rows may have come or gone before a collection is brought up to date; every one costs a search a little.
MOST_DRIFT = 300


def settle_collection(index_dir: Path, before: str, store: str, rows: Rows, vectors: Vectors) -> str:
    """Return the name of the collection for these passages, made or brought up to date if need be; "" where none is needed.

    Args:
        index_dir: folder of the index.
        before: name of the collection of the generation before, "" without one.
        store: name of the file of passage vectors.
        rows: row of each passage in it.
        vectors: all rows of it.
    """
    if len(rows) < hybrid.EXACT_ITEMS:
        return ""
    wanted = np.unique(rows)
    is_of_store = before.startswith(f"{Path(store).stem}.")
    if is_of_store and len(np.setxor1d(wanted, _rows_of(index_dir, before), assume_unique=True)) <= MOST_DRIFT:
        return before
    name = f"{Path(store).stem}.{_next_number(index_dir)}"
    unfinished = index_dir / COLLECTIONS / f".{name}.{os.getpid()}.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    if is_of_store:
        shutil.copytree(index_dir / COLLECTIONS / before, unfinished)
    unfinished.mkdir(parents=True, exist_ok=True)
    write_collection(unfinished, [str(row) for row in wanted.tolist()], vectors[wanted])
    np.save(unfinished / ROWS, wanted)
    unfinished.replace(index_dir / COLLECTIONS / name)
    return name


def open_neighbours(index_dir: Path, name: str, rows: Rows) -> ChromaNeighbours | None:
    """Return the neighbours of a collection for the passages that have these rows; None where every search is exact."""
    if not name:
        return None
    known = _rows_of(index_dir, name)
    is_known = np.isin(rows, known)
    items = np.arange(len(rows))
    ids = [str(row) for row in rows[is_known].tolist()]
    gone = int(len(known) - len(np.intersect1d(known, rows)))
    return ChromaNeighbours(index_dir / COLLECTIONS / name, ids, items[is_known], others=items[~is_known], gone=gone)


def delete_collections(index_dir: Path, used: set[str]) -> None:
    """Delete the collections that no generation names, and what killed builds left of others."""
    folder = index_dir / COLLECTIONS
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name not in used:
            shutil.rmtree(path, ignore_errors=True)


def _rows_of(index_dir: Path, name: str) -> Rows:
    try:
        rows: Rows = np.load(index_dir / COLLECTIONS / name / ROWS)
    except OSError:
        return np.zeros(0, dtype=np.int64)
    return rows


def _next_number(index_dir: Path) -> int:
    folder = index_dir / COLLECTIONS
    suffixes = [path.name.rpartition(".")[2] for path in folder.iterdir()] if folder.is_dir() else []
    return max((int(suffix) for suffix in suffixes if suffix.isdigit()), default=0) + 1
