"""Vectors in files that only grow: a build appends the rows it embedded, every generation says which rows are its own.

One file a kind of text (`passages`, `statements`, …), raw float32 rows of one model. A written row is never changed, so
generations share files, a killed build leaves at most rows that nobody points to, and a build that changes one document writes
one document's rows. A file of which less than half is used is written anew under another name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

FOLDER = "vectors"
SUFFIX = ".f32"
# Share of a file's rows that must be in use.
LEAST_USED = 0.5
_NAME = re.compile(rf"(?P<table>[a-z]+)-(?P<number>\d+){re.escape(SUFFIX)}")

Rows = NDArray[np.int64]


def open_rows(folder: Path, name: str, dimension: int) -> Vectors:
    """Return the `(n, d)` rows of a file, memory-mapped; an incomplete last row is left out.

    Args:
        folder: of the files.
        name: of the file.
        dimension: d.

    Raises:
        OSError: there is no such file.
    """
    size: int = (folder / name).stat().st_size // (4 * dimension)
    if size == 0:
        return np.zeros((0, dimension), dtype=np.float32)
    # The plain view of the map: indexing a numpy.memmap costs several microseconds each time.
    rows: Vectors = np.asarray(np.memmap(folder / name, dtype=np.float32, mode="r", shape=(size, dimension)))
    return rows


def append_rows(folder: Path, name: str, vectors: Vectors) -> int:
    """Append rows to a file (made if need be) and return the number of the first of them."""
    folder.mkdir(parents=True, exist_ok=True)
    row_bytes = 4 * int(vectors.shape[1])
    with (folder / name).open("ab") as stream:
        torn = stream.tell() % row_bytes
        # Rows of a build that was killed while it wrote are filled up, not cut off: another reader may have mapped the file.
        stream.write(b"\0" * ((row_bytes - torn) % row_bytes))
        first = stream.tell() // row_bytes
        stream.write(np.ascontiguousarray(vectors, dtype=np.float32).tobytes())
        stream.flush()
        os.fsync(stream.fileno())
    return first


def next_name(folder: Path, table: str) -> str:
    """Return a file name of a table that is not in use."""
    numbers = [int(found["number"]) for found in map(_NAME.fullmatch, _names(folder)) if found and found["table"] == table]
    return f"{table}-{max(numbers, default=0) + 1}{SUFFIX}"


def is_worn(size: int, used: Rows) -> bool:
    """Return whether so few of the rows of a file are used that it should be written anew."""
    return size > 0 and len(np.unique(used)) < LEAST_USED * size


def delete_unused(folder: Path, used: Sequence[str]) -> None:
    """Delete the files that no generation names."""
    for name in _names(folder):
        if name not in used and _NAME.fullmatch(name):
            (folder / name).unlink(missing_ok=True)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
