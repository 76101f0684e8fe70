"""Tables of a PDF page drawn with lines, as grids; tables that go on over the next page are put together again.

Joined cells are repeated in every row and column they cover. A frame around text (one row or one column) is no table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from corpus.loaders.grids import Cell, Laid, Rows, lay_out
from corpus.loaders.pdf_lines import Word, group_lines

LINE_END = "\n"  # between the lines of a cell, until they are joined
EDGE = 1.5  # points within which two edges are one
Rectangle = tuple[float, float, float, float]  # x0, top, x1, bottom
Owners = list[list[Rectangle | None]]  # for each row and column the cell that covers it


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its place on the page; the lines of a cell are not joined yet."""

    laid: Laid
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
        if len(grid.rows) > 1 and len(grid.rows[0]) > 1:
            x0, top, x1, bottom = table.bbox
            grids.append(Grid(grid, float(x0), float(x1), float(top), float(bottom)))
    return sorted(grids, key=lambda grid: (grid.top, grid.x0))


def is_inside(word: Word, grid: Grid) -> bool:
    """Return whether the middle of a word lies in a table."""
    x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
    return grid.x0 <= x <= grid.x1 and grid.top <= y <= grid.bottom


def _grid(cells: Sequence[Rectangle], words: Sequence[Word]) -> Laid:
    xs = _edges([edge for cell in cells for edge in (cell[0], cell[2])])
    ys = _edges([edge for cell in cells for edge in (cell[1], cell[3])])
    texts = {cell: _cell_text(cell, words) for cell in cells}
    bands = [[_at((x0 + x1) / 2, (y0 + y1) / 2, texts) for x0, x1 in pairwise(xs)] for y0, y1 in pairwise(ys)]
    owners = _without_gaps(_without_gaps(bands, texts, by_row=True), texts, by_row=False)
    return lay_out([list(_cells(owners, y, texts)) for y in range(len(owners))])


def _without_gaps(bands: Owners, texts: Mapping[Rectangle, str], *, by_row: bool) -> Owners:
    """Leave out the rows (or columns) in which no text begins: the white between double lines."""
    lines = bands if by_row else [list(column) for column in zip(*bands, strict=True)]
    kept: Owners = []
    for line in lines:
        before = kept[-1] if kept else []
        if any(owner is not None and texts[owner].strip() and owner not in before for owner in line):
            kept.append(line)
    return kept if by_row else [list(row) for row in zip(*kept, strict=True)]


def _cells(owners: Owners, y: int, texts: Mapping[Rectangle, str]) -> Iterator[Cell]:
    """The cells that begin in a row, with the rows and columns they cover."""
    for x, owner in enumerate(owners[y]):
        if owner is None:
            yield "", 1, 1
        elif not (y and owners[y - 1][x] == owner) and not (x and owners[y][x - 1] == owner):
            height = sum(row[x] == owner for row in owners)
            yield texts[owner], height, owners[y].count(owner)


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > EDGE:
            edges.append(value)
    return edges


def _at(x: float, y: float, cells: Iterable[Rectangle]) -> Rectangle | None:
    return next((cell for cell in cells if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3]), None)


def _cell_text(cell: Rectangle, words: Sequence[Word]) -> str:
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
