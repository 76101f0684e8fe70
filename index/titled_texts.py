"""The search machinery of this room over any titled texts: what retrieval is measured with.

A text is cut into units of a few sentences, each embedded under its title. A document is scored by its best unit and by the
mean of its units, both drawn towards the vector of the title, and by BM25 over title and text and over the title alone; the
scores are fused as those of passages are. What each part was worth is in docs/retrieval.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index import hybrid
from index.arms import VectorArm
from index.dense import ChromaNeighbours, write_collection
from index.embedding import CachedQueries
from index.expanded_text import HEADING_REPEATS
from index.hybrid import HybridSearch, Neighbours
from index.lexical import LexicalIndex
from index.sentences import split_sentences
from index.tokens import tokenise
from index.types import Embedder, Vectors
from index.vector_table import Progress, embed_missing, keyed, known_vectors, save_table, silent, text_key

UNIT_CHARS = 400
# How far a unit's vector is drawn towards its title's before both are scaled to unit length again.
TITLE_SHARE = 0.5
WEIGHTS = {"unit": 1.0, "centroid": 1.0, "lexical": 0.5, "title_lexical": 0.4}
TABLE = "texts"


@dataclass(frozen=True, slots=True)
class TitledText:
    """A text with a title (which may be empty)."""

    text_id: str
    title: str
    text: str


class TitledTexts:
    """An index of titled texts in memory; only the Chroma collection of a large set is on disk."""

    def __init__(self, texts: Sequence[TitledText], embedder: Embedder, search: HybridSearch, words: LexicalIndex) -> None:
        self._ids = tuple(text.text_id for text in texts)
        self._queries = CachedQueries(embedder)
        self._search = search
        self._words = words

    @classmethod
    def build(cls, texts: Sequence[TitledText], embedder: Embedder, folder: Path, progress: Progress = silent) -> TitledTexts:
        """Index texts.

        Args:
            texts: an id may stand for several texts; each is ranked on its own.
            embedder: embeds units, titles and queries.
            folder: keeps the vectors by the hash of their text, so that the same set is embedded once a model.
            progress: called with (stage, done, total).
        """
        units = [list(cut_units(text.text)) for text in texts]
        titled = [[join_title(text.title, unit) for unit in owned] for text, owned in zip(texts, units, strict=True)]
        titles = list(dict.fromkeys(text.title for text in texts if text.title.strip()))
        wanted = keyed([unit for owned in titled for unit in owned] + titles)
        vectors = embed_missing(wanted, known_vectors(folder, [TABLE]), embedder, progress)
        save_table(folder, TABLE, list(wanted), _matrix(vectors, list(wanted), embedder.dimension))
        arms = _vector_arms(texts, titled, vectors, embedder.dimension)
        lexical = _lexical_arms(texts)
        neighbours = _neighbours(folder, arms["unit"])
        return cls(texts, embedder, HybridSearch(arms, lexical, WEIGHTS, neighbours), lexical["lexical"])

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        """Return the ids and scores of at most `k` texts, best first. Misspelt words also count as the words they are near."""
        tokens = tokenise(query)
        hits = self._search.search(self._queries.vector(query), tokens, self._words.spell(tokens), k)
        return [(self._ids[hit.item], hit.score) for hit in hits]


def cut_units(text: str) -> Iterator[str]:
    """Yield consecutive sentences in units of at most `UNIT_CHARS`; a longer sentence is cut between words."""
    unit = ""
    for span in split_sentences(text):
        for piece in _pieces(" ".join(text[span.start : span.end].split())):
            if unit and len(unit) + 1 + len(piece) > UNIT_CHARS:
                yield unit
                unit = ""
            unit = f"{unit} {piece}" if unit else piece
    if unit:
        yield unit


def join_title(title: str, unit: str) -> str:
    """Return what is embedded for a unit."""
    return f"{title}\n{unit}" if title.strip() else unit


def _pieces(sentence: str) -> Iterator[str]:
    while len(sentence) > UNIT_CHARS:
        cut = sentence.rfind(" ", 1, UNIT_CHARS) + 1 or UNIT_CHARS
        yield sentence[:cut].strip()
        sentence = sentence[cut:]
    if sentence.strip():
        yield sentence.strip()


def _vector_arms(
    texts: Sequence[TitledText], titled: Sequence[Sequence[str]], vectors: dict[str, Vectors], dimension: int
) -> dict[str, VectorArm]:
    units: list[Vectors] = []
    centroids: list[Vectors] = []
    owned_units: list[list[int]] = []
    owned_centroid: list[list[int]] = []
    for text, members in zip(texts, titled, strict=True):
        title = vectors.get(text_key(text.title))
        pull = np.zeros(dimension, dtype=np.float32) if title is None else TITLE_SHARE * title
        own = [vectors[text_key(member)] for member in members] or ([title] if title is not None else [])
        owned_units.append(list(range(len(units), len(units) + len(own))))
        owned_centroid.append([len(centroids)] if own else [])
        units.extend(_unit_length(vector + pull) for vector in own)
        if own:
            centroids.append(_unit_length(_unit_length(np.mean(own, axis=0)) + pull))
    empty = np.zeros((0, dimension), dtype=np.float32)
    return {
        "unit": VectorArm.of(np.stack(units) if units else empty, owned_units),
        "centroid": VectorArm.of(np.stack(centroids) if centroids else empty, owned_centroid),
    }


def _lexical_arms(texts: Sequence[TitledText]) -> dict[str, LexicalIndex]:
    titles = [tokenise(text.title) for text in texts]
    bodies = [title * HEADING_REPEATS + tokenise(text.text) for title, text in zip(titles, texts, strict=True)]
    return {"lexical": LexicalIndex.build(bodies), "title_lexical": LexicalIndex.build(titles)}


def _neighbours(folder: Path, arm: VectorArm) -> Neighbours | None:
    """Chroma over the units of a large set, its answers read as the texts that own them."""
    if len(arm.units) < hybrid.EXACT_ITEMS:
        return None
    # Named by position and content, so that a collection kept from an earlier run is brought up to date, not duplicated.
    names = [f"{position}-{hashlib.sha256(row.tobytes()).hexdigest()[:16]}" for position, row in enumerate(arm.units)]
    write_collection(folder / "chroma", names, arm.units)
    owners = np.repeat(np.arange(len(arm.starts) - 1), np.diff(arm.starts))
    return ChromaNeighbours(folder / "chroma", names, owners)


def _matrix(vectors: dict[str, Vectors], keys: Sequence[str], dimension: int) -> Vectors:
    return np.stack([vectors[key] for key in keys]) if keys else np.zeros((0, dimension), dtype=np.float32)


def _unit_length(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    scaled: Vectors = (vector / length if length else vector).astype(np.float32)
    return scaled
