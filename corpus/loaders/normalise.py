"""From what a loader read to a document in this project's form: furniture off, cues placed, references and marks resolved.

The same input gives the same output. Nothing is reworded; marks are moved to the end of the statement they were printed in.
What is dropped or doubtful is a finding of the report.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.loaders import marks
from corpus.loaders.abbreviations import find_abbreviations
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.furniture import Cleared, clear_page
from corpus.loaders.lending import lend_marks
from corpus.loaders.list_tables import build_tables
from corpus.loaders.page_text import infer_headings
from corpus.loaders.references import read_references, split_references
from corpus.loaders.sentences import split_statements
from corpus.loaders.transcripts import place_cues
from corpus.loaders.types import (
    SUPER_CLOSE,
    SUPER_OPEN,
    Finding,
    Format,
    Outcome,
    ParsedDocument,
    ParseReport,
    Part,
    PartKind,
    RawDocument,
)
from corpus.types import LocatorType, Reference

WEB = frozenset({Format.HTML, Format.PAGE_TEXT})
# A Markdown file may be this project's own form, in which marks and tables stand already.
_LITERAL = frozenset({Format.MARKDOWN})


def normalise(raw: RawDocument, fallback_title: str) -> ParsedDocument:
    """Return the document in what a loader read.

    Args:
        raw: parts in reading order.
        fallback_title: used when the original has no title, such as the file's name.

    Raises:
        LoadRefused: nothing is left that could be a statement.
    """
    cleared = clear_page(raw.parts) if raw.format in WEB else Cleared(raw.parts, ())
    parts: Sequence[Part] = infer_headings(cleared.parts) if raw.format is Format.PAGE_TEXT else cleared.parts
    findings = [*raw.findings, *cleared.findings]
    recording = place_cues(parts)
    findings.extend(recording.findings)
    parts, references, found = _bibliography(recording.parts, raw)
    findings.extend(found)
    parts, found = _with_marks(parts, {reference.n for reference in references}, raw.format)
    findings.extend(found)
    if raw.format in WEB:
        parts, found = build_tables(parts)
        findings.extend(found)
    parts, found = lend_marks(parts)
    findings.extend(found)
    parts = [_at_statement_ends(part) for part in parts]
    title, parts = _title(parts, raw.title, fallback_title)
    parts = _without_empty_sections(parts, findings)
    if not any(part.kind is not PartKind.HEADING for part in parts):
        raise LoadRefused(Refusal.EMPTY, "no text was found in it; nothing is left to answer from")
    findings.extend(_uncited(parts, references))
    kept = sum(1 for part in parts if part.kind is not PartKind.HEADING)
    return ParsedDocument(
        title=title,
        parts=tuple(parts),
        references=references,
        abbreviations=find_abbreviations(parts),
        report=ParseReport(raw.format, raw.pages, kept, tuple(sorted(findings, key=_reading_order))),
        number=cleared.number,
        speaker=recording.speaker,
        is_video=all(part.locator.type is LocatorType.VIDEO for part in parts if part.kind is not PartKind.HEADING),
    )


def _reading_order(finding: Finding) -> tuple[str, int]:
    """Findings are told by where they stand: "line 12" behind "line 3"."""
    number = re.search(r"\d+", finding.origin)
    return (finding.outcome.value, int(number[0]) if number else 0)


def _bibliography(parts: Sequence[Part], raw: RawDocument) -> tuple[list[Part], tuple[Reference, ...], list[Finding]]:
    if raw.references:
        return list(parts), raw.references, []
    kept, entries = split_references(parts)
    references, findings = read_references(entries)
    return kept, references, findings


def _with_marks(parts: Sequence[Part], known: Collection[int], format_: Format) -> tuple[list[Part], list[Finding]]:
    result, findings = [], []
    for part in parts:
        for printed in (
            n for text in (part.text, *(c for r in part.rows for c in r)) for n in marks.unresolved_superscripts(text, known)
        ):
            reason = f"superscript {printed} has no reference; kept as superscript"
            findings.append(Finding(Outcome.DOUBTFUL, reason, _plain(part.text), part.origin))
        text = _resolved(part.text, known, format_, has_superscripts=SUPER_OPEN in part.text)
        rows = tuple(tuple(_resolved(cell, known, format_, has_superscripts=True) for cell in row) for row in part.rows)
        lost = sorted(
            {number for number in marks.marks_of(" ".join((text, *(c for r in rows for c in r)))) if number not in known}
        )
        if lost:
            reason = f"marks without a reference, removed: {', '.join(map(str, lost))}"
            findings.append(Finding(Outcome.DOUBTFUL, reason, marks.strip_marks(text), part.origin))
            text = _without(text, lost)
            rows = tuple(tuple(_without(cell, lost) for cell in row) for row in rows)
        result.append(replace(part, text=text, rows=rows))
    return result, findings


def _plain(text: str) -> str:
    return re.sub(f"[{SUPER_OPEN}{SUPER_CLOSE}]", "", text)


def _resolved(text: str, known: Collection[int], format_: Format, *, has_superscripts: bool) -> str:
    text = marks.find_bracketed_marks(marks.resolve_superscripts(text, known), known)
    # A format that marks superscripts prints no marks against words; a dump has nothing else.
    if format_ in WEB and not has_superscripts:
        text = marks.find_printed_marks(text, known)
    return text if format_ in _LITERAL else re.sub(r"\[\^(?!\d+\])", "[ ^", text)


def _without(text: str, numbers: Collection[int]) -> str:
    return re.sub(r"\[\^(\d+)\]", lambda match: "" if int(match[1]) in numbers else match[0], text)


def _at_statement_ends(part: Part) -> Part:
    if part.kind in (PartKind.HEADING, PartKind.TABLE) or not marks.marks_of(part.text):
        return part
    return replace(part, text="".join(marks.move_to_end(statement) for statement in split_statements(part.text)))


def _title(parts: Sequence[Part], title: str, fallback: str) -> tuple[str, list[Part]]:
    """A single heading of level 1 is the title; where there are several, all headings go one level down."""
    tops = [part for part in parts if part.kind is PartKind.HEADING and part.level == 1]
    if len(tops) == 1:
        rest = [part for part in parts if part is not tops[0]]
        return marks.strip_marks(tops[0].text).strip(), rest
    shift = 1 if tops else 0
    lowered = [
        replace(part, level=min(part.level + shift, 6)) if part.kind is PartKind.HEADING else part
        for part in parts
        if not (part.kind is PartKind.HEADING and part.text == title)
    ]
    return title.strip() or fallback, lowered


def _without_empty_sections(parts: Sequence[Part], findings: list[Finding]) -> list[Part]:
    """A heading with nothing under it names nothing; it is dropped and reported."""
    kept: list[Part] = []
    level_below = 0
    for part in reversed(parts):
        if part.kind is PartKind.HEADING:
            if level_below <= part.level and level_below != -1:
                findings.append(Finding(Outcome.DROPPED, "heading without text under it", part.text, part.origin))
                continue
            level_below = part.level
        else:
            level_below = -1
        kept.append(part)
    return kept[::-1]


def _uncited(parts: Sequence[Part], references: Sequence[Reference]) -> list[Finding]:
    cited = {n for part in parts for text in (part.text, *(c for row in part.rows for c in row)) for n in marks.marks_of(text)}
    return [
        Finding(Outcome.DOUBTFUL, f"reference {reference.n} is cited nowhere in the text", reference.citation, "reference list")
        for reference in references
        if reference.n not in cited
    ]
