"""Tables of a PDF page without vertical lines: between horizontal rules, as in journals, or by their alignment alone.

Between three or more rules of one width a table has its header above the second, and below it rows in columns parted by white.
Without rules, lines of three short cells or more, each under the one above, are a table with its header in the first line.
Running text, in one column or several, is no table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpus.loaders.grids import Cell, lay_out
from corpus.loaders.pdf_lines import Line, Word, group_lines
from corpus.loaders.pdf_tables import LINE_END, Grid, is_inside

MIN_RULE = 100.0  # points: a shorter stroke underlines a header or a word
SAME = 4.0  # points within which two rules begin, or end, alike
WHITE = 0.7  # of the size: a wider gap parts cells
LARGER_STEP = 1.15  # of the smallest step between lines: a row begins
HEADER_LINES = 6
RUNNING_WORDS = 6.5  # words of a cell's line, on average: from here on it is running text
ALIGNED_ROWS, ALIGNED_COLUMNS, ALIGNED_WORDS = 3, 3, 4.0
"""Without rules: at least so many rows and columns, and at most so many words a cell on average."""
ALIGNED_STEP = 2.6  # of the size: rows that stand further apart are not of one table
_CAPTION = re.compile(r"^(?:table|tab\.|figure|fig\.)\s|[.:]$", re.IGNORECASE)
_UNFINISHED = ("+", ",", "/", "–", "-", "(", " and", " or", " plus", " with", " of", " versus", " vs")


@dataclass(frozen=True, slots=True)
class Stroke:
    """A horizontal line, in points."""

    x0: float
    x1: float
    y: float


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column begins and ends; it owns the white to the middle of its neighbours' gap."""

    x0: float
    x1: float


Chunk = tuple[Word, ...]


def find_open_grids(page: Any, words: Sequence[Word]) -> list[Grid]:
    """Return the tables between rules of a pdfplumber page, top to bottom; `words` are those of no other table."""
    strokes = _strokes(page)
    found = []
    for rules in _stacks([stroke for stroke in strokes if stroke.x1 - stroke.x0 >= MIN_RULE]):
        x0, x1 = rules[0].x0 - SAME, rules[0].x1 + SAME
        beside = [word for word in words if x0 <= _middle(word) <= x1]
        for first, last in _runs(rules, beside):
            grid = _grid(rules[first : last + 1], beside, strokes)
            found += [grid] if grid is not None else []
    free = [word for word in words if not any(is_inside(word, grid) for grid in found)]
    found += filter(None, map(_aligned_grid, _aligned_lines(group_lines(free))))
    return sorted(found, key=lambda grid: (grid.top, grid.x0))


def _strokes(page: Any) -> list[Stroke]:
    """Horizontal strokes, top to bottom; pieces on one level that touch are one."""
    found: list[Stroke] = []
    edges = [edge for edge in page.edges if edge["orientation"] == "h"]
    for edge in sorted(edges, key=lambda edge: (round(edge["top"] / 2), edge["x0"])):
        x0, x1, y = float(edge["x0"]), float(edge["x1"]), float(edge["top"])
        last = found[-1] if found else None
        if last is not None and abs(last.y - y) < 2 and x0 <= last.x1 + 1:
            found[-1] = Stroke(last.x0, max(last.x1, x1), last.y)
        else:
            found.append(Stroke(x0, x1, y))
    return sorted(found, key=lambda stroke: (stroke.y, stroke.x0))


def _stacks(rules: Sequence[Stroke]) -> Iterator[list[Stroke]]:
    """Yield rules of one width, three or more, top to bottom."""
    left = list(rules)
    while left:
        alike = [rule for rule in left if abs(rule.x0 - left[0].x0) < SAME and abs(rule.x1 - left[0].x1) < SAME]
        left = [rule for rule in left if rule not in alike]
        if len(alike) > 2:
            yield alike


