"""A document cut into passages (what is indexed and shown) and statements (what is quoted), with exact offsets.

Passages never cross a heading or a place in the original (page, slide, stretch of video) and hold at most `MAX_PASSAGE_CHARS`
unless a single statement is longer; statements are sentences, list items and table rows. Ids are hashes of the content
(document id, headings, text), so that editing one section changes only its own ids and the same file gives the same ids
everywhere. Nothing here reads a file or a clock.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.places import read_place
from corpus.types import Document, Locator, LocatorType, RegisterEntry
from index.blocks import Block, BlockKind, cells_of, split_blocks
from index.sentences import MARK, Span, split_sentences
from index.types import Passage, Statement, StatementKind, TableRow

MAX_PASSAGE_CHARS = 1200
ID_HEX_DIGITS = 16
_VIDEO_TIME = re.compile(r"\s*\(\s*(?P<start>(?:\d+:)?\d{1,2}:\d{2})\s*[-–]\s*(?P<end>(?:\d+:)?\d{1,2}:\d{2})?\s*\)\s*\Z")


@dataclass(frozen=True, slots=True)
class Chunks:
    """The passages and statements of documents, in document order."""

    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A statement before ids are given; the outer span includes list markers, table headers and marks."""

    kind: StatementKind
    span: Span
    outer_start: int
    outer_end: int
    row: TableRow | None = None


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    locator: Locator | None


@dataclass(frozen=True, slots=True)
class _Section:
    heading_path: tuple[str, ...]
    locator: Locator
    drafts: tuple[_Draft, ...]


def chunk_documents(documents: Iterable[Document], register: Sequence[RegisterEntry] = ()) -> Chunks:
    """Return the chunks of several documents, in the order given."""
    by_document: dict[str, list[RegisterEntry]] = {}
    for entry in register:
        by_document.setdefault(entry.doc_id, []).append(entry)
    chunked = [chunk_document(document, by_document.get(document.doc_id, ())) for document in documents]
    return Chunks(
        passages=tuple(passage for chunks in chunked for passage in chunks.passages),
        statements=tuple(statement for chunks in chunked for statement in chunks.statements),
    )


def chunk_document(document: Document, register: Sequence[RegisterEntry] = ()) -> Chunks:
    """Return passages and statements of one document.

    Args:
        document: offsets refer to its `text`.
        register: entries of this document; each lends facts and questions to the statement its text overlaps most.
    """
    assembly = _Assembly(document)
    for section in _sections(document):
        for drafts in _pack(section.drafts):
            assembly.add(section, drafts)
    return Chunks(tuple(assembly.passages), tuple(_with_register(document, assembly.statements, register)))


def strip_marks(text: str) -> str:
    """Return the text without its reference marks."""
    return MARK.sub("", text)


class _Ids:
    """Gives content-derived ids; equal content is told apart by counting."""

    def __init__(self, doc_id: str) -> None:
        self._doc_id = doc_id
        self._seen: Counter[str] = Counter()

    def give(self, prefix: str, heading_path: tuple[str, ...], text: str) -> str:
        """Return a new id for this content."""
        content = "\x1f".join((self._doc_id, prefix, *heading_path, text))
        count = self._seen[content]
        self._seen[content] += 1
        digest = hashlib.sha256(f"{content}\x1f{count}".encode()).hexdigest()
        return f"{self._doc_id}.{prefix}{digest[:ID_HEX_DIGITS]}"


def _sections(document: Document) -> Iterable[_Section]:
    stack: list[_Heading] = []
    drafts: list[_Draft] = []
    place: Locator | None = None
    for block in split_blocks(document.text):
        if block.kind in (BlockKind.HEADING, BlockKind.PLACE):
            if drafts:
                yield _section(document, stack, drafts, place)
            drafts = []
        if block.kind is BlockKind.PLACE:
            place = read_place(document.text[block.start : block.end])
        elif block.kind is BlockKind.HEADING:
            stack = [heading for heading in stack if heading.level < block.level]
            stack.append(_heading(document, block))
        else:
            drafts.extend(_drafts(document.text, block, stack[-1].text if stack else document.title))
    if drafts:
        yield _section(document, stack, drafts, place)


def _section(document: Document, stack: Sequence[_Heading], drafts: Sequence[_Draft], place: Locator | None) -> _Section:
    # The level-1 heading repeats the document's title, so it is part of the path only where nothing stands below it.
    below_title = tuple(heading.text for heading in stack if heading.level > 1)
    path = below_title or tuple(heading.text for heading in stack) or (document.title,)
    located = [heading.locator for heading in stack if heading.locator is not None]
    located = [place] if place is not None else located
    return _Section(path, located[-1] if located else _plain_locator(document), tuple(drafts))


def _plain_locator(document: Document) -> Locator:
    if document.type == "video":
        return Locator(type=LocatorType.VIDEO, speaker=document.speaker)
    return Locator()


def _heading(document: Document, block: Block) -> _Heading:
    text = strip_marks(document.text[block.start : block.end]).strip()
    time = _VIDEO_TIME.search(text) if document.type == "video" else None
    if time is None:
        return _Heading(block.level, text, None)
    end_s = _seconds(time["end"]) if time["end"] else None
    locator = Locator(type=LocatorType.VIDEO, start_s=_seconds(time["start"]), end_s=end_s, speaker=document.speaker)
    return _Heading(block.level, text[: time.start()], locator)


