"""Which format a file has, by its content first and its name second. It opens no archive beyond the list of its members."""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile

from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.types import Format

SUPPORTED = "HTML, text dumps of pages, PDF, PPTX, DOCX, Markdown, WebVTT, SRT, transcripts with (mm:ss), CSV and XLSX"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE = {"word/document.xml": Format.DOCX, "ppt/presentation.xml": Format.PPTX, "xl/workbook.xml": Format.XLSX}
_TEXTS = {
    "md": Format.MARKDOWN,
    "markdown": Format.MARKDOWN,
    "vtt": Format.VTT,
    "srt": Format.SRT,
    "csv": Format.CSV,
    "tsv": Format.CSV,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "txt": Format.PAGE_TEXT,
    "text": Format.PAGE_TEXT,
    "": Format.PAGE_TEXT,
}
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|main|article|div|p|h1)\b", re.IGNORECASE)
_SRT = re.compile(rb"\A\s*\d+\s*\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{3}\s*-->")


def detect_format(data: bytes, name: str) -> Format:
    """Return the format of a file.

    Raises:
        LoadRefused: empty, encrypted, of an old binary or an unknown format.
    """
    if not data.strip():
        raise LoadRefused(Refusal.EMPTY, "the file is empty; export it again")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(_OLE):
        _refuse_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office_format(data)
    if is_web_archive(data):
        return Format.HTML
    if head.startswith(b"WEBVTT"):
        return Format.VTT
    if _SRT.match(head):
        return Format.SRT
    return _text_format(data, name)


def is_web_archive(data: bytes) -> bool:
    """Return whether a browser saved a page with all its parts in this one file (.mhtml)."""
    head = data[:4096].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def read_web_archive(data: bytes) -> bytes:
    """Return the page in a web archive; pictures and styles in it are left.

    Raises:
        LoadRefused: it holds no page.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise LoadRefused(Refusal.BROKEN, "the web archive holds no page; save the page again")


def _refuse_ole(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise LoadRefused(Refusal.ENCRYPTED, "the file is protected by a password; save a copy without one")
    raise LoadRefused(Refusal.UNSUPPORTED, "this is an old Office format (.doc, .ppt, .xls); save it as .docx, .pptx or .xlsx")


def _office_format(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise LoadRefused(Refusal.BROKEN, "the file is damaged (its archive cannot be read); export it again") from error
    for member, format_ in _OFFICE.items():
        if member in names:
            return format_
    raise LoadRefused(Refusal.UNSUPPORTED, f"this archive holds no Office document; supported are {SUPPORTED}")


def _text_format(data: bytes, name: str) -> Format:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LoadRefused(Refusal.UNSUPPORTED, f"not a format that can be read; supported are {SUPPORTED}")
    if suffix not in _TEXTS:
        raise LoadRefused(Refusal.UNSUPPORTED, f"files named .{suffix} are not read; supported are {SUPPORTED}")
    if _TEXTS[suffix] is Format.PAGE_TEXT and _MARKUP.search(data[:4096]):
        return Format.HTML
    return _TEXTS[suffix]


def decode_text(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with a mark, else Windows-1252, which every byte string but five is.

    Raises:
        LoadRefused: none of these.
    """
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LoadRefused(Refusal.BROKEN, "the text cannot be decoded; save the file as UTF-8")
