"""Markdown of the content format cut into blocks with exact offsets: headings, paragraphs, list items, table rows, places.

Only what the content format allows is understood (headings, paragraphs, lists, pipe tables); anything else is a paragraph, so
that no text is ever lost. Offsets are code points into the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.places import read_place


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Block:
    """A block `[start, end)` without its Markdown prefix.

    `outer_start` is where the prefix begins (for the first row of a table, the header line). `level` is that of a heading
    (1-6), `headers` are those of a table row.
    """

    kind: BlockKind
    outer_start: int
    start: int
    end: int
    level: int = 0
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+(?=\S)")
_TABLE_LINE = re.compile(r"[ \t]*\|.*\|[ \t]*\Z")
_DIVIDER = re.compile(r"[ \t]*\|?[ \t]*:?-{1,}:?[ \t]*(?:\|[ \t]*:?-{1,}:?[ \t]*)*\|?[ \t]*\Z")
_CELL_BORDER = re.compile(r"(?<!\\)\|")


def split_blocks(text: str) -> list[Block]:
    """Return the blocks of a Markdown text in order. Dividers of tables and blank lines belong to no block."""
    lines = list(_lines(text))
    blocks: list[Block] = []
    position = 0
    while position < len(lines):
        position = _take(lines, position, blocks)
    return blocks


def cells_of(row: str) -> tuple[str, ...]:
    """Return the cells of a table line, outer borders dropped, `\\|` read as a pipe."""
    inner = row.strip().removeprefix("|")
    inner = re.sub(r"(?<!\\)\|\Z", "", inner)
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL_BORDER.split(inner))


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for raw in text.split("\n"):
        line = raw.removesuffix("\r")
        yield _Line(start, start + len(line), line)
        start += len(raw) + 1


def _take(lines: list[_Line], position: int, blocks: list[Block]) -> int:
    """Add the block that begins at `lines[position]`, if any; return the next position."""
    line = lines[position]
    if not line.text.strip():
        return position + 1
    heading = _HEADING.match(line.text)
    if heading:
        start, end = line.start + heading.start(2), line.start + heading.end(2)
        blocks.append(Block(BlockKind.HEADING, line.start, start, end, level=len(heading[1])))
        return position + 1
    if read_place(line.text) is not None:
        blocks.append(Block(BlockKind.PLACE, line.start, line.start, line.end))
        return position + 1
    if _begins_table(lines, position):
        return _take_table(lines, position, blocks)
    item = _ITEM.match(line.text)
    last = _last_of_paragraph(lines, position)
    indent = len(line.text) - len(line.text.lstrip())
    start = line.start + (item.end() if item else indent)
    end = lines[last].start + len(lines[last].text.rstrip())
    blocks.append(Block(BlockKind.ITEM if item else BlockKind.PARAGRAPH, line.start + indent, start, end))
    return last + 1


def _begins_table(lines: list[_Line], position: int) -> bool:
    following = lines[position + 1].text if position + 1 < len(lines) else ""
    return bool(_TABLE_LINE.match(lines[position].text) and "|" in following and _DIVIDER.match(following))


def _take_table(lines: list[_Line], position: int, blocks: list[Block]) -> int:
    headers = cells_of(lines[position].text)
    outer: int | None = lines[position].start
    position += 2
    while position < len(lines) and _TABLE_LINE.match(lines[position].text):
        line = lines[position]
        stripped = line.text.strip()
        start = line.start + line.text.index(stripped)
        blocks.append(Block(BlockKind.ROW, start if outer is None else outer, start, start + len(stripped), headers=headers))
        outer = None
        position += 1
    return position


def _last_of_paragraph(lines: list[_Line], position: int) -> int:
    while position + 1 < len(lines):
        following = lines[position + 1].text
        starts_block = _HEADING.match(following) or _ITEM.match(following) or _begins_table(lines, position + 1)
        if not following.strip() or starts_block or read_place(following) is not None:
            break
        position += 1
    return position
