"""Reads Word documents: headings, paragraphs, numbered lists, tables, footnotes, superscripts, alternative texts, text boxes.

Text that was deleted under change tracking is left out, text that was inserted is kept, and both are reported. Heads and feet
of pages are dropped. Fields, macros and linked content are never evaluated.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph
from lxml import etree

from corpus.loaders.cleaning import clean_text
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.grids import lay_out, table_parts
from corpus.loaders.html_page import clean_text_with_marks
from corpus.loaders.references import is_reference_heading, read_references
from corpus.loaders.types import SUPER_CLOSE, SUPER_OPEN, Finding, Format, Outcome, Part, PartKind, RawDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}instrText", f"{_W}delText", f"{_MC}Fallback", f"{_W}txbxContent"}
)
_PICTURE_NAME = re.compile(r"\S+\.(?:png|jpe?g|gif|emf|wmf|svg|bmp)|(?:picture|image|grafik|bild|shape|frame)\s*\d*", re.I)


def load_docx(data: bytes) -> RawDocument:
    """Return the parts of a Word document.

    Raises:
        LoadRefused: the file cannot be read as one.
    """
    try:
        document = docx.Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError, OSError, AttributeError, etree.XMLSyntaxError) as error:
        raise LoadRefused(Refusal.BROKEN, "the document cannot be read; save it again as .docx") from error
    reader = _Reader(document)
    for block in document.element.body:
        reader.read(block)
    reader.report_margins()
    references, found = reader.references()
    title = clean_text(document.core_properties.title or "")
    return RawDocument(Format.DOCX, tuple(reader.parts), (*reader.findings, *found), title=title, references=references)


class _Reader:
    """Reads the blocks of the body in order."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._formats = _number_formats(document)
        self._counts: dict[str, int] = {}
        self._notes = _footnotes(document)
        self._noted: list[str] = []
        self._paragraph = 0
        self.parts: list[Part] = []
        self.findings: list[Finding] = []

    def read(self, block: Any) -> None:
        """Read one block of the body: a paragraph, a table, or a content control around some."""
        if block.tag == f"{_W}p":
            self._paragraph += 1
            self._read_paragraph(block)
        elif block.tag == f"{_W}tbl":
            self._read_table(block)
        elif block.tag in (f"{_W}sdt", f"{_W}ins", f"{_W}customXml", f"{_W}sdtContent"):
            for child in block:
                self.read(child)

    def references(self) -> tuple[tuple[Any, ...], list[Finding]]:
        """Return footnotes and endnotes as references, where the document has no reference list of its own."""
        if not self._noted or self._has_list():
            return (), []
        return read_references([(n, self._notes[key], f"footnote {n}") for n, key in enumerate(self._noted, start=1)])

    def report_margins(self) -> None:
        """Report heads and feet of pages as dropped."""
        seen: dict[str, None] = {}
        for section in self._document.sections:
            for margin in (section.header, section.footer):
                seen.update(dict.fromkeys(clean_text(paragraph.text) for paragraph in margin.paragraphs))
        self.findings.extend(Finding(Outcome.DROPPED, "running head or foot", text, "margin") for text in seen if text)

    def _has_list(self) -> bool:
        return any(part.kind is PartKind.HEADING and is_reference_heading(part.text) for part in self.parts)

    def _read_paragraph(self, element: Any) -> None:
        origin = f"paragraph {self._paragraph}"
        text = clean_text_with_marks(self._text(element))
        if text:
            self.parts.append(self._part(element, text, origin))
        for alt in _alternative_texts(element):
            self.parts.append(Part(PartKind.FIGURE, alt, origin))
        for box in _boxes(element):
            for paragraph in box.iter(f"{_W}p"):
                inner = clean_text_with_marks(self._text(paragraph))
                if inner:
                    self.parts.append(Part(PartKind.PARAGRAPH, inner, f"{origin}, text box"))
        changed = [clean_text("".join(node.itertext())) for node in element.iter(f"{_W}del", f"{_W}moveFrom")]
        if any(changed):
            self.findings.append(
                Finding(Outcome.DOUBTFUL, "deleted under change tracking, left out", " ".join(changed), origin)
            )
        if any(True for _ in element.iter(f"{_W}ins")):
            self.findings.append(Finding(Outcome.DOUBTFUL, "inserted under change tracking, kept", text, origin))

    def _part(self, element: Any, text: str, origin: str) -> Part:
        paragraph = Paragraph(element, self._document)
        name = (paragraph.style.name or "") if paragraph.style is not None else ""
        level = _heading_level(element, name)
        if level:
            return Part(PartKind.HEADING, text, origin, level=level)
        depth, label = self._numbering(element)
        if depth is not None or name.lower().startswith("list "):
            return Part(PartKind.ITEM, text, origin, level=depth or 0, label=label)
        return Part(PartKind.PARAGRAPH, text, origin)

    def _numbering(self, element: Any) -> tuple[int | None, str]:
        found = element.find(f"{_W}pPr/{_W}numPr")
        if found is None:
            return None, ""
        number = found.find(f"{_W}numId")
        depth = found.find(f"{_W}ilvl")
        key = number.get(f"{_W}val") if number is not None else "0"
        if key == "0":
            return None, ""
        level = int(depth.get(f"{_W}val")) if depth is not None else 0
        if level or self._formats.get(key) != "decimal":
            return level, ""
        self._counts[key] = self._counts.get(key, 0) + 1
        return level, str(self._counts[key])

    def _text(self, element: Any) -> str:
        return "".join(self._pieces(element))

    def _pieces(self, element: Any) -> Iterator[str]:
        for child in element:
            if child.tag in _SKIPPED or not isinstance(child.tag, str):
                continue
            if child.tag == f"{_W}r":
                yield from self._run(child)
            else:
                yield from self._pieces(child)

    def _run(self, run: Any) -> Iterator[str]:
        properties = run.find(f"{_W}rPr")
        hidden = properties.find(f"{_W}vanish") if properties is not None else None
        if hidden is not None and hidden.get(f"{_W}val") not in ("0", "false"):
            text = clean_text("".join(node.text or "" for node in run.iter(f"{_W}t")))
            self.findings.append(Finding(Outcome.DROPPED, "hidden text", text, f"paragraph {self._paragraph}"))
            return
        text = "".join(self._run_pieces(run))
        is_super = properties is not None and _is_raised(properties)
        yield f"{SUPER_OPEN}{text.strip()}{SUPER_CLOSE}" if is_super and text.strip() and SUPER_OPEN not in text else text

    def _run_pieces(self, run: Any) -> Iterator[str]:
        for node in run:
            if node.tag == f"{_W}t":
                yield node.text or ""
            elif node.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
                yield " "
            elif node.tag == f"{_W}noBreakHyphen":
                yield "-"
            elif node.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                yield self._note_mark(node)

    def _note_mark(self, node: Any) -> str:
        key = f"{'f' if 'footnote' in node.tag else 'e'}{node.get(f'{_W}id')}"
        if key not in self._notes:
            return ""
        if key not in self._noted:
            self._noted.append(key)
        return f"{SUPER_OPEN}{self._noted.index(key) + 1}{SUPER_CLOSE}"

    def _read_table(self, element: Any) -> None:
        table = Table(element, self._document)
        origin = f"table behind paragraph {self._paragraph}"
        rows = []
        open_cells: dict[int, list[Any]] = {}
        for row in table._tbl.tr_lst:
            cells, x = [], 0
            for cell in row.tc_lst:
                width = cell.grid_span
                merge = cell.vMerge
                if merge == "continue" and x in open_cells:
                    open_cells[x][1] += 1
                    x += width
                    continue
                entry = [self._cell(cell), 1, width]
                open_cells[x] = entry
                cells.append(entry)
                x += width
            rows.append(cells)
        laid = lay_out([[(text, height, width) for text, height, width in row] for row in rows], _header_rows(table))
        self.parts.extend(table_parts(laid, origin))

    def _cell(self, cell: Any) -> str:
        return clean_text_with_marks(" ".join(self._text(paragraph) for paragraph in cell.iter(f"{_W}p")))


