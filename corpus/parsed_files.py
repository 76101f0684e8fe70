"""What files of a corpus say, kept between runs under the hash of their bytes: reading YAML is what loading spends its time on.

It is a cache beside the index and may be deleted at any time. A file is known again by its hash; only where nothing but the
hash is wanted do a file's size and times stand for its bytes, as in Git, unless it was changed within the last seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from corpus.types import Document, RegisterEntry

DOCUMENTS = "documents.jsonl"
REGISTERS = "registers.jsonl"
HASHES = "hashes.json"
# A file changed this recently may change again within one tick of the clock of its file system.
UNSETTLED_S = 2.0
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A document without its text, which begins at `text_start` of the file (code points)."""

    document: Document
    text_start: int


@dataclass(frozen=True, slots=True)
class ParsedRegister:
    """The entries of a register file (hash `sha256`) as they were checked against a document."""

    sha256: str
    document_sha256: str
    doc_id: str
    version: str
    entries: tuple[RegisterEntry, ...]


class ParsedFiles:
    """The cache of one folder; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._documents = {p.document.sha256: p for p in _read(folder, DOCUMENTS, list[ParsedDocument])}
        self._registers = {p.sha256: p for p in _read(folder, REGISTERS, list[ParsedRegister])}
        self._used: set[str] = set()
        self._is_changed = False

    def document(self, sha256: str, text: str) -> Document | None:
        """Return the document in a file of this hash and text, if it was read before."""
        parsed = self._documents.get(sha256)
        if parsed is None:
            return None
        self._used.add(sha256)
        return replace(parsed.document, text=text[parsed.text_start :])

    def keep_document(self, document: Document, text: str) -> None:
        """Remember a document that was read from a file's text."""
        bare = ParsedDocument(replace(document, text=""), len(text) - len(document.text))
        self._documents[document.sha256] = bare
        self._used.add(document.sha256)
        self._is_changed = True

    def register(self, sha256: str) -> ParsedRegister | None:
        """Return the register in a file of this hash, if it was read before."""
        found = self._registers.get(sha256)
        if found is not None:
            self._used.add(sha256)
        return found

    def keep_register(self, register: ParsedRegister) -> None:
        """Remember a register that was checked."""
        self._registers[register.sha256] = register
        self._used.add(register.sha256)
        self._is_changed = True

    def save(self) -> None:
        """Write what was read in this run, if it is not what is there."""
        if self._folder is None or not (self._is_changed or len(self._used) < len(self._documents) + len(self._registers)):
            return
        _write(self._folder, DOCUMENTS, (p for key, p in self._documents.items() if key in self._used), ParsedDocument)
        _write(self._folder, REGISTERS, (p for key, p in self._registers.items() if key in self._used), ParsedRegister)


class FileHashes:
    """SHA-256 of files, kept with size, times and inode of each; without a folder every file is read."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._known = _read_hashes(folder)
        self._found: dict[str, list[int | str]] = {}

    def sha256(self, path: str, of: Callable[[bytes], str]) -> str:
        """Return what `of` makes of a file's bytes, or what it made of them before."""
        status = os.stat(path)  # noqa: PTH116 - thousands of them
        stamp: list[int | str] = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._known.get(path)
        if known is not None and known[:-1] == stamp:
            self._found[path] = known
            return str(known[-1])
        digest = of(Path(path).read_bytes())
        if self._clock() - max(status.st_mtime, status.st_ctime) > UNSETTLED_S:
            self._found[path] = [*stamp, digest]
        return digest

    def save(self) -> None:
        """Write the hashes of this run, if they are not those that are there."""
        if self._folder is None or self._found == self._known:
            return
        _replace(self._folder / HASHES, json.dumps(self._found).encode())


def sha256_of(data: bytes) -> str:
    """Return the hash of bytes."""
    return hashlib.sha256(data).hexdigest()


def _read(folder: Path | None, name: str, kind: type[list[Parsed]]) -> list[Parsed]:
    try:
        lines = b"" if folder is None else (folder / name).read_bytes()
        return TypeAdapter(kind).validate_json(b"[" + b",".join(lines.splitlines()) + b"]")
    except (OSError, ValidationError):
        return []


def _write(folder: Path, name: str, parsed: Iterable[Parsed], kind: type[Parsed]) -> None:
    adapter = TypeAdapter(kind)
    _replace(folder / name, b"".join(adapter.dump_json(each) + b"\n" for each in parsed))


def _read_hashes(folder: Path | None) -> dict[str, list[int | str]]:
    try:
        return {} if folder is None else dict(json.loads((folder / HASHES).read_bytes()))
    except (OSError, ValueError):
        return {}


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_bytes(data)
    unfinished.replace(path)
