"""Words of a PDF page as lines of text: baseline, size and weight, superscripts kept apart.

Lengths are PDF points (1/72 inch); `top` and `bottom` grow downwards. Small raised words belong to the line they are raised from.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from corpus.loaders.cleaning import clean_text
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN

SMALL = 0.78  # of the size of the line: smaller and raised is superscript
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
    """Return the lines top to bottom. Words of one baseline are one line however far apart they stand."""
    groups: list[list[Word]] = []
    raised: list[Word] = []
    usual = main_size(words)
    for word in sorted(words, key=lambda word: (word.bottom, word.x0)):
        if word.size < SMALL * usual:
            raised.append(word)
            continue
        same = next((group for group in reversed(groups[-6:]) if abs(group[0].bottom - word.bottom) <= 0.3 * word.size), None)
        if same is None:
            groups.append([word])
        else:
            same.append(word)
    _attach_raised(groups, raised)
    return sorted((_line(group) for group in groups), key=lambda line: (line.top, line.x0))


def _attach_raised(groups: list[list[Word]], raised: Sequence[Word]) -> None:
    """Put small words into the line beside which they stand; what stands beside none forms lines of its own."""
    small: list[list[Word]] = []
    big = [(group, min(w.top for w in group), max(w.bottom for w in group)) for group in groups]
    for word in raised:
        centre = (word.top + word.bottom) / 2
        beside = [group for group, top, bottom in big if top - 2 <= centre <= bottom and _is_beside(group, word)]
        if beside:
            beside[0].append(word)
            continue
        same = next((group for group in small[-6:] if abs(group[0].bottom - word.bottom) <= 0.3 * word.size), None)
        if same is None:
            small.append([word])
        else:
            same.append(word)
    groups.extend(small)


def _is_beside(group: Sequence[Word], word: Word) -> bool:
    return any(
        -1 <= word.x0 - other.x1 <= 0.8 * other.size or -1 <= other.x0 - word.x1 <= 0.4 * other.size
        for other in group
        if other.size > word.size
    ) or any(abs(word.x0 - other.x1) <= 0.6 * word.size for other in group if other.size <= word.size)


def _line(group: Sequence[Word]) -> Line:
    words = tuple(sorted(group, key=lambda word: word.x0))
    size = main_size(words)
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