def _runs(rules: Sequence[Stroke], words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Yield the first and last rule of every table: two or more stretches one after the other that hold cells."""
    begin = 0
    for position, (above, below) in enumerate(pairwise(rules)):
        if not _holds_cells(group_lines(_between(words, above.y, below.y)), is_header=position == begin):
            if position - begin > 1:
                yield begin, position
            begin = position + 1
    if len(rules) - 1 - begin > 1:
        yield begin, len(rules) - 1


def _holds_cells(lines: Sequence[Line], *, is_header: bool) -> bool:
    """Whether lines between two rules are rows: parted by white, of few words; or one line that heads the rows below it."""
    chunks = [chunk for line in lines for chunk in _chunks(line)]
    if not chunks or sum(map(len, chunks)) / len(chunks) >= RUNNING_WORDS:
        return False
    if len(chunks) > len(lines):
        return not is_header or len(lines) <= HEADER_LINES
    return len(lines) == 1 and not is_header and not _CAPTION.search(lines[0].text)


def _grid(rules: Sequence[Stroke], words: Sequence[Word], strokes: Sequence[Stroke]) -> Grid | None:
    head = group_lines(_between(words, rules[0].y, rules[1].y))
    bands = [group_lines(_between(words, above.y, below.y)) for above, below in pairwise(rules[1:])]
    columns = _columns([line for band in bands for line in band])
    if len(columns) < 2:
        return None
    header = _header(head, columns, [s for s in strokes if rules[0].y + 1 < s.y < rules[1].y - 1])
    body = [_cells(row, columns) for band in bands for row in _rows(band, columns)]
    laid = lay_out([*header, *body], header_rows=len(header))
    if len(laid.rows) < 2 or len(laid.rows[0]) < 2:
        return None
    return Grid(laid, rules[0].x0 - SAME, rules[0].x1 + SAME, rules[0].y, rules[-1].y)


def _aligned_lines(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield lines of several short cells that follow each other."""
    run: list[Line] = []
    for line in lines:
        is_row = len(_chunks(line)) >= ALIGNED_COLUMNS
        if run and (not is_row or line.top - run[-1].top > ALIGNED_STEP * line.size):
            yield run
            run = []
        run += [line] if is_row else []
    yield run


def _aligned_grid(lines: Sequence[Line]) -> Grid | None:
    """Return lines as a table where every one of them fills every column with one text."""
    columns = _columns(lines)
    if len(lines) < ALIGNED_ROWS or len(columns) < ALIGNED_COLUMNS:
        return None
    chunks = [_chunks(line) for line in lines]
    is_full = all(len(own) == len(columns) for own in chunks)
    if not is_full or sum(len(chunk) for own in chunks for chunk in own) > ALIGNED_WORDS * len(lines) * len(columns):
        return None
    laid = lay_out([_cells([line], columns) for line in lines])
    return Grid(laid, columns[0].x0 - 1, columns[-1].x1 + 1, lines[0].top - 1, lines[-1].bottom + 1)


def _columns(lines: Iterable[Line]) -> list[Column]:
    """Return the stretches that words stand in, parted by white that every row of several cells leaves free."""
    rows = [line for line in lines if len(_chunks(line)) > 1]
    size = max((line.size for line in rows), default=0.0)
    spans = sorted((chunk[0].x0, chunk[-1].x1) for line in rows for chunk in _chunks(line))
    columns: list[Column] = []
    for x0, x1 in spans:
        if columns and x0 - columns[-1].x1 < WHITE * size:
            columns[-1] = Column(columns[-1].x0, max(columns[-1].x1, x1))
        else:
            columns.append(Column(x0, x1))
    return columns


def _header(lines: Sequence[Line], columns: Sequence[Column], underlines: Sequence[Stroke]) -> list[list[Cell]]:
    """Return the rows of the header: what an underline spans stands above what is below the line."""
    levels = [-1.0, *sorted({round(stroke.y) for stroke in underlines}), float("inf")]
    rows = []
    for above, below in pairwise(levels):
        words = [word for line in lines for word in line.words if above < word.bottom - 1 <= below + 1]
        chunks = [chunk for line in group_lines(words) for chunk in _chunks(line)]
        rows += [_spanned(chunks, columns, [s for s in underlines if abs(s.y - below) < 2])] if chunks else []
    return rows


def _spanned(chunks: Sequence[Chunk], columns: Sequence[Column], underlines: Sequence[Stroke]) -> list[Cell]:
    centres = [(chunk[0].x0 + chunk[-1].x1) / 2 for chunk in chunks]
    owners: list[tuple[int, int]] = []
    for centre in centres:
        covered = _covered(centre, centres, columns, underlines)
        place = _place(centre, columns)
        owners.append((covered[0], covered[-1]) if covered else (place, place))
    cells: list[Cell] = []
    column = 0
    while column < len(columns):
        last = max((last for first, last in owners if first == column), default=column)
        own = [word for chunk, (first, _) in zip(chunks, owners, strict=True) if first == column for word in chunk]
        cells.append((_text(own), 1, last - column + 1))
        column = last + 1
    return cells


def _covered(centre: float, centres: Sequence[float], columns: Sequence[Column], underlines: Sequence[Stroke]) -> list[int]:
    """The columns under the underline of a text; strokes that touch are one, whose columns go to the nearest of its texts."""
    under = next((stroke for stroke in underlines if stroke.x0 - SAME <= centre <= stroke.x1 + SAME), None)
    if under is None:
        return []
    above = [other for other in centres if under.x0 - SAME <= other <= under.x1 + SAME]
    middles = {n: (c.x0 + c.x1) / 2 for n, c in enumerate(columns) if c.x0 < under.x1 and c.x1 > under.x0}
    return [n for n, middle in middles.items() if min(above, key=lambda other: abs(other - middle)) == centre]


def _rows(lines: Sequence[Line], columns: Sequence[Column]) -> list[list[Line]]:
    """Return the lines of every row: parted by larger steps, or, where all steps are alike, by what a line leaves empty."""
    steps = [after.top - line.top for line, after in pairwise(lines)]
    larger = LARGER_STEP * min(steps, default=0.0)
    is_uneven = any(step > larger for step in steps) and any(not _fills_first(line, columns) for line in lines)
    rows: list[list[Line]] = []
    for line, step in zip(lines, [float("inf"), *steps], strict=True):
        begins = step > larger if is_uneven else _begins_row(line, rows[-1] if rows else [], columns)
        if begins or not rows:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows


def _begins_row(line: Line, row: Sequence[Line], columns: Sequence[Column]) -> bool:
    filled = {_place(_middle(word), columns) for word in line.words}
    if 0 not in filled:
        return len(filled) == len(columns) - 1 > 1
    if filled != {0} or not row:
        return True
    first = " ".join(_text([w for w in above.words if _place(_middle(w), columns) == 0]) for above in row)
    return not (line.text[:1].islower() or line.text[:1] in "(+" or first.endswith(_UNFINISHED))


def _fills_first(line: Line, columns: Sequence[Column]) -> bool:
    return any(_place(_middle(word), columns) == 0 for word in line.words)


def _cells(row: Sequence[Line], columns: Sequence[Column]) -> list[Cell]:
    """Return the cells of a row; a single text that runs over the columns heads the rows below it."""
    if len(row) == 1 and len(chunks := _chunks(row[0])) == 1 and chunks[0][0].x0 < columns[0].x1:
        return [(row[0].text, 1, len(columns))]
    words = [word for line in row for word in line.words]
    return [(_text([w for w in words if _place(_middle(w), columns) == n]), 1, 1) for n in range(len(columns))]


def _chunks(line: Line) -> list[Chunk]:
    chunks: list[list[Word]] = []
    for word in line.words:
        if chunks and word.x0 - chunks[-1][-1].x1 < WHITE * line.size:
            chunks[-1].append(word)
        else:
            chunks.append([word])
    return [tuple(chunk) for chunk in chunks]


def _place(x: float, columns: Sequence[Column]) -> int:
    """The column that owns a place: each reaches to the middle of the white beside it."""
    return sum(x > (left.x1 + right.x0) / 2 for left, right in pairwise(columns))


def _text(words: Sequence[Word]) -> str:
    return LINE_END.join(line.text for line in group_lines(words))


def _between(words: Iterable[Word], top: float, bottom: float) -> list[Word]:
    return [word for word in words if top < (word.top + word.bottom) / 2 < bottom]


def _middle(word: Word) -> float:
    return (word.x0 + word.x1) / 2
