"""Original and draft side by side: every part of the original in its order, with what became of it.

The data of the preview page. It is written when a document is added and holds no more than the parse report and the parts do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import CorpusError, Problem
from corpus.loaders.rendering import render_body
from corpus.loaders.types import Abbreviation, Outcome, ParsedDocument, Part, PartKind
from corpus.types import Reference

REPORTS = "reports"
_PLACE = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One part: where it stands in the original, what became of it and why, its text."""

    origin: str
    outcome: Outcome
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reviewer compares. `markdown` is the draft's text; rows are in the order of the original."""

    file: str
    format: str
    pages: int
    title: str
    markdown: str
    rows: tuple[PreviewRow, ...]
    abbreviations: tuple[Abbreviation, ...] = ()
    references: tuple[Reference, ...] = ()


def report_path(content_dir: Path, doc_id: str) -> Path:
    """Return where the parse report of an added document lies."""
    return content_dir / REPORTS / f"{doc_id.lower()}.json"


def make_preview(parsed: ParsedDocument, file: str) -> Preview:
    """Return the preview of a parsed document; `file` is the original's name."""
    kept = [PreviewRow(part.origin, Outcome.KEPT, part.kind.value, _shown(part)) for part in parsed.parts]
    kept += [
        PreviewRow("reference list", Outcome.KEPT, "reference", f"{entry.n}. {entry.citation}") for entry in parsed.references
    ]
    judged = [PreviewRow(finding.origin, finding.outcome, finding.reason, finding.text) for finding in parsed.report.findings]
    rows = sorted([*kept, *judged], key=_position)
    return Preview(
        file=file,
        format=parsed.report.format.value,
        pages=parsed.report.pages,
        title=parsed.title,
        markdown=render_body(parsed),
        rows=tuple(rows),
        abbreviations=parsed.abbreviations,
        references=parsed.references,
    )


def load_preview(path: Path) -> Preview:
    """Return a preview that was written when a document was added.

    Raises:
        CorpusError: there is none, or it cannot be read.
    """
    try:
        return TypeAdapter(Preview).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise CorpusError([Problem(path.name, "", "no parse report can be read; add the document again")]) from error


def _position(row: PreviewRow) -> tuple[int, int]:
    """The first number of the origin orders lines, pages and slides; what has none stands at the end."""
    number = _PLACE.search(row.origin)
    return (0, int(number[0])) if number else (1, 0)


def _shown(part: Part) -> str:
    if part.kind is PartKind.TABLE:
        return "\n".join(" | ".join(row) for row in part.rows)
    return part.text
