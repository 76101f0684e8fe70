"""Vectors of texts on disk: a matrix a table, with the hash of the text behind every row; a rebuild embeds only what is new.

The hash covers the text alone: a build takes nothing over from the vectors of another model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.types import Embedder, Vectors

# Texts embedded between two reports of progress.
SLICE = 256
Progress = Callable[[str, int, int], None]


def text_key(text: str) -> str:
    """Return the key of a text (64 bits of SHA-256)."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def save_table(folder: Path, name: str, keys: Sequence[str], vectors: Vectors) -> None:
    """Write a table: `<name>.npy` and `<name>.keys.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{name}.npy", vectors)
    (folder / f"{name}.keys.json").write_text(json.dumps(list(keys)), encoding="utf-8")


def load_table(folder: Path, name: str) -> Vectors:
    """Return the `(n, d)` matrix of a table, memory-mapped."""
    # The plain view of the map: indexing a numpy.memmap costs several microseconds each time.
    vectors: Vectors = np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
    return vectors


def known_vectors(folder: Path, names: Sequence[str]) -> dict[str, Vectors]:
    """Return the vector of every text key in the tables of a folder; empty where there are none."""
    known: dict[str, Vectors] = {}
    for name in names:
        keys = folder / f"{name}.keys.json"
        if keys.exists():
            known.update(zip(json.loads(keys.read_text(encoding="utf-8")), load_table(folder, name), strict=True))
    return known


def keyed(texts: Iterable[str]) -> dict[str, str]:
    """Return texts by key, each once, in their order."""
    return {text_key(text): text for text in texts}


def embed_missing(
    texts: Mapping[str, str], known: Mapping[str, Vectors], embedder: Embedder, progress: Progress = silent
) -> dict[str, Vectors]:
    """Return `known` and the vectors of the keyed texts it lacks, shortest first embedded."""
    vectors = dict(known)
    missing = [(key, text) for key, text in texts.items() if key not in vectors]
    # Texts of like length share a batch, so little is spent on padding.
    missing.sort(key=lambda pair: (len(pair[1]), pair[0]))
    for start in range(0, len(missing), SLICE):
        part = missing[start : start + SLICE]
        for (key, _), vector in zip(part, embedder.embed([text for _, text in part]), strict=True):
            vectors[key] = vector
        progress("embedding", min(start + SLICE, len(missing)), len(missing))
    return vectors
