"""BM25 over token lists (Robertson and Zaragoza 2009, in the Lucene form that bm25s computes at index time).

    score(q, d) = sum over distinct terms t of q:  w_t * idf(t) * tf / (tf + k1 * (1 - b + b * |d| / avgdl))
    idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))

The term-document scores are computed once, from the counts of `index.postings`; serving reads them memory-mapped and adds
columns up. They are those of bm25s (tested), computed here because a build that changes one text must not count all the others
again. Fields are weighted by repeating their words, as in BM25F with one shared length normalisation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.postings import Postings, count_words, turn_round

K1 = 1.6
B = 0.8
EXPANSION_WEIGHT = 0.5


class LexicalIndex:
    """BM25 scores of `size` texts, by row. Reads only; safe across threads."""

    def __init__(
        self,
        values: NDArray[np.float32],
        rows: NDArray[np.int32],
        starts: NDArray[np.int64],
        vocabulary: Mapping[str, int],
        size: int,
    ) -> None:
        self._values = values
        self._rows = rows
        self._starts = starts
        self._vocabulary = vocabulary
        self.size = size

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]], k1: float = K1, b: float = B) -> LexicalIndex:
        """Index token lists; the row of a text is its position."""
        return cls.of(turn_round(count_words(texts)), k1, b)

    @classmethod
    def of(cls, postings: Postings, k1: float = K1, b: float = B) -> LexicalIndex:
        """Index counted texts."""
        size = len(postings.lengths)
        found = np.diff(postings.starts)
        rarity = np.log(1 + (size - found + 0.5) / (found + 0.5))
        mean_length = float(postings.lengths.mean()) if size and postings.lengths.any() else 1.0
        damping = k1 * (1 - b + b * postings.lengths / mean_length)
        counts = postings.counts.astype(np.float64)
        values = np.repeat(rarity, found) * counts / (counts + damping[postings.rows])
        vocabulary = {word: number for number, word in enumerate(postings.words)}
        return cls(values.astype(np.float32), postings.rows, postings.starts, vocabulary, size)

    def scores(self, tokens: Sequence[str], expansions: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return `(size,)` scores >= 0; words that only an expansion holds count half."""
        weights = {**dict.fromkeys(expansions, EXPANSION_WEIGHT), **dict.fromkeys(tokens, 1.0)}
        total = np.zeros(self.size, dtype=np.float32)
        for token in sorted(weights):
            column = self._vocabulary.get(token)
            if column is not None:
                span = slice(self._starts[column], self._starts[column + 1])
                # A text stands once in a column, so plain indexing adds every value.
                total[self._rows[span]] += weights[token] * self._values[span]
        return total

    def spell(self, tokens: Sequence[str]) -> list[str]:
        """Return the nearest indexed word of each token that is not indexed itself, where there is one near enough."""
        from index.spelling import nearest_word

        words = list(self._vocabulary)
        found = (nearest_word(token, words) for token in dict.fromkeys(tokens) if token not in self._vocabulary)
        return [word for word in found if word is not None]

    def save(self, folder: Path) -> None:
        """Write the index into a folder (made if need be)."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in (("values", self._values), ("rows", self._rows), ("starts", self._starts)):
            np.save(folder / f"{name}.npy", array)
        vocabulary = {"size": self.size, "vocabulary": list(self._vocabulary)}
        (folder / "vocabulary.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Open a saved index, its arrays memory-mapped."""
        arrays = [np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in ("values", "rows", "starts")]
        stored = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
        vocabulary = {token: number for number, token in enumerate(stored["vocabulary"])}
        return cls(arrays[0], arrays[1], arrays[2], vocabulary, stored["size"])
