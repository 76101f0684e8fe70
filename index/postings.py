"""Word counts of texts, text by text, and the same turned round: for every word the texts that hold it.

Counts of texts that did not change are taken over from an earlier build; turning them round is one sort. Words are numbered in
alphabetical order, so that the same texts give the same arrays however they were put together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Number = TypeVar("Number", np.int32, np.int64)
_ARRAYS = ("tokens", "counts", "starts")


@dataclass(frozen=True, slots=True)
class WordCounts:
    """Text i holds word `tokens[j]` `counts[j]` times for j in `starts[i]:starts[i + 1]`; `words` in alphabetical order."""

    words: tuple[str, ...]
    tokens: Ints
    counts: Ints
    starts: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of texts."""
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Postings:
    """Word w is in the texts `rows[starts[w]:starts[w + 1]]`, in their order, `counts` times; `lengths` (n,) words a text."""

    words: tuple[str, ...]
    rows: Ints
    counts: Ints
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]


def count_words(texts: Sequence[Sequence[str]]) -> WordCounts:
    """Return the counts of tokenised texts."""
    counted = [Counter(text) for text in texts]
    words = tuple(sorted(set().union(*counted)))
    number = {word: position for position, word in enumerate(words)}
    tokens = [number[word] for count in counted for word in sorted(count)]
    counts = [count[word] for count in counted for word in sorted(count)]
    starts = [0, *accumulate(len(count) for count in counted)]
    return WordCounts(words, np.array(tokens, np.int32), np.array(counts, np.int32), np.array(starts, np.int64))


def join_counts(parts: Sequence[tuple[WordCounts, int, int]]) -> WordCounts:
    """Return the counts of texts put together from runs `[first, last)` of others, without words that no text holds."""
    sources = {id(source): source for source, _, _ in parts}
    words = sorted({word for source in sources.values() for word in source.words})
    number = {word: position for position, word in enumerate(words)}
    renumber = {key: np.array([number[w] for w in source.words], np.int32) for key, source in sources.items()}
    spans = [(source, slice(int(source.starts[first]), int(source.starts[last]))) for source, first, last in parts]
    tokens = _joined([renumber[id(source)][source.tokens[span]] for source, span in spans], np.int32)
    counts = _joined([source.counts[span] for source, span in spans], np.int32)
    sizes = _joined([np.diff(source.starts[first : last + 1]) for source, first, last in parts], np.int64)
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    used = np.bincount(tokens, minlength=len(words)) > 0
    tokens = (np.cumsum(used, dtype=np.int32) - 1)[tokens]
    return WordCounts(
        tuple(word for word, is_used in zip(words, used.tolist(), strict=True) if is_used), tokens, counts, starts
    )


def turn_round(counted: WordCounts) -> Postings:
    """Return the postings of counted texts."""
    rows = np.repeat(np.arange(counted.size, dtype=np.int64), np.diff(counted.starts))
    # One sort of whole numbers: word, then text, then count, packed (a text has fewer than 65,536 times one word).
    packed = np.sort((counted.tokens.astype(np.int64) << 40) | (rows << 16) | np.minimum(counted.counts, 0xFFFF))
    found = np.bincount(packed >> 40, minlength=len(counted.words))
    starts = np.concatenate(([0], np.cumsum(found))).astype(np.int64)
    lengths = np.bincount(rows, weights=counted.counts, minlength=counted.size).astype(np.int64)
    rows_by_word = ((packed >> 16) & 0xFFFFFF).astype(np.int32)
    return Postings(counted.words, rows_by_word, (packed & 0xFFFF).astype(np.int32), starts, lengths)


def save_counts(folder: Path, counted: WordCounts) -> None:
    """Write counts into a folder (made if need be)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(counted, name))
    (folder / "words.txt").write_text("\n".join(counted.words), encoding="utf-8")


def load_counts(folder: Path) -> WordCounts:
    """Read saved counts, their arrays memory-mapped."""
    tokens, counts, starts = (np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS)
    text = (folder / "words.txt").read_text(encoding="utf-8")
    return WordCounts(tuple(text.split("\n")) if text else (), tokens, counts, starts)


def _joined(parts: Sequence[NDArray[Number]], kind: type[Number]) -> NDArray[Number]:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)
