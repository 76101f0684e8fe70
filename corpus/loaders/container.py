"""What an Office archive may hold before any parser sees it: bounded size, no macros, no entities, no content from elsewhere.

The archive's own list gives the sizes (Python reads no more of a member than its entry says), so that nothing large is ever
unpacked to find out. Addresses in the file are read as text and never opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.types import Finding, Outcome

MAX_MEMBERS = 10_000
MAX_UNPACKED_BYTES = 400 * 2**20
MAX_XML_BYTES = 120 * 2**20
MAX_RATIO = 150
RATIO_FROM_BYTES = 10 * 2**20
_MACROS = re.compile(r"(?:^|/)(?:vbaProject|vbaData)[^/]*$|/macrosheets/", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_LOCAL = re.compile(r"(?:file:|\\\\|[A-Za-z]:[\\/]|/)")
# Relations whose target is content of the document; with any other kind the document is whole without it.
_CONTENT = frozenset({"oleobject", "frame", "subdocument", "afchunk", "package", "externallink", "externallinkpath"})
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def check_archive(data: bytes) -> list[Finding]:
    """Return findings about links that were not followed and files inside that were not read.

    Raises:
        LoadRefused: a bomb, macros, entity declarations, content linked from elsewhere, or a damaged archive.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive.infolist())
            _check_members(archive.infolist())
            return list(_check_contents(archive))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise LoadRefused(Refusal.BROKEN, "the file is damaged (its archive cannot be read); export it again") from error


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    xml = sum(member.file_size for member in members if member.filename.lower().endswith(_XML))
    dense = any(
        member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(1, member.compress_size)
        for member in members
    )
    overlapping = len({member.header_offset for member in members}) < len(members)
    if dense or overlapping or len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or xml > MAX_XML_BYTES:
        raise LoadRefused(
            Refusal.HOSTILE, f"it unpacks to {unpacked // 2**20} MB, out of all measure to its size; nothing was unpacked"
        )


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    for member in members:
        if member.flag_bits & 0x1:
            raise LoadRefused(Refusal.ENCRYPTED, "the file is protected by a password; save a copy without one")
        if _MACROS.search(member.filename):
            raise LoadRefused(Refusal.HOSTILE, "it holds macros; save it as .docx, .pptx or .xlsx without them")
        if member.filename.startswith(("/", "\\")) or ".." in member.filename.replace("\\", "/").split("/"):
            raise LoadRefused(
                Refusal.HOSTILE, f"it holds a file meant for another folder ({member.filename!r}); export it again"
            )


def _check_contents(archive: zipfile.ZipFile) -> Iterator[Finding]:
    for member in archive.infolist():
        name = member.filename
        if "/embeddings/" in name and not name.endswith("/") and not name.lower().endswith(".xlsx"):
            yield Finding(Outcome.DOUBTFUL, "embedded file, not read", name, name)
        if not name.lower().endswith(_XML):
            continue
        content = archive.read(member)
        if _DECLARATION.search(content.replace(b"\x00", b"")):
            raise LoadRefused(
                Refusal.HOSTILE, f"it declares XML entities ({name}), which no Office program writes; export it again"
            )
        if name.lower().endswith(".rels"):
            yield from _check_relations(content, name)


def _check_relations(content: bytes, name: str) -> Iterator[Finding]:
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise LoadRefused(Refusal.BROKEN, f"the file is damaged ({name}); export it again") from error
    for relation in root.iter(_RELATION):
        if relation.get("TargetMode") != "External":
            continue
        kind = (relation.get("Type") or "").rpartition("/")[2].lower()
        target = (relation.get("Target") or "")[:200]
        is_local = bool(_LOCAL.match(target))
        if kind in _CONTENT or (kind == "image" and is_local):
            raise LoadRefused(
                Refusal.HOSTILE, f"part of it is linked from elsewhere ({target}); embed that part or take it out"
            )
        if kind != "hyperlink" or is_local:
            what = "link to a local file, not followed" if is_local else f"linked {kind}, not fetched"
            yield Finding(Outcome.DROPPED, what, target, name)
