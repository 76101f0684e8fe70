"""One file's bytes to a normalised document, in this process; `corpus.loaders.sandbox` does so in one with limits."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from corpus.loaders.cleaning import count_hidden
from corpus.loaders.container import check_archive
from corpus.loaders.detection import decode_text, detect_format, is_web_archive, read_web_archive
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.normalise import normalise
from corpus.loaders.types import Finding, Format, Outcome, ParsedDocument, RawDocument

MAX_FILE_BYTES = 100 * 2**20
MAX_TEXT_BYTES = 20 * 2**20
_ARCHIVES = frozenset({Format.DOCX, Format.PPTX, Format.XLSX})
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)


def parse_bytes(data: bytes, name: str) -> ParsedDocument:
    """Return the normalised document in a file.

    Args:
        data: the file.
        name: its name; the ending tells formats apart that look alike, the stem is the title of last resort.

    Raises:
        LoadRefused: with the kind of refusal and the remedy.
    """
    if len(data) > MAX_FILE_BYTES:
        raise LoadRefused(Refusal.TOO_LARGE, f"larger than {MAX_FILE_BYTES // 2**20} MB; split it")
    return normalise(_load(data, name, detect_format(data, name)), _title_of(name))


def _title_of(name: str) -> str:
    return " ".join(re.sub(r"[_\s]+", " ", PurePath(name).stem).split()) or "Untitled"


def _load(data: bytes, name: str, format_: Format) -> RawDocument:
    if format_ is Format.PDF:
        from corpus.loaders.pdf_file import load_pdf

        return load_pdf(data)
    if format_ in _ARCHIVES:
        findings = check_archive(data)
        raw = _load_archive(data, format_)
        return replace(raw, findings=(*findings, *raw.findings))
    if len(data) > MAX_TEXT_BYTES:
        raise LoadRefused(Refusal.TOO_LARGE, f"a text of more than {MAX_TEXT_BYTES // 2**20} MB; split it")
    text = decode_text(read_web_archive(data) if is_web_archive(data) else data)
    raw = _load_text(text, format_)
    hidden = count_hidden(text)
    if not hidden:
        return raw
    finding = Finding(Outcome.DROPPED, f"{hidden} hidden characters (invisible, direction or private)", "", "whole file")
    return replace(raw, findings=(*raw.findings, finding))


def _load_archive(data: bytes, format_: Format) -> RawDocument:
    # Parsers are imported when they are needed: the others cost a child process half a second.
    if format_ is Format.DOCX:
        from corpus.loaders.docx_file import load_docx

        return load_docx(data)
    if format_ is Format.PPTX:
        from corpus.loaders.pptx_file import load_pptx

        return load_pptx(data)
    from corpus.loaders.sheets import load_xlsx

    return load_xlsx(data)


def _load_text(text: str, format_: Format) -> RawDocument:
    if format_ is Format.HTML:
        from corpus.loaders.html_page import load_html

        if _ENTITY.search(text[:20_000]):
            raise LoadRefused(
                Refusal.HOSTILE, "it declares XML entities, which no saved page needs; save the page again as HTML"
            )
        return load_html(text)
    if format_ is Format.CSV:
        from corpus.loaders.sheets import load_csv

        return load_csv(text)
    if format_ is Format.MARKDOWN:
        from corpus.loaders.markdown_file import load_markdown

        return load_markdown(text)
    if format_ in (Format.VTT, Format.SRT):
        from corpus.loaders.cue_files import load_cues

        return load_cues(text, format_)
    from corpus.loaders.page_text import load_page_text

    return load_page_text(text)
