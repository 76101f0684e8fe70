"""Small real files made in tests: Word, slides, PDF."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import docx
import pptx
from pptx.util import Inches, Pt

TODAY = date(2026, 11, 22)
Operation = tuple[float, float, float, str]  # x, y from the top, size, text
PAGE_WIDTH, PAGE_HEIGHT = 612, 792


def make_docx(*paragraphs: tuple[str, str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A Word file of (style, text) paragraphs; `^…^` in a text is superscript."""
    document = docx.Document()
    for style, text in paragraphs:
        paragraph = document.add_paragraph(style=style)
        for position, piece in enumerate(text.split("^")):
            paragraph.add_run(piece).font.superscript = True if position % 2 else None
    if table:
        made = document.add_table(rows=len(table), cols=len(table[0]))
        for row, cells in zip(made.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    return saved(document)


def saved(document: Any) -> bytes:
    """The bytes of anything with `save`."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_slide(presentation: Any, title: str, *lines: str, notes: str = "") -> Any:
    """Add a slide with a title and a box of lines; `^…^` in a line is superscript."""
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = title
    frame = slide.shapes.add_textbox(Inches(0.5), Inches(1.5), Inches(9), Inches(4)).text_frame
    frame.word_wrap = True
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        for position, piece in enumerate(line.split("^")):
            run = paragraph.add_run()
            run.text = piece
            run.font.size = Pt(14)
            if position % 2:
                run.font._element.set("baseline", "30000")
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    return slide


def make_pptx(*slides: tuple[str, ...]) -> bytes:
    """Slides of a title and lines."""
    presentation = pptx.Presentation()
    for title, *lines in slides:
        add_slide(presentation, title, *lines)
    return saved(presentation)


def make_pdf(pages: Iterable[Sequence[Operation]], drawing: str = "", *, bold: Iterable[str] = ()) -> bytes:
    """A PDF of text operations by page, in Helvetica; `drawing` is added to every page as it is."""
    bold = set(bold)
    contents = []
    for page in pages:
        lines = [drawing] if drawing else []
        for x, y, size, text in page:
            escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            font = "F2" if text in bold else "F1"
            lines.append(f"BT /{font} {size} Tf {x} {PAGE_HEIGHT - y} Td ({escaped}) Tj ET")
        contents.append("\n".join(lines).encode("cp1252"))
    return write_pdf(contents)


def write_pdf(contents: Sequence[bytes], resources: str = "", extra: Sequence[bytes] = ()) -> bytes:
    """A PDF of page contents; `extra` objects follow the pages and are numbered from 5 + 2 * pages."""
    count = len(contents)
    first = 5
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for i, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] /Contents {first + 2 * i + 1} 0 R "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> {resources} >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.extend(extra)
    return _serialise(objects)


def _serialise(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def with_member(archive: bytes, name: str, content: bytes) -> bytes:
    """The archive with a member added or replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            if info.filename != name:
                target.writestr(info, source.read(info))
        target.writestr(name, content)
    return stream.getvalue()


def member(archive: bytes, name: str) -> bytes:
    """The content of a member."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return source.read(name)