def _seconds(clock: str) -> float:
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + int(part)
    return float(seconds)


def _drafts(text: str, block: Block, caption: str) -> list[_Draft]:
    if block.kind is BlockKind.ROW:
        return [_row_draft(text, block, caption)]
    spans = split_sentences(text, block.start, block.end)
    kind = StatementKind.SENTENCE
    if block.kind is BlockKind.ITEM:
        kind = StatementKind.ITEM
        spans = _item_spans(text, block, spans)
    drafts = []
    for position, span in enumerate(spans):
        outer_end = spans[position + 1].start if position + 1 < len(spans) else block.end
        outer_end = span.start + len(text[span.start : outer_end].rstrip())
        drafts.append(_Draft(kind, span, block.outer_start if position == 0 else span.start, outer_end))
    return drafts


def _item_spans(text: str, block: Block, spans: list[Span]) -> list[Span]:
    """A list item is one statement, unless reference marks stand between its sentences."""
    if len(spans) < 2 or any(span.marks for span in spans[:-1]):
        return spans
    return [Span(spans[0].start, spans[-1].end, spans[-1].marks)]


def _row_draft(text: str, block: Block, caption: str) -> _Draft:
    source = text[block.start : block.end]
    cells = tuple(" ".join(strip_marks(cell).split()) for cell in cells_of(source))
    headers = tuple(" ".join(strip_marks(header).split()) for header in block.headers)
    width = max(len(cells), len(headers))
    row = TableRow(caption, headers + ("",) * (width - len(headers)), cells + ("",) * (width - len(cells)))
    span = Span(block.start, block.end, tuple(MARK.findall(source)))
    return _Draft(StatementKind.TABLE_ROW, span, block.outer_start, block.end, row)


def read_out(row: TableRow) -> str:
    """Return a table row as a line of text: "Partial agonism — AIs: No; SERMs: Yes". Empty cells are left out."""
    pairs = zip(row.headers[1:], row.cells[1:], strict=True)
    rest = "; ".join(f"{header}: {cell}" if header else cell for header, cell in pairs if cell)
    return " — ".join(part for part in (row.cells[0], rest) if part)


def _pack(drafts: Sequence[_Draft]) -> list[list[_Draft]]:
    """Group consecutive statements into passages of about equal length, none above the limit if it can be helped."""
    total = drafts[-1].outer_end - drafts[0].outer_start
    target = total / max(1, math.ceil(total / MAX_PASSAGE_CHARS))
    groups: list[list[_Draft]] = [[]]
    for draft in drafts:
        group = groups[-1]
        if group:
            start = group[0].outer_start
            is_full = group[-1].outer_end - start >= target
            if is_full or draft.outer_end - start > MAX_PASSAGE_CHARS:
                group = []
                groups.append(group)
        group.append(draft)
    return groups


class _Assembly:
    """Gives ids and ordinals to the passages and statements of one document, in order."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ids = _Ids(document.doc_id)
        self.passages: list[Passage] = []
        self.statements: list[Statement] = []

    def add(self, section: _Section, drafts: Sequence[_Draft]) -> None:
        """Add one passage with its statements."""
        start, end = drafts[0].outer_start, drafts[-1].outer_end
        text = self._document.text[start:end]
        chunk_id = self._ids.give("p", section.heading_path, text)
        first = len(self.statements)
        self.statements.extend(self._statement(section, draft, chunk_id, first + i) for i, draft in enumerate(drafts))
        passage = Passage(
            chunk_id=chunk_id,
            doc_id=self._document.doc_id,
            ordinal=len(self.passages),
            text=text,
            start=start,
            end=end,
            heading_path=section.heading_path,
            locator=section.locator,
            statement_ids=tuple(statement.statement_id for statement in self.statements[first:]),
        )
        self.passages.append(passage)

    def _statement(self, section: _Section, draft: _Draft, chunk_id: str, ordinal: int) -> Statement:
        source = self._document.text[draft.span.start : draft.span.end]
        numbers = dict.fromkeys(int(mark) for mark in draft.span.marks if mark.isdecimal())
        return Statement(
            statement_id=self._ids.give("s", section.heading_path, source),
            chunk_id=chunk_id,
            doc_id=self._document.doc_id,
            ordinal=ordinal,
            kind=draft.kind,
            text=read_out(draft.row) if draft.row else source,
            start=draft.span.start,
            end=draft.span.end,
            heading_path=section.heading_path,
            locator=section.locator,
            reference_numbers=tuple(numbers),
            row=draft.row,
        )


def _with_register(document: Document, statements: list[Statement], register: Sequence[RegisterEntry]) -> list[Statement]:
    """Lend each register entry to the statement it overlaps most (authors may leave out a table row's outer borders)."""
    enriched = list(statements)
    for entry in register if statements else ():
        start = document.text.find(entry.statement)
        end = start + len(entry.statement)
        overlaps = [min(end, s.end) - max(start, s.start) for s in enriched]
        best = max(range(len(enriched)), key=overlaps.__getitem__)
        if start < 0 or overlaps[best] <= 0:
            continue
        statement = enriched[best]
        questions = tuple(dict.fromkeys(statement.questions + entry.questions))
        facts = tuple(dict.fromkeys(statement.facts + entry.facts))
        enriched[best] = replace(statement, questions=questions, facts=facts)
    return enriched
