"""A parsed document as Markdown of this project's content format, and its front matter as a draft awaiting review.

Places (pages, slides, times) are written where they change (`corpus.places`). The result always parses with
`corpus.frontmatter.parse_document`; whatever is not content (titles, labels) is quoted as YAML, so no text of the original
can add a field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from corpus.loaders.types import Format, ParsedDocument, Part, PartKind
from corpus.places import write_place
from corpus.types import Locator, Reference

REVIEW_DAYS = 182
_STARTS_MARKUP = re.compile(r"(?:#{1,6}[ \t]|[-*+•][ \t]|\d{1,3}[.)][ \t]|\||>|\[at\]:)")


@dataclass(frozen=True, slots=True)
class Governance:
    """What a person decides about a document that is brought in. It is always a draft with review pending."""

    doc_id: str
    topic: str
    effective_date: date
    market: str
    owner: str
    source: str
    audience: str = "hcp"
    version: str = "1.0"
    type: str | None = None
    title: str | None = None


def render_file(parsed: ParsedDocument, governance: Governance) -> str:
    """Return the whole document file."""
    return f"---\n{_front_matter(parsed, governance)}---\n{render_body(parsed, governance.title)}"


def render_body(parsed: ParsedDocument, title: str | None = None) -> str:
    """Return the Markdown after the front matter."""
    lines = [f"# {_inline(title or parsed.title)}", ""]
    place = Locator()
    previous: Part | None = None
    for part in parsed.parts:
        if part.locator != place:
            place = part.locator
            lines.extend(_separated(lines, write_place(place)))
            previous = None
        is_list_going_on = previous is not None and previous.kind is part.kind is PartKind.ITEM
        block = "\n".join(_render(part))
        lines.extend([block] if is_list_going_on else _separated(lines, block))
        previous = part
    return "\n".join(lines) + "\n"


def _separated(lines: list[str], block: str) -> list[str]:
    return [block] if lines[-1] == "" else ["", block]


def _render(part: Part) -> Iterator[str]:
    if part.kind is PartKind.HEADING:
        yield f"{'#' * max(2, part.level)} {_inline(part.text)}"
    elif part.kind is PartKind.ITEM:
        yield f"{'  ' * part.level}- {_line(part.text)}"
    elif part.kind is PartKind.TABLE:
        yield from _table(part.rows)
    elif part.kind is PartKind.FIGURE:
        yield f"Figure: {_inline(part.text)}"
    else:
        yield _line(part.text)


def _table(rows: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    width = max(len(row) for row in rows)
    for position, row in enumerate(rows):
        cells = [_inline(cell).replace("|", "\\|") for cell in (*row, *([""] * (width - len(row))))]
        yield f"| {' | '.join(cells)} |"
        if position == 0:
            yield f"|{'---|' * width}"


def _inline(text: str) -> str:
    return " ".join(text.split())


def _line(text: str) -> str:
    """Return text as one line that is read as a paragraph or item whatever it begins with."""
    text = _inline(text)
    return f"\\{text}" if _STARTS_MARKUP.match(text) else text


def _front_matter(parsed: ParsedDocument, governance: Governance) -> str:
    effective = governance.effective_date
    fields: dict[str, Any] = {
        "id": governance.doc_id,
        "title": governance.title or parsed.title,
        "type": governance.type or _type(parsed),
        "topic": governance.topic,
        "version": governance.version,
        "status": "draft",
        "review": "pending",
        "effective_date": effective,
        "review_due": effective + timedelta(days=REVIEW_DAYS),
        "market": [governance.market],
        "audience": governance.audience,
        "owner": governance.owner,
    }
    if parsed.speaker:
        fields["speaker"] = parsed.speaker
    if parsed.references:
        fields["references"] = [_reference(reference) for reference in parsed.references]
    fields["sources"] = [governance.source]
    text: str = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True, width=10_000)
    return text


def _type(parsed: ParsedDocument) -> str:
    if parsed.is_video:
        return "video"
    return "page" if parsed.report.format in (Format.HTML, Format.PAGE_TEXT) else "evidence"


def _reference(reference: Reference) -> dict[str, Any]:
    fields = {
        "n": reference.n,
        "citation": reference.citation,
        "doi": reference.doi,
        "url": reference.url,
        "note": reference.note,
    }
    return {name: value for name, value in fields.items() if value is not None}
