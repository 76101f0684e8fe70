"""Lists that are tables in disguise: "Partial ER agonism: SERMs", "Exposure leads to mutations: AIs, SERDs (IM)".

Every item must be a label with values after a colon, the values must come from a small shared set, and one of them must stand
in two items. The values become columns, the labels rows, a value that is given "Yes" with its qualifier, one that is not
"No". The line that leads into the list becomes the heading of the table. Each such table is reported as doubtful, so that a
person compares it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.loaders.marks import marks_of, strip_marks, write_marks
from corpus.loaders.types import Finding, Outcome, Part, PartKind

MIN_ITEMS = 3
MAX_COLUMNS = 8
_VALUE = re.compile(r"(?P<base>[^(]+?)\s*(?P<qualifier>\(.*\))?")
_NOUN = re.compile(r"(.+?)\s+(?:associated with|related to|observed with|seen with|of|for|by|in|with)\b", re.IGNORECASE)
Row = tuple[str, dict[str, str]]


def build_tables(parts: Sequence[Part]) -> tuple[list[Part], list[Finding]]:
    """Return the parts with such lists as tables, and a doubtful finding for each."""
    result: list[Part] = []
    findings: list[Finding] = []
    position = 0
    while position < len(parts):
        run = _run(parts, position)
        table = _table(run, result[-1] if result else None) if len(run) >= MIN_ITEMS else None
        if table is None:
            result.extend(run or [parts[position]])
        else:
            _take_lead_in(result, table, findings)
            result.append(table)
            findings.append(Finding(Outcome.DOUBTFUL, "table rebuilt from a list; compare it", table.rows[0][0], table.origin))
        position += max(1, len(run))
    return result, findings


def _run(parts: Sequence[Part], start: int) -> list[Part]:
    run: list[Part] = []
    while start + len(run) < len(parts) and parts[start + len(run)].kind is PartKind.ITEM:
        run.append(parts[start + len(run)])
    return run


def _table(items: Sequence[Part], lead_in: Part | None) -> Part | None:
    rows = [_row(strip_marks(item.text)) for item in items]
    if any(row is None for row in rows):
        return None
    read = [row for row in rows if row is not None]
    named = [base for _, values in read for base in values]
    lead = strip_marks(lead_in.text) if lead_in is not None and lead_in.text.rstrip().endswith(":") else ""
    bases = list(dict.fromkeys(named))
    is_shared = 2 <= len(bases) <= MAX_COLUMNS and len(named) > len(bases) and all(len(base.split()) <= 4 for base in bases)
    if not is_shared:
        return None
    if lead and all(base in lead for base in bases):
        bases.sort(key=lead.index)
    noun = _NOUN.match(lead)
    header = (noun[1].strip() if noun else "Item", *bases)
    inherited = marks_of(lead_in.text) if lead_in is not None and lead else ()
    body = [_cells(row, bases, marks_of(item.text) or inherited) for row, item in zip(read, items, strict=True)]
    return Part(PartKind.TABLE, "", items[0].origin, rows=(header, *body), locator=items[0].locator)


def _row(text: str) -> Row | None:
    label, colon, values = text.rstrip(".").rpartition(": ")
    if not colon or not label.strip():
        return None
    read: dict[str, str] = {}
    for value in re.split(r",\s*(?![^(]*\))(?:and\s+)?", values):
        match = _VALUE.fullmatch(value.strip())
        if match is None:
            return None
        read[match["base"]] = match["qualifier"] or ""
    return label.strip(), read


def _cells(row: Row, bases: Sequence[str], marks: Sequence[int]) -> tuple[str, ...]:
    label, values = row
    cells = (f"Yes {values[base]}".strip() if base in values else "No" for base in bases)
    return (f"{label}{write_marks(marks)}", *cells)


def _take_lead_in(result: list[Part], table: Part, findings: list[Finding]) -> None:
    """The lead-in becomes the heading of the table; a picture of the same table before it is dropped."""
    if not result or not result[-1].text.rstrip().endswith(":"):
        return
    lead_in = result.pop()
    if result and result[-1].kind is PartKind.FIGURE and re.match(r"(?:a |the )?table\b", result[-1].text, re.IGNORECASE):
        figure = result.pop()
        findings.append(Finding(Outcome.DROPPED, "describes the table that follows", figure.text, figure.origin))
    level = next((part.level for part in reversed(result) if part.kind is PartKind.HEADING), 1) + 1
    heading = strip_marks(lead_in.text).rstrip(" :")
    result.append(replace(lead_in, kind=PartKind.HEADING, text=heading, level=min(level, 6)))
