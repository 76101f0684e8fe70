"""Reads PDFs: text in reading order with page numbers, headings by size and weight, tables, superscripts.

Running heads and feet, page numbers and tables of contents are dropped. A page that is only a picture is reported for text
recognition; no text is guessed. Scripts, attachments and actions of the file are never opened.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.pdf_layout import Box, Paragraph, order_page
from corpus.loaders.pdf_lines import Line, group_lines, read_words
from corpus.loaders.pdf_notes import take_notes
from corpus.loaders.pdf_open_tables import find_open_grids
from corpus.loaders.pdf_parts import build_parts
from corpus.loaders.pdf_tables import Grid, find_grids, is_inside
from corpus.loaders.references import read_references
from corpus.loaders.types import Finding, Format, Outcome, RawDocument

MAX_PAGES = 1000
MARGIN = 0.1  # of the height: heads and feet stand within
FRONT_PAGES = 30  # a page number may run ahead of the page by as much
PICTURE = 0.3  # of the page covered by pictures: what is not text is picture
_CONTENTS = re.compile(r".*(?:\.\s?){4,}\s*\d+\s*\Z")
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?|slide )?(\d{1,4})(?: ?(?:/|of|von|\|) ?\d{1,4})?", re.IGNORECASE)
_ROMAN_NUMBER = re.compile(r"[ivxl]{1,7}")
_ACTIVE = {b"/Launch": "an action that starts a program", b"/JavaScript": "a script", b"/EmbeddedFile": "an attached file"}


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]


def load_pdf(data: bytes) -> RawDocument:
    """Return the parts of a PDF with their pages.

    Raises:
        LoadRefused: damaged, protected, too long, or nothing but pictures.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return _load(pdf, data)
    except PDFPasswordIncorrect as error:
        raise LoadRefused(Refusal.ENCRYPTED, "the file is protected by a password; save a copy without one") from error
    except (PdfminerException, PSException) as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect) or "encrypt" in type(cause).__name__.lower() + str(cause).lower():
            raise LoadRefused(Refusal.ENCRYPTED, "the file is protected by a password; save a copy without one") from error
        raise LoadRefused(Refusal.BROKEN, "the PDF is damaged; export it again") from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError, OverflowError) as error:
        raise LoadRefused(Refusal.BROKEN, "the PDF is damaged; export it again") from error


def _load(pdf: Any, data: bytes) -> RawDocument:
    count = len(pdf.pages)
    if not count:
        raise LoadRefused(Refusal.BROKEN, "the PDF has no page that can be read; export it again")
    if count > MAX_PAGES:
        raise LoadRefused(
            Refusal.TOO_LARGE, f"{count} pages, more than {MAX_PAGES}; split it and add the chapters that are meant"
        )
    findings = [
        Finding(Outcome.DROPPED, f"{what}, not opened", name.decode(), "whole file")
        for name, what in _ACTIVE.items()
        if name in data
    ]
    pages = []
    for page in pdf.pages:
        pages.append(_read_page(page, findings))
        page.close()
    unread = sum(finding.outcome is Outcome.NEEDS_OCR for finding in findings)
    if not any(page.lines or page.grids for page in pages):
        raise LoadRefused(*_nothing(unread, count))
    title = clean_text(str((pdf.metadata or {}).get("Title") or ""))
    ordered, notes = take_notes(_order(_without_margins(pages, findings)))
    references, found = read_references(notes)
    grids = {(page.number, index): grid for page in pages for index, grid in enumerate(page.grids)}
    parts = build_parts(ordered, grids)
    title = _meaningful(title)
    return RawDocument(Format.PDF, tuple(parts), (*findings, *found), pages=count, title=title, references=references)


def _nothing(unread: int, count: int) -> tuple[Refusal, str]:
    if unread:
        return (
            Refusal.NEEDS_OCR,
            f"{unread} of {count} pages are pictures without text; run text recognition on it and add the result",
        )
    return Refusal.EMPTY, "no page holds text; export it again"


