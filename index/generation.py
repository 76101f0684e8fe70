"""The generation before, as a build takes from it: lines, vectors and word counts of the documents that did not change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.content import FILE, Layout, load_layout
from index.errors import IndexProblem
from index.manifest import Manifest, read_current
from index.postings import WordCounts, load_counts
from index.types import Vectors
from index.vector_store import FOLDER, open_rows

# Kinds of text that are embedded; a heading is listed once for every passage under it.
TABLES = ("passages", "headings", "statements", "questions")
FIELDS = ("passages", "statements")
COUNTS = "counts"
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Run:
    """Documents `[first, last)` of the generation before, taken over as they are."""

    first: int
    last: int


class Generation:
    """A finished generation on disk."""

    def __init__(self, folder: Path, manifest: Manifest, layout: Layout, stores: Path) -> None:
        self.folder = folder
        self.manifest = manifest
        self.layout = layout
        self._stores = stores
        self.position = {key: position for position, key in enumerate(layout.keys)}

    @cached_property
    def lines(self) -> bytes:
        """The content, a line a document."""
        return (self.folder / FILE).read_bytes()

    @cached_property
    def line_starts(self) -> list[int]:
        """Where the line of each document begins; and the end."""
        return [0, *accumulate(self.layout.line_bytes)]

    def starts(self, table: str) -> list[int]:
        """Return where the rows of each document begin in a table; and the end."""
        sizes: Sequence[int] = getattr(self.layout, "passages" if table == "headings" else table)
        return [0, *accumulate(sizes)]

    def keys(self, table: str) -> Keys:
        """Return the keys of the texts of a table, in order."""
        keys: Keys = np.load(self.folder / f"{table}.keys.npy", mmap_mode="r")
        return np.asarray(keys)

    def rows(self, table: str) -> NDArray[np.int64]:
        """Return the rows of the texts of a table in its file of vectors."""
        return np.asarray(np.load(self.folder / f"{table}.rows.npy", mmap_mode="r"))

    def vectors(self, table: str) -> Vectors:
        """Return the file of vectors of a table."""
        return open_rows(self._stores, self.layout.stores[table], self.manifest.dimension)

    def counts(self, field: str) -> WordCounts:
        """Return the word counts of a field."""
        return load_counts(self.folder / COUNTS / field)


def read_previous(index_dir: Path, model: str) -> Generation | None:
    """Return the generation that serves, None where there is none of this model that can be read."""
    try:
        folder, manifest = read_current(index_dir)
        return Generation(folder, manifest, load_layout(folder), index_dir / FOLDER) if manifest.model == model else None
    except IndexProblem:
        return None