def _header_rows(table: Table) -> int:
    """How many rows Word repeats at the top of each page."""
    heads = [row.find(f"{_W}trPr/{_W}tblHeader") is not None for row in table._tbl.tr_lst]
    return heads.index(False) if False in heads else 0


def _is_raised(properties: Any) -> bool:
    """Superscript as Word writes it, or a run set smaller and raised, as other programs do."""
    align, position = properties.find(f"{_W}vertAlign"), properties.find(f"{_W}position")
    if align is not None:
        return bool(align.get(f"{_W}val") == "superscript")
    raised = position.get(f"{_W}val") or "0" if position is not None else "0"
    return raised.isdecimal() and int(raised) > 0 and properties.find(f"{_W}sz") is not None


def _heading_level(element: Any, style: str) -> int:
    match = re.fullmatch(r"(?:heading|überschrift|titre) (\d)", style, re.IGNORECASE)
    if match:
        return min(6, max(1, int(match[1])))
    if style.lower() == "title":
        return 1
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = outline.get(f"{_W}val") if outline is not None else ""
    return int(value) + 1 if value and value.isdecimal() and int(value) < 6 else 0


def _number_formats(document: Any) -> dict[str, str]:
    """Format of the outermost level by numbering id."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return {}
    abstract: dict[str, str] = {}
    for entry in root.iter(f"{_W}abstractNum"):
        kind = entry.find(f"{_W}lvl/{_W}numFmt")
        abstract[entry.get(f"{_W}abstractNumId")] = kind.get(f"{_W}val") if kind is not None else ""
    formats: dict[str, str] = {}
    for entry in root.iter(f"{_W}num"):
        target = entry.find(f"{_W}abstractNumId")
        formats[entry.get(f"{_W}numId")] = abstract.get(target.get(f"{_W}val"), "") if target is not None else ""
    return formats


def _footnotes(document: Any) -> dict[str, str]:
    """Texts of footnotes ("f1") and endnotes ("e1") by id."""
    texts: dict[str, str] = {}
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if relation.is_external or kind not in ("footnotes", "endnotes"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(relation.target_part.blob, parser)
        for note in root:
            text = clean_text("".join(node.text or "" for node in note.iter(f"{_W}t")))
            if text and note.get(f"{_W}type") is None:
                texts[f"{kind[0]}{note.get(f'{_W}id')}"] = text
    return texts


def _alternative_texts(element: Any) -> Iterator[str]:
    for node in element.iter():
        if isinstance(node.tag, str) and node.tag.endswith("}docPr"):
            alt = clean_text(node.get("descr") or "")
            if len(alt.split()) > 3 and not _PICTURE_NAME.fullmatch(alt):
                yield alt


def _boxes(element: Any) -> Iterator[Any]:
    for box in element.iter(f"{_W}txbxContent"):
        if not any(up.tag == f"{_MC}Fallback" for up in box.iterancestors()):
            yield box
