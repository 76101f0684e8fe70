"""Tables as full grids: joined cells repeated in every row and column they cover, empty rows and columns dropped.

Headers of several rows become one ("Any grade" under "Zalutimab" is "Zalutimab, Any grade"): a row that is read out alone must
say what its figures are. What stands across the whole width is no row: a title above the table, a note below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.loaders.types import Part, PartKind

MAX_CELLS = 200_000
Rows = tuple[tuple[str, ...], ...]
Cell = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Laid:
    """A grid, with the texts that stand across its whole width above and below it."""

    above: tuple[str, ...]
    rows: Rows
    below: tuple[str, ...]


def lay_out(rows: Sequence[Sequence[Cell]], header_rows: int = 0) -> Laid:
    """Return the grid of cells given as (text, rows covered, columns covered).

    Args:
        rows: as printed.
        header_rows: how many of them the original says are header; 0 where it does not say.
    """
    width = _width(rows)
    first, last = 0, len(rows)
    while first < last and _is_across(rows[first], width):
        first += 1
    while last > first and _is_across(rows[last - 1], width):
        last -= 1
    inner = [[(row[0][0], 1, 1)] if _is_across(row, width) else row for row in rows[first:last]]
    grid = expand_spans(inner)
    depth = min(max(header_rows - first, _header_depth(inner)), len(grid) - 1)
    return Laid(_texts(rows[:first]), _one_header(grid, depth), _texts(rows[last:]))


def table_parts(laid: Laid, origin: str) -> list[Part]:
    """Return the parts of a table: what stands across it as paragraphs, a frame around text (one row or column) as text."""
    is_table = len(laid.rows) > 1 and len(laid.rows[0]) > 1
    framed = () if is_table else tuple(cell for row in laid.rows for cell in row if cell)
    table = [Part(PartKind.TABLE, "", origin, rows=laid.rows)] if is_table else []
    above, below = (
        [Part(PartKind.PARAGRAPH, text, origin) for text in texts] for texts in ((*laid.above, *framed), laid.below)
    )
    return [*above, *table, *below]


def expand_spans(rows: Sequence[Sequence[Cell]]) -> Rows:
    """Return a grid of cells given as (text, rows covered, columns covered)."""
    grid = _placed(rows)
    width = 1 + max((x for _, x in grid), default=-1)
    return tidy([[grid.get((y, x), "") for x in range(width)] for y in range(len(rows))])


def tidy(rows: Sequence[Sequence[str]]) -> Rows:
    """Return the rows without empty rows and columns, all of one width."""
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in filled), default=0)
    padded = [row + [""] * (width - len(row)) for row in filled]
    columns = [x for x in range(width) if any(row[x].strip() for row in padded)]
    return tuple(tuple(row[x] for x in columns) for row in padded)


def _placed(rows: Sequence[Sequence[Cell]]) -> dict[tuple[int, int], str]:
    grid: dict[tuple[int, int], str] = {}
    for y, row in enumerate(rows):
        x = 0
        for text, height, width in row:
            while (y, x) in grid:
                x += 1
            for dy in range(min(height, len(rows) - y)):
                for dx in range(width):
                    grid[y + dy, x + dx] = text
            x += width
            if len(grid) > MAX_CELLS:
                break
    return grid


def _width(rows: Sequence[Sequence[Cell]]) -> int:
    return max((sum(width for _, _, width in row) for row in rows), default=0)


def _is_across(row: Sequence[Cell], width: int) -> bool:
    return len(row) == 1 and row[0][2] >= width > 1 and row[0][1] == 1


def _texts(rows: Sequence[Sequence[Cell]]) -> tuple[str, ...]:
    return tuple(row[0][0] for row in rows if row[0][0].strip())


def _header_depth(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows the header has: as many as its highest cell covers, where another one is divided below."""
    if len(rows) < 3 or not any(width > 1 for _, _, width in rows[0]):
        return 1
    highest = max(height for _, height, _ in rows[0])
    return highest if highest > 1 or not _is_blank_beside(rows) else 2


def _is_blank_beside(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the second row says something only under the cells that are divided."""
    grid = _placed(rows[:2])
    x, alone = 0, []
    for _, _, width in rows[0]:
        alone += [x] if width == 1 else []
        x += width
    return bool(alone) and not any(grid.get((1, x), "").strip() for x in alone)


def _one_header(grid: Rows, depth: int) -> Rows:
    if depth < 2:
        return grid
    columns = zip(*grid[:depth], strict=True)
    header = tuple(", ".join(dict.fromkeys(cell for cell in column if cell.strip())) for column in columns)
    return (header, *grid[depth:])
