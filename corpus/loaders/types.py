"""What loaders hand on: blocks of a document with their place and origin, and the report of what became of each part.

A loader reads one format and returns a `RawDocument`; it judges nothing. `corpus.loaders.normalise` turns that into a
`ParsedDocument`. Text of a block is one line without markup; superscript numbers stand between `SUPER_OPEN` and `SUPER_CLOSE`
until `corpus.loaders.marks` has decided whether they are reference marks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from corpus.types import Locator, Reference

SUPER_OPEN, SUPER_CLOSE = "\ue010", "\ue011"


class PartKind(StrEnum):
    """What a block of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"
    FIGURE = "figure"
    NOTE = "note"


class Format(StrEnum):
    """A format that can be read."""

    HTML = "html"
    PAGE_TEXT = "page text"
    PDF = "pdf"
    PPTX = "pptx"
    DOCX = "docx"
    MARKDOWN = "markdown"
    VTT = "webvtt"
    SRT = "srt"
    CSV = "csv"
    XLSX = "xlsx"


class Outcome(StrEnum):
    """What became of a part of the original."""

    KEPT = "kept"
    DROPPED = "dropped"
    DOUBTFUL = "doubtful"
    NEEDS_OCR = "needs_ocr"


@dataclass(frozen=True, slots=True)
class Part:
    """A block of the original in reading order.

    `level` is that of a heading (1-6) or of a nested item (0 outermost). `rows` are those of a table, header first. `origin`
    names the place in the file for a person ("line 12", "page 3", "slide 2, notes"). `label` is the printed number of an
    item. `close` says that the part stands directly under the one before (no blank line between).
    """

    kind: PartKind
    text: str
    origin: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    locator: Locator = field(default_factory=Locator)
    label: str = ""
    close: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the parse report: what became of a part, why, and where it stands in the original."""

    outcome: Outcome
    reason: str
    text: str
    origin: str


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a loader read: parts in reading order, and findings of its own. `pages` counts pages, slides or sheets (0: none)."""

    format: Format
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    pages: int = 0
    title: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """An abbreviation with the long form the document itself gives."""

    short: str
    long: str
    origin: str


@dataclass(frozen=True, slots=True)
class ParseReport:
    """What was read, what was kept, and every part that was dropped, is doubtful or needs text recognition."""

    format: Format
    pages: int
    kept: int
    findings: tuple[Finding, ...]

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """Return the findings with that outcome, in reading order."""
        return tuple(finding for finding in self.findings if finding.outcome is outcome)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A normalised document before governance: title, parts in reading order with resolved marks, bibliography, report.

    `number` is the document number printed in the original, "" when there is none. `speaker` speaks in its video.
    """

    title: str
    parts: tuple[Part, ...]
    references: tuple[Reference, ...]
    abbreviations: tuple[Abbreviation, ...]
    report: ParseReport
    number: str = ""
    speaker: str = ""
    is_video: bool = False
