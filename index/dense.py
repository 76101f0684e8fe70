"""The Chroma collection of passage vectors: embedded, telemetry off, vectors always passed in (Chroma embeds nothing here).

The collection holds what may be served and nothing else, so that no query needs a metadata filter. It is imported and opened on
the first query that needs it: the import alone takes about a second.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.types import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "passages"
# HNSW parameters (Malkov and Yashunin 2018): recall@100 against exact search is tested.
CONFIGURATION: dict[str, Any] = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}}


def open_client(folder: Path) -> ClientAPI:
    """Return an embedded client on a folder (made if need be), telemetry off."""
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def write_collection(folder: Path, ids: Sequence[str], vectors: Vectors) -> None:
    """Make the collection of a folder hold exactly these passages; what it already holds under the same id stays as it is.

    Ids are hashes of the content, so an id that is already there has the vector it should have.
    """
    client = open_client(folder)
    try:
        collection = client.get_or_create_collection(COLLECTION, embedding_function=None, configuration=CONFIGURATION)
        present = set(collection.get(include=[])["ids"])
        step = client.get_max_batch_size()
        gone = sorted(present - set(ids))
        for start in range(0, len(gone), step):
            collection.delete(ids=gone[start : start + step])
        new = [position for position, chunk_id in enumerate(ids) if chunk_id not in present]
        for start in range(0, len(new), step):
            part = new[start : start + step]
            collection.add(ids=[ids[position] for position in part], embeddings=np.asarray(vectors[part]))
    finally:
        client.close()


class ChromaNeighbours:
    """Nearest items by Chroma. Opened on first use; safe across threads.

    Args:
        folder: of the collection.
        ids: ids in the collection; one may stand for several items.
        owners: the item behind each of `ids`; its position in `ids` when None.
        others: items that are not in the collection: always among the nearest.
        gone: how many further ids the collection holds.
    """

    def __init__(
        self,
        folder: Path,
        ids: Sequence[str],
        owners: NDArray[np.int64] | None = None,
        others: NDArray[np.int64] | None = None,
        gone: int = 0,
    ) -> None:
        self._folder = folder
        self._items: dict[str, list[int]] = {}
        for found_id, item in zip(ids, range(len(ids)) if owners is None else owners.tolist(), strict=True):
            self._items.setdefault(found_id, []).append(item)
        self._others = [] if others is None else others.tolist()
        self._gone = gone
        self._collection: Collection | None = None
        self._lock = threading.Lock()

    def nearest(self, query: Vectors, limit: int) -> NDArray[np.int64]:
        """Return the items of the `limit` nearest vectors, nearest first, each once; then those not in the collection."""
        with self._lock:
            if self._collection is None:
                self._collection = open_client(self._folder).get_collection(COLLECTION, embedding_function=None)
        wanted = min(limit, len(self._items)) + self._gone
        found = self._collection.query(query_embeddings=query.reshape(1, -1), n_results=wanted, include=[])
        items = [item for found_id in found["ids"][0] for item in self._items.get(found_id, ())]
        return np.array(list(dict.fromkeys([*items, *self._others])), dtype=np.int64)
