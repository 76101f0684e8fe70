"""The reading order of a PDF page: columns, bands between full-width lines, paragraphs, headings, items.

A gutter is a stretch of white that nearly all lines leave free and that has running text on both sides; short cells on both
sides (a table without lines) make no columns.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from corpus.loaders.pdf_lines import SMALL, Line, split_line

MIN_GUTTER = 9.0
MIN_COLUMN_LINES = 4
MIN_COLUMN_WORDS = 3.0
MAX_CROSSING = 0.2
_BULLET = re.compile(r"(?:[•·▪◦●‣–\uf0b7]|-)\s+(?=\S)")
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_STOP = re.compile(r"[.!?:][\"”’)\]]*(?:\ue010[^\ue011]*\ue011)?\Z")


@dataclass(frozen=True, slots=True)
class Box:
    """A table on the page, by its place; `index` is its position among the page's tables."""

    x0: float
    x1: float
    top: float
    bottom: float
    index: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together, or a table (`table` is its index). `is_item`: bullet or number; `label`: the number."""

    lines: tuple[Line, ...]
    page: int
    table: int | None = None
    is_item: bool = False
    label: str = ""

    @property
    def size(self) -> float:
        """Return the size of the first line."""
        return self.lines[0].size if self.lines else 0.0

    @property
    def is_bold(self) -> bool:
        """Return whether all lines are bold."""
        return bool(self.lines) and all(line.is_bold for line in self.lines)


def order_page(lines: Sequence[Line], boxes: Sequence[Box], page: int, width: float) -> list[Paragraph]:
    """Return the paragraphs and tables of a page in reading order."""
    paragraphs: list[Paragraph] = []
    for column in _columns(list(lines), list(boxes), 0.0, width, 0):
        paragraphs.extend(_paragraphs(column, page))
    return paragraphs


Item = Line | Box
Band = tuple[list[Line], list[Line], list[Box], list[Box]]


def _columns(lines: list[Line], boxes: list[Box], x0: float, x1: float, depth: int) -> Iterator[list[Item]]:
    gutter = _gutter(lines, x0, x1) if depth < 3 else None
    if gutter is None:
        yield sorted([*lines, *boxes], key=lambda item: (item.top, item.x0))
        return
    for band in _bands(lines, boxes, gutter):
        if isinstance(band, Line | Box):
            yield [band]
            continue
        left_lines, right_lines, left_boxes, right_boxes = band
        yield from _columns(left_lines, left_boxes, x0, gutter, depth + 1)
        yield from _columns(right_lines, right_boxes, gutter, x1, depth + 1)


def _bands(
    lines: Iterable[Line], boxes: Iterable[Box], gutter: float
) -> Iterator[Line | Box | tuple[list[Line], list[Line], list[Box], list[Box]]]:
    band: Band = ([], [], [], [])
    items: list[Item] = [*lines, *boxes]
    for item in sorted(items, key=lambda item: (item.top, item.x0)):
        if _crosses(item, gutter):
            if any(band):
                yield band
            band = ([], [], [], [])
            yield item
        elif isinstance(item, Box):
            (band[2] if item.x1 <= gutter else band[3]).append(item)
        else:
            left, right = split_line(item, gutter)
            band[0].extend([left] if left else [])
            band[1].extend([right] if right else [])
    if any(band):
        yield band


def _crosses(item: Item, gutter: float) -> bool:
    if isinstance(item, Box):
        return item.x0 < gutter - 2 < gutter + 2 < item.x1
    before = [word.x1 for word in item.words if (word.x0 + word.x1) / 2 < gutter]
    behind = [word.x0 for word in item.words if (word.x0 + word.x1) / 2 >= gutter]
    return bool(before and behind) and min(behind) - max(before) < MIN_GUTTER


def _gutter(lines: Sequence[Line], x0: float, x1: float) -> float | None:
    """Return where a column ends, None for a single column."""
    if len(lines) < MIN_COLUMN_LINES:
        return None
    best: tuple[float, float] | None = None
    step = max(2.0, (x1 - x0) / 200)
    position = x0 + 0.2 * (x1 - x0)
    while position < x0 + 0.8 * (x1 - x0):
        crossing = sum(_crosses(line, position) or _touches(line, position) for line in lines) / len(lines)
        off_centre = abs(position - (x0 + x1) / 2) / (x1 - x0)
        if crossing <= MAX_CROSSING and _has_columns(lines, position) and (best is None or (crossing, off_centre) < best):
            best, found = (crossing, off_centre), position
        position += step
    return found if best is not None else None


def _touches(line: Line, position: float) -> bool:
    return any(word.x0 < position < word.x1 for word in line.words)


def _has_columns(lines: Sequence[Line], position: float) -> bool:
    sides: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        if _crosses(line, position) or _touches(line, position):
            continue
        for side, part in zip(sides, split_line(line, position), strict=True):
            side.extend([part] if part else [])
    words = [sum(len(line.text.split()) for line in side) / max(1, len(side)) for side in sides]
    enough = all(len(side) >= MIN_COLUMN_LINES for side in sides) and min(words) >= MIN_COLUMN_WORDS
    return enough and _beside(*sides) >= MIN_COLUMN_LINES - 1


def _beside(left: Sequence[Line], right: Sequence[Line]) -> int:
    """How many lines of a side have one of the other beside them; the lines of two columns need not be level."""
    tops = sorted(line.top for line in right)
    return sum(
        1 for line in left if (at := bisect_left(tops, line.top - line.size)) < len(tops) and tops[at] <= line.top + line.size
    )


def _paragraphs(items: Sequence[Item], page: int) -> Iterator[Paragraph]:
    lines = [item for item in items if isinstance(item, Line)]
    leading = _leading(lines)
    right = max((line.x1 for line in lines), default=0.0)
    group: list[Line] = []
    for item in items:
        if isinstance(item, Box):
            yield from _close(group, page)
            group = []
            yield Paragraph((), page, table=item.index)
            continue
        if group and _begins_paragraph(group, item, leading, right):
            yield from _close(group, page)
            group = []
        group.append(item)
    yield from _close(group, page)


def _leading(lines: Sequence[Line]) -> float:
    steps = [after.top - line.top for line, after in pairwise(lines) if 0 < after.top - line.top < 3 * line.size]
    return min(median(steps), 1.6 * median(line.size for line in lines)) if steps else 0.0


def _begins_paragraph(group: Sequence[Line], line: Line, leading: float, right: float) -> bool:
    last = group[-1]
    if line.size < SMALL * last.size and re.fullmatch(r"[\d,;–-]+", line.text) and line.top - last.top < 2 * last.size:
        return False
    differs = abs(last.size - line.size) > 0.6 or all(entry.is_bold for entry in group) != line.is_bold
    step = line.top - last.top
    is_apart = leading > 0 and step > 1.3 * leading and step > 1.45 * line.size
    is_indented = line.x0 > last.x0 + 8 and bool(_STOP.search(last.text)) and len(group) > 1
    is_short = bool(_STOP.search(last.text)) and last.x1 < right - 0.3 * (right - last.x0)
    starts_item = bool(_BULLET.match(line.text)) or _starts_number(group, line)
    if differs and not is_apart and _is_emphasis(group, line):
        differs = False
    return differs or is_apart or is_indented or is_short or starts_item or step < -2


def _starts_number(group: Sequence[Line], line: Line) -> bool:
    """A number begins an item behind a stop, or where it follows the number of the item above."""
    number, above = _NUMBERED.match(line.text), _NUMBERED.match(group[0].text)
    follows = number is not None and above is not None and int(number[1]) == int(above[1]) + 1
    return follows or (number is not None and bool(_STOP.search(group[-1].text)))


def _is_emphasis(group: Sequence[Line], line: Line) -> bool:
    """A line that is bold only because the emphasis of a sentence fills it is no heading."""
    return abs(group[-1].size - line.size) <= 0.6 and not _STOP.search(group[-1].text) and line.text[:1].islower()


def _close(group: Sequence[Line], page: int) -> Iterator[Paragraph]:
    if not group:
        return
    first = group[0]
    bullet, number = _BULLET.match(first.text), _NUMBERED.match(first.text)
    found = bullet or number
    if found:
        first = replace(first, text=first.text[found.end() :])
    label = number[1] if number and not bullet else ""
    yield Paragraph((first, *group[1:]), page, is_item=found is not None, label=label)
