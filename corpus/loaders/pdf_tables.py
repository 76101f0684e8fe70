"""Tables of a PDF page drawn with lines, as grids; tables that go on over the next page are put together again.

Joined cells are repeated in every row and column they cover. A frame around text (one row or one column) is no table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpus.loaders.grids import Rows, tidy
from corpus.loaders.pdf_lines import Word, group_lines

LINE_END = "\n"  # between the lines of a cell, until they are joined
EDGE = 1.5  # points within which two edges are one


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its place on the page."""

    rows: Rows
    x0: float
    x1: float
    top: float
    bottom: float


def find_grids(page: Any, words: Sequence[Word]) -> list[Grid]:
    """Return the tables of a pdfplumber page, top to bottom."""
    if len(page.lines) + len(page.rects) + len(page.curves) < 3:
        return []
    grids = []
    for table in page.find_tables():
        grid = _grid(table.cells, words)
        if len(grid) > 1 and len(grid[0]) > 1:
            x0, top, x1, bottom = table.bbox
            grids.append(Grid(grid, float(x0), float(x1), float(top), float(bottom)))
    return sorted(grids, key=lambda grid: (grid.top, grid.x0))


def is_inside(word: Word, grid: Grid) -> bool:
    """Return whether the middle of a word lies in a table."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return grid.x0 <= x <= grid.x1 and grid.top <= y <= grid.bottom


def _grid(cells: Sequence[tuple[float, float, float, float]], words: Sequence[Word]) -> Rows:
    xs = _edges([edge for cell in cells for edge in (cell[0], cell[2])])
    ys = _edges([edge for cell in cells for edge in (cell[1], cell[3])])
    texts = {cell: _cell_text(cell, words) for cell in cells}
    rows = []
    for top, bottom in pairwise(ys):
        middle = (top + bottom) / 2
        rows.append([_at((left + right) / 2, middle, texts) for left, right in pairwise(xs)])
    return tidy(rows)


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > EDGE:
            edges.append(value)
    return edges


def _at(x: float, y: float, texts: dict[tuple[float, float, float, float], str]) -> str:
    return next((text for (x0, top, x1, bottom), text in texts.items() if x0 <= x <= x1 and top <= y <= bottom), "")


def _cell_text(cell: tuple[float, float, float, float], words: Sequence[Word]) -> str:
    x0, top, x1, bottom = cell
    inside = [word for word in words if x0 <= (word.x0 + word.x1) / 2 <= x1 and top <= (word.top + word.bottom) / 2 <= bottom]
    return LINE_END.join(line.text for line in group_lines(inside))


def continue_table(before: Rows, after: Rows) -> tuple[Rows, Rows]:
    """Return a table and its part on the next page so that each stands alone: header repeated, a broken row whole in the first.

    `before` and `after` have as many columns.
    """
    header = before[0]
    body = after[1:] if after[0] == header else after
    if (body and after[0] != header and _goes_on(before[-1], body[0])) or (
        body and after[0] == header and _goes_on(before[-1], body[0])
    ):
        joined = tuple(" ".join(part for part in cells if part) for cells in zip(before[-1], body[0], strict=True))
        before, body = (*before[:-1], joined), body[1:]
    return before, ((header, *body) if body else ())


def _goes_on(last: Sequence[str], first: Sequence[str]) -> bool:
    """A row broken over two pages leaves cells empty below, or goes on in small letters."""
    has_gap = any(not cell for cell in first) and all(cell for cell in last)
    return has_gap or first[0][:1].islower()
