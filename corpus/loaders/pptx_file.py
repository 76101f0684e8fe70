"""Reads presentations: one section per slide with its number, text in reading order, tables, charts, notes, alternative
texts.

Hidden slides, slide numbers, dates and footers are dropped and reported. References printed on a slide under numbers of its
own are brought into one list, and the marks of that slide follow. Linked or embedded objects are never opened.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pptx
from lxml import etree
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.grids import lay_out, table_parts, tidy
from corpus.loaders.html_page import clean_text_with_marks
from corpus.loaders.slide_references import join_references
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Finding, Format, Outcome, Part, PartKind, RawDocument
from corpus.types import Locator, LocatorType

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_EMU_PER_BAND = 457_200  # half an inch: boxes whose tops differ by less stand side by side
_MARGINAL = (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER)
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_PICTURE_NAME = re.compile(
    r"\S+\.(?:png|jpe?g|gif|emf|wmf|svg|bmp)|(?:picture|image|grafik|bild|shape)\s*\d*|.*description automatically generated",
    re.I,
)


def load_pptx(data: bytes) -> RawDocument:
    """Return the parts of a presentation.

    Raises:
        LoadRefused: the file cannot be read as one.
    """
    try:
        presentation = pptx.Presentation(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, OSError, AttributeError, etree.XMLSyntaxError) as error:
        raise LoadRefused(Refusal.BROKEN, "the presentation cannot be read; save it again as .pptx") from error
    parts: list[Part] = []
    findings: list[Finding] = []
    slides = list(presentation.slides)
    for number, slide in enumerate(slides, start=1):
        if slide._element.get("show") in ("0", "false"):
            findings.append(Finding(Outcome.DROPPED, "hidden slide", _slide_title(slide), f"slide {number}"))
            continue
        parts.extend(_slide_parts(slide, number, findings))
    parts, references, found = join_references(_with_sections(parts))
    title = clean_text(presentation.core_properties.title or "")
    if title.lower() in ("", "powerpoint presentation"):
        title = next((part.text for part in parts if part.kind is PartKind.HEADING), "")
    return RawDocument(Format.PPTX, tuple(parts), (*findings, *found), pages=len(slides), title=title, references=references)


def _with_sections(parts: Sequence[Part]) -> list[Part]:
    """A slide of nothing but a title opens a section: the slides behind it stand one level below. The first is the title."""
    filled = {part.locator.slide for part in parts if part.kind is not PartKind.HEADING}
    result: list[Part] = []
    below = 0
    for part in parts:
        if part.kind is not PartKind.HEADING:
            result.append(part)
            continue
        if part.locator.slide in filled:
            result.append(replace(part, level=part.level + below))
            continue
        below = 0 if part.locator.slide == 1 else 1
        result.append(replace(part, level=1 if part.locator.slide == 1 else 2))
    return result


def _slide_title(slide: Any) -> str:
    shape = slide.shapes.title
    return clean_text(shape.text_frame.text) if shape is not None and shape.has_text_frame else ""


def _slide_parts(slide: Any, number: int, findings: list[Finding]) -> Iterator[Part]:
    locator = Locator(type=LocatorType.SLIDE, slide=number)
    origin = f"slide {number}"
    title = _slide_title(slide)
    yield Part(PartKind.HEADING, title or f"Slide {number}", origin, level=2, locator=locator)
    for shape in _in_order(slide.shapes):
        if shape.is_placeholder and shape.placeholder_format.type in _TITLES:
            continue
        for part in _shape_parts(shape, origin, findings):
            yield replace(part, locator=locator)
    yield from (replace(part, locator=locator) for part in _notes(slide, f"{origin}, notes", findings))


def _in_order(shapes: Any) -> list[Any]:
    """Top to bottom in bands, left to right in a band."""
    return sorted(shapes, key=lambda shape: ((shape.top or 0) // _EMU_PER_BAND, shape.left or 0, shape.shape_id))


def _shape_parts(shape: Any, origin: str, findings: list[Finding]) -> Iterator[Part]:
    if shape.is_placeholder and shape.placeholder_format.type in _MARGINAL:
        text = clean_text(shape.text_frame.text) if shape.has_text_frame else ""
        if text:
            findings.append(Finding(Outcome.DROPPED, "slide number, date or footer", text, origin))
    elif shape.shape_type == MSO_SHAPE_TYPE.GROUP:
        for inner in _in_order(shape.shapes):
            yield from _shape_parts(inner, origin, findings)
    elif getattr(shape, "has_table", False) and shape.has_table:
        yield from _table(shape.table, origin)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield from _chart(shape.chart, origin, findings)
    elif shape.has_text_frame:
        yield from _paragraphs(shape, origin)
    else:
        yield from _picture(shape, origin, findings)


def _paragraphs(shape: Any, origin: str) -> Iterator[Part]:
    is_list = shape.is_placeholder and shape.placeholder_format.type not in (PP_PLACEHOLDER.SUBTITLE,)
    texts = [(clean_text_with_marks(_text(paragraph._p)), paragraph) for paragraph in shape.text_frame.paragraphs]
    texts = [(text, paragraph) for text, paragraph in texts if text]
    for text, paragraph in texts:
        is_item = _has_bullet(paragraph._p) or (is_list and len(texts) > 1 and not _lacks_bullet(paragraph._p))
        kind = PartKind.ITEM if is_item else PartKind.PARAGRAPH
        yield Part(kind, text, origin, level=paragraph.level if is_item else 0)


def _has_bullet(paragraph: Any) -> bool:
    return any(paragraph.find(f"{_A}pPr/{_A}{name}") is not None for name in ("buChar", "buAutoNum", "buBlip"))


def _lacks_bullet(paragraph: Any) -> bool:
    return paragraph.find(f"{_A}pPr/{_A}buNone") is not None


def _text(paragraph: Any) -> str:
    pieces = []
    for node in paragraph:
        if node.tag == f"{_A}br":
            pieces.append(" ")
        elif node.tag == f"{_A}r":
            properties, text = node.find(f"{_A}rPr"), node.findtext(f"{_A}t") or ""
            baseline = int(properties.get("baseline") or 0) if properties is not None else 0
            pieces.append(f"{SUPER_OPEN}{text.strip()}{SUPER_CLOSE}" if baseline > 0 and text.strip() else text)
    return "".join(pieces)


def _table(table: Any, origin: str) -> list[Part]:
    rows = []
    for row in table.rows:
        cells = []
        for cell in row.cells:
            if not cell.is_spanned:
                text = clean_text_with_marks(" ".join(_text(paragraph._p) for paragraph in cell.text_frame.paragraphs))
                cells.append((text, cell.span_height, cell.span_width))
        rows.append(cells)
    return table_parts(lay_out(rows), origin)


def _chart(chart: Any, origin: str, findings: list[Finding]) -> Iterator[Part]:
    """A chart is the table of its series; a kind of chart without categories is reported."""
    if chart.has_title and chart.chart_title.has_text_frame and clean_text(chart.chart_title.text_frame.text):
        yield Part(PartKind.PARAGRAPH, clean_text(chart.chart_title.text_frame.text), origin)
    for plot in chart.plots:
        series = list(plot.series)
        categories = [clean_text(str(category)) for category in plot.categories]
        if not categories or not series:
            findings.append(Finding(Outcome.DOUBTFUL, "chart without categories, not read", "", origin))
            continue
        values = [[("" if value is None else f"{value:g}") for value in entry.values] for entry in series]
        header = ("", *(clean_text(entry.name or "") for entry in series))
        rows = [
            (category, *(column[i] if i < len(column) else "" for column in values)) for i, category in enumerate(categories)
        ]
        findings.append(Finding(Outcome.DOUBTFUL, "chart read as a table; compare it", ", ".join(header[1:]), origin))
        yield Part(PartKind.TABLE, "", origin, rows=tidy([header, *rows]))


def _picture(shape: Any, origin: str, findings: list[Finding]) -> Iterator[Part]:
    properties = shape._element.xpath(".//p:cNvPr")
    alt = clean_text(properties[0].get("descr") or "") if properties else ""
    if len(alt.split()) > 3 and not _PICTURE_NAME.fullmatch(alt):
        yield Part(PartKind.FIGURE, alt, origin)
    elif shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.LINKED_PICTURE):
        findings.append(Finding(Outcome.NEEDS_OCR, "picture without alternative text", shape.name, origin))
    elif shape.shape_type in (MSO_SHAPE_TYPE.EMBEDDED_OLE_OBJECT, MSO_SHAPE_TYPE.LINKED_OLE_OBJECT, MSO_SHAPE_TYPE.IGX_GRAPHIC):
        findings.append(Finding(Outcome.DOUBTFUL, "embedded object or diagram, not read", shape.name, origin))


def _notes(slide: Any, origin: str, findings: list[Finding]) -> Iterator[Part]:
    if not slide.has_notes_slide or slide.notes_slide.notes_text_frame is None:
        return
    texts: Sequence[str] = [
        text
        for paragraph in slide.notes_slide.notes_text_frame.paragraphs
        if (text := clean_text_with_marks(_text(paragraph._p)))
    ]
    if texts:
        findings.append(Finding(Outcome.DOUBTFUL, "speaker notes kept; check that they may be quoted", " ".join(texts), origin))
        yield Part(PartKind.HEADING, "Speaker notes", origin, level=3)
        yield from (Part(PartKind.PARAGRAPH, text, origin) for text in texts)
