"""Words of a PDF page as lines of text: baseline, size and weight, superscripts kept apart.

Lengths are PDF points (1/72 inch); `top` and `bottom` grow downwards. Small raised words belong to the line they are raised
from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corpus.loaders.cleaning import clean_text
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN

SMALL = 0.86  # of the size of the line: smaller and raised is superscript
SPACE = 0.14  # of the size: a wider gap between words is a space
WORD_GAP_X = 0.12
_BOLD = re.compile(r"bold|black|heavy|semib|demi", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters of one font."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    is_bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one baseline, left to right; `text` carries superscripts between private marks."""

    words: tuple[Word, ...]
    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    is_bold: bool


def read_words(page: Any) -> list[Word]:
    """Return the words of a pdfplumber page, upright ones only."""
    found = page.extract_words(x_tolerance_ratio=WORD_GAP_X, extra_attrs=["size", "fontname"], keep_blank_chars=False)
    return [
        Word(
            text=word["text"],
            x0=float(word["x0"]),
            x1=float(word["x1"]),
            top=float(word["top"]),
            bottom=float(word["bottom"]),
            size=round(float(word["size"]), 1),
            is_bold=bool(_BOLD.search(str(word["fontname"]))),
        )
        for word in found
        if word.get("upright", True)
    ]


def main_size(words: Sequence[Word]) -> float:
    """Return the size in which most characters are set; 0 without words."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text)
    return min(sizes, key=lambda size: (-sizes[size], size)) if sizes else 0.0


def group_lines(words: Sequence[Word]) -> list[Line]:
    """Return the lines top to bottom. Words of one baseline are one line however far apart they stand.

    Large words come first, so that what is small and raised finds the line it belongs to.
    """
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda word: (-word.size, word.bottom, word.x0)):
        group = _group_of(groups, word)
        if group is None:
            groups.append([word])
        else:
            group.append(word)
    return sorted((_line(group) for group in groups), key=lambda line: (line.top, line.x0))


def _group_of(groups: Sequence[list[Word]], word: Word) -> list[Word] | None:
    level: list[Word] | None = None
    for group in groups:
        first = group[0]
        if word.bottom < first.top - 2 or word.top > first.bottom + 2:
            continue
        if word.size < SMALL * first.size and _is_beside(group, word):
            return group
        # Sizes that differ a little stand on one baseline when they are one line.
        if level is None and abs(first.bottom - word.bottom) <= 0.25 * word.size and word.size > 0.6 * first.size:
            level = group
    return level


def _is_beside(group: Sequence[Word], word: Word) -> bool:
    """Whether a small word stands directly behind (or before) a word of the line, or behind one that does."""
    centre = (word.top + word.bottom) / 2
    return group[0].top - 2 <= centre <= group[0].bottom and any(
        -1 <= word.x0 - other.x1 <= 0.6 * word.size or -1 <= other.x0 - word.x1 <= 0.4 * word.size for other in group
    )


def _line(group: Sequence[Word]) -> Line:
    words = tuple(sorted(group, key=lambda word: word.x0))
    size = _line_size(words)
    letters = [word for word in words if word.size >= SMALL * size]
    return Line(
        words=words,
        text=join_words(words, size),
        x0=words[0].x0,
        x1=max(word.x1 for word in words),
        top=min(word.top for word in letters),
        bottom=max(word.bottom for word in letters),
        size=size,
        is_bold=all(word.is_bold for word in letters),
    )


def _line_size(words: Sequence[Word]) -> float:
    """Return the largest size that sets a good part of the line: many marks may outnumber the letters they stand at."""
    sizes: Counter[float] = Counter()
    for word in words:
        sizes[word.size] += len(word.text)
    return max(size for size, count in sizes.items() if count >= 0.2 * sizes.total())


def join_words(words: Sequence[Word], size: float) -> str:
    """Return the text of words of one line, superscripts between private marks."""
    pieces: list[str] = []
    baseline = max((word.bottom for word in words if word.size >= SMALL * size), default=0.0)
    was_raised = False
    for position, word in enumerate(words):
        is_raised = word.size < SMALL * size and word.bottom < baseline - 0.08 * size
        gap = word.x0 - words[position - 1].x1 if position else 0.0
        if is_raised and was_raised:
            pieces.append(f"{clean_text(word.text)}")
        else:
            if was_raised:
                pieces.append(SUPER_CLOSE)
            if position and gap > SPACE * size and not is_raised:
                pieces.append(" ")
            pieces.append(f"{SUPER_OPEN if is_raised else ''}{clean_text(word.text)}")
        was_raised = is_raised
    if was_raised:
        pieces.append(SUPER_CLOSE)
    return "".join(pieces)


def split_line(line: Line, at: float) -> tuple[Line | None, Line | None]:
    """Return the parts of a line left and right of `at`."""
    left = [word for word in line.words if (word.x0 + word.x1) / 2 < at]
    right = [word for word in line.words if (word.x0 + word.x1) / 2 >= at]
    return (_line(left) if left else None), (_line(right) if right else None)