def _meaningful(title: str) -> str:
    """A title that is the name of a file or of a program names nothing."""
    return (
        ""
        if re.search(r"\.(?:docx?|pptx?|pdf|indd|html?|md|xlsx?)\Z|^microsoft |^untitled|^slide 1$", title, re.IGNORECASE)
        else title
    )


def _read_page(page: Any, findings: list[Finding]) -> _Page:
    origin = f"page {page.page_number}"
    words = read_words(page)
    _report_pictures(page, len(words), origin, findings)
    garbled = sum("(cid:" in word.text for word in words)
    if garbled:
        outcome = Outcome.NEEDS_OCR if garbled > 0.1 * len(words) else Outcome.DOUBTFUL
        findings.append(Finding(outcome, "letters of a font without their meaning, left out", f"{garbled} words", origin))
    words = [word for word in words if "(cid:" not in word.text]
    grids = find_grids(page, words)
    free = [word for word in words if not any(is_inside(word, grid) for grid in grids)]
    open_grids = find_open_grids(page, free)
    grids = sorted([*grids, *open_grids], key=lambda grid: (grid.top, grid.x0))
    free = [word for word in free if not any(is_inside(word, grid) for grid in open_grids)]
    return _Page(page.page_number, float(page.width), float(page.height), tuple(group_lines(free)), tuple(grids))


def _report_pictures(page: Any, words: int, origin: str, findings: list[Finding]) -> None:
    area = sum(abs(float(image["width"]) * float(image["height"])) for image in page.images)
    share = area / max(1.0, float(page.width) * float(page.height))
    if not words and not page.images and not page.chars:
        findings.append(Finding(Outcome.DROPPED, "empty page", "", origin))
    elif share >= PICTURE and words < 15:
        findings.append(Finding(Outcome.NEEDS_OCR, "page is a picture", f"{words} words of text", origin))
    elif share >= PICTURE / 3:
        findings.append(
            Finding(Outcome.DOUBTFUL, "picture whose text, if any, was not read", f"{share:.0%} of the page", origin)
        )


def _without_margins(pages: Sequence[_Page], findings: list[Finding]) -> Iterator[tuple[_Page, list[Line]]]:
    """Drop lines near the edges that are printed on most pages, page numbers, and tables of contents."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(line) for line in page.lines if _is_marginal(line, page)})
    often = max(2, round(0.4 * len(pages)))
    reported: set[str] = set()
    for page in pages:
        kept = []
        for line in page.lines:
            reason = _why_dropped(line, page, counts, often)
            if reason is None:
                kept.append(line)
            elif _shape(line) not in reported:
                reported.add(_shape(line))
                findings.append(Finding(Outcome.DROPPED, reason, line.text, f"page {page.number}"))
        yield page, kept


def _why_dropped(line: Line, page: _Page, counts: Counter[str], often: int) -> str | None:
    if _CONTENTS.fullmatch(line.text):
        return "table of contents"
    if not _is_marginal(line, page):
        is_last = line.bottom >= max(other.bottom for other in page.lines)
        return "page number" if is_last and line.text.strip(" -–") == str(page.number) else None
    if _ROMAN_NUMBER.fullmatch(line.text.strip(" -–")):
        return "page number"
    number = _PAGE_NUMBER.fullmatch(line.text.strip(" -–"))
    if number is not None and (int(number[1]) <= page.number + FRONT_PAGES or counts[_shape(line)] >= often):
        return "page number"
    return "running head or foot" if counts[_shape(line)] >= often else None


def _is_marginal(line: Line, page: _Page) -> bool:
    return line.bottom < MARGIN * page.height or line.top > (1 - MARGIN) * page.height


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.strip())


def _order(pages: Iterator[tuple[_Page, list[Line]]]) -> list[Paragraph]:
    ordered: list[Paragraph] = []
    for page, lines in pages:
        boxes = [Box(grid.x0, grid.x1, grid.top, grid.bottom, index) for index, grid in enumerate(page.grids)]
        ordered.extend(order_page(lines, boxes, page.number, page.width))
    return ordered
