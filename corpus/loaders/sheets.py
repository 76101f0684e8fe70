"""Reads CSV and XLSX: every sheet a section with one table, values as shown, hidden sheets dropped and reported.

Formulas are never computed: the value stored beside them is read, and a formula without one is doubtful.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.grids import MAX_CELLS, tidy
from corpus.loaders.types import Finding, Format, Outcome, Part, PartKind, RawDocument


def load_csv(text: str) -> RawDocument:
    """Return the table of a CSV file, whatever its delimiter.

    Raises:
        LoadRefused: no table, or more cells than a document may have.
    """
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [[clean_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), dialect)]
    except csv.Error as error:
        raise LoadRefused(Refusal.BROKEN, f"the table cannot be read ({error}); export it again") from error
    _check_size(rows)
    table = tidy(rows)
    if len(table) < 2:
        raise LoadRefused(Refusal.EMPTY, "the table has no row under its header; nothing is left to answer from")
    return RawDocument(Format.CSV, (Part(PartKind.TABLE, "", "row 1", rows=table),), pages=1)


def load_xlsx(data: bytes) -> RawDocument:
    """Return every visible sheet as a section with its table.

    Raises:
        LoadRefused: the workbook cannot be read, or is too large.
    """
    try:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except (ValueError, KeyError, TypeError, OSError, AttributeError, IndexError, SyntaxError) as error:
        raise LoadRefused(Refusal.BROKEN, "the workbook cannot be read; save it again as .xlsx") from error
    parts: list[Part] = []
    findings: list[Finding] = []
    for sheet in values.worksheets:
        if sheet.sheet_state != "visible":
            findings.append(Finding(Outcome.DROPPED, "hidden sheet", sheet.title, f"sheet {sheet.title}"))
            continue
        _take_sheet(sheet, parts, findings)
    return RawDocument(Format.XLSX, tuple(parts), tuple(findings), pages=len(values.worksheets))


def _take_sheet(sheet: Any, parts: list[Part], findings: list[Finding]) -> None:
    if (sheet.max_row or 0) * (sheet.max_column or 0) > MAX_CELLS * 5:
        raise LoadRefused(Refusal.TOO_LARGE, f"sheet {sheet.title!r} is too large; keep the table that is meant")
    grid = [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
    _check_size(grid)
    for merged in sheet.merged_cells.ranges:
        _fill(grid, merged)
    table = tidy(grid)
    if not table:
        findings.append(Finding(Outcome.DROPPED, "empty sheet", sheet.title, f"sheet {sheet.title}"))
        return
    origin = f"sheet {sheet.title}"
    parts.append(Part(PartKind.HEADING, clean_text(sheet.title), origin, level=2))
    while len(table) > 1 and sum(bool(cell) for cell in table[0]) == 1:
        parts.append(Part(PartKind.PARAGRAPH, next(cell for cell in table[0] if cell), origin))
        table = tidy(table[1:])
    if len(table) > 1:
        parts.append(Part(PartKind.TABLE, "", origin, rows=table))
    else:
        parts.extend(Part(PartKind.PARAGRAPH, cell, origin) for cell in table[0] if cell)


def _fill(grid: list[list[str]], merged: Any) -> None:
    is_title = merged.max_col - merged.min_col + 1 >= len(grid[0])
    text = grid[merged.min_row - 1][merged.min_col - 1]
    for y in range(merged.min_row - 1, min(merged.max_row, len(grid))):
        for x in range(merged.min_col - 1, min(merged.max_col, len(grid[y]))):
            grid[y][x] = "" if is_title and (x, y) != (merged.min_col - 1, merged.min_row - 1) else text


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return (
            value.date().isoformat()
            if isinstance(value, datetime) and value.time().isoformat() == "00:00:00"
            else value.isoformat()
        )
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, cell.number_format or "General")
    return clean_text(str(value))


def _number(value: float, number_format: str) -> str:
    """Return a number as its format shows it, for percentages and fixed decimals; else without binary noise."""
    section = number_format.partition(";")[0]
    decimals = len(section.partition(".")[2].rstrip("%").rstrip()) if "." in section and set(section) <= set("0.#,%") else None
    if section.endswith("%") and set(section) <= set("0.#%"):
        return f"{value * 100:.{decimals or 0}f}%"
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.12g}"


def _check_size(rows: Sequence[Sequence[str]]) -> None:
    if sum(len(row) for row in rows) > MAX_CELLS:
        raise LoadRefused(Refusal.TOO_LARGE, f"more than {MAX_CELLS} cells; keep the table that is meant")
