"""Tables as full grids: joined cells repeated in every row and column they cover, empty rows and columns dropped."""

from __future__ import annotations

from collections.abc import Sequence

MAX_CELLS = 200_000
Rows = tuple[tuple[str, ...], ...]
Cell = tuple[str, int, int]


def expand_spans(rows: Sequence[Sequence[Cell]]) -> Rows:
    """Return a grid of cells given as (text, rows covered, columns covered)."""
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
    width = 1 + max((x for _, x in grid), default=-1)
    return tidy([[grid.get((y, x), "") for x in range(width)] for y in range(len(rows))])


def tidy(rows: Sequence[Sequence[str]]) -> Rows:
    """Return the rows without empty rows and columns, all of one width."""
    filled = [list(row) for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in filled), default=0)
    padded = [row + [""] * (width - len(row)) for row in filled]
    columns = [x for x in range(width) if any(row[x].strip() for row in padded)]
    return tuple(tuple(row[x] for x in columns) for row in padded)
