"""The project's own documents as office files, made by LibreOffice: what a medical team would hand over."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import pptx
from pptx.util import Inches, Pt

from corpus.types import Document
from index.blocks import Block, BlockKind, cells_of, split_blocks
from tests.corpus.loaders.builder import add_slide, saved

SOFFICE = shutil.which("soffice")
SLIDE_CHARS = 700
_MARKS = re.compile(r"(?:\[\^\d+\])+")


def convert(sources: Sequence[Path], to: str, folder: Path, reader: str = "") -> list[Path]:
    """Convert files with LibreOffice; `to` is a filter such as `pdf` or `docx:MS Word 2007 XML`."""
    profile = (folder / "profile").as_uri()
    options = [f"--infilter={reader}"] if reader else []
    subprocess.run(
        [
            *(SOFFICE or "soffice", f"-env:UserInstallation={profile}", "--headless", *options),
            *("--convert-to", to, "--outdir", str(folder), *map(str, sources)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    return [folder / f"{source.stem}.{to.partition(':')[0]}" for source in sources]


def write_html(document: Document) -> str:
    """A page of the document: headings, paragraphs, lists, tables, superscript marks, numbered references."""
    pieces = [f'<html><head><meta charset="utf-8"><title>{escape(document.title)}</title></head><body>']
    for headers, group in groupby(split_blocks(document.text), key=lambda block: block.headers):
        blocks = list(group)
        pieces.extend(_table(document, headers, blocks) if headers else [_element(document, block) for block in blocks])
    if document.references:
        entries = "".join(f"<li>{escape(entry.citation)}</li>" for entry in document.references)
        pieces.append(f"<h2>References</h2><ol>{entries}</ol>")
    return "\n".join([*pieces, "</body></html>"])


def _inline(text: str, mark: str = "<sup>{}</sup>") -> str:
    return _MARKS.sub(lambda match: mark.format(",".join(re.findall(r"\d+", match[0]))), text)


def _element(document: Document, block: Block) -> str:
    text = _inline(escape(document.text[block.start : block.end].replace("\n", " "), quote=False))
    if block.kind is BlockKind.HEADING:
        return f"<h{block.level}>{text}</h{block.level}>"
    return f"<ul><li>{text}</li></ul>" if block.kind is BlockKind.ITEM else f"<p>{text}</p>"


def _table(document: Document, headers: Sequence[str], blocks: Sequence[Block]) -> Iterator[str]:
    yield '<table border="1" cellpadding="4" cellspacing="0"><thead>'
    yield f"<tr>{''.join(f'<th>{escape(header)}</th>' for header in headers)}</tr></thead>"
    for block in blocks:
        cells = cells_of(document.text[block.start : block.end])
        yield f"<tr>{''.join(f'<td>{_inline(escape(cell, quote=False))}</td>' for cell in cells)}</tr>"
    yield "</table>"


def write_slides(document: Document) -> bytes:
    """Slides of the document: one or more for each section, its tables on slides of their own, references at the end."""
    presentation = pptx.Presentation()
    presentation.core_properties.title = document.title
    heading, shown = "", True
    lines: list[str] = []
    for headers, group in groupby(split_blocks(document.text), key=lambda block: block.headers):
        blocks = list(group)
        if headers:
            lines, shown = _flush(presentation, heading, lines), True
            _table_slide(presentation, heading, headers, [cells_of(document.text[b.start : b.end]) for b in blocks])
            continue
        for block in blocks:
            text = document.text[block.start : block.end]
            if block.kind is BlockKind.HEADING:
                if not (lines or shown):
                    add_slide(presentation, heading)
                lines, heading, shown = _flush(presentation, heading, lines), text, False
                continue
            shown = True
            for line in text.split("\n"):
                lines = _flush(presentation, heading, lines) if sum(map(len, lines)) + len(line) > SLIDE_CHARS else lines
                lines.append(_inline(line, "^{}^"))
    lines = _flush(presentation, heading, lines)
    for start in range(0, len(document.references), 8):
        entries = [f"{entry.n}. {entry.citation}" for entry in document.references[start : start + 8]]
        add_slide(presentation, "References", *entries)
    return saved(presentation)


def _flush(presentation: object, heading: str, lines: Sequence[str]) -> list[str]:
    if lines:
        add_slide(presentation, heading, *lines)
    return []


def _table_slide(presentation: object, heading: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    slide = add_slide(presentation, heading)
    frame = slide.shapes.add_table(len(rows) + 1, len(headers), Inches(0.5), Inches(1.5), Inches(9), Inches(5))
    for y, row in enumerate([headers, *rows]):
        for x, cell in enumerate(row):
            paragraph = frame.table.cell(y, x).text_frame.paragraphs[0]
            for position, piece in enumerate(_inline(cell, "^{}^").split("^")):
                run = paragraph.add_run()
                run.text, run.font.size = piece, Pt(10)
                if position % 2:
                    run.font._element.set("baseline", "30000")


def slide_texts(data: bytes) -> list[str]:
    """All text of each slide, tables too, by a plain walk over the shapes."""
    texts = []
    for slide in pptx.Presentation(io.BytesIO(data)).slides:
        pieces = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        pieces += [cell.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for cell in row.cells]
        texts.append(" ".join(pieces))
    return texts
