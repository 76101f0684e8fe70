"""What files of a corpus say, kept between runs: reading thousands of files and their YAML is what loading spends its time on.

It is a cache beside the index and may be deleted at any time. What a file says is kept under the hash of its bytes; a file's
size, times and inode stand for its bytes, as in Git, unless it was changed within the last seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from corpus.types import Document, RegisterEntry

DOCUMENTS = "documents.jsonl"
REGISTERS = "registers.jsonl"
HASHES = "hashes.json"
# A file changed this recently may change again within one tick of the clock of its file system.
UNSETTLED_S = 2.0
# So many lines nobody asked for are kept before a file is written anew.
MOST_STALE = 100
Stamp = list[int]
Kept = TypeVar("Kept")


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
        self._documents = _Lines(folder, DOCUMENTS, Document, list[Document], lambda document: document.sha256)
        self._registers = _Lines(folder, REGISTERS, ParsedRegister, list[ParsedRegister], lambda register: register.sha256)

    def document(self, sha256: str) -> Document | None:
        """Return the document in a file of this hash, if it was read before."""
        return self._documents.find(sha256)

    def keep_document(self, document: Document) -> None:
        """Remember a document that was read from a file."""
        self._documents.keep(document)

    def register(self, sha256: str) -> ParsedRegister | None:
        """Return the register in a file of this hash, if it was read before."""
        return self._registers.find(sha256)

    def keep_register(self, register: ParsedRegister) -> None:
        """Remember a register that was checked."""
        self._registers.keep(register)

    def save(self) -> None:
        """Write what was read in this run."""
        self._documents.save()
        self._registers.save()


class _Lines(Generic[Kept]):
    """One kind of thing by its key, a line of JSON each: new ones are added behind, and now and then the rest is left out."""

    def __init__(
        self, folder: Path | None, name: str, kind: type[Kept], kinds: type[list[Kept]], key: Callable[[Kept], str]
    ) -> None:
        self._path = None if folder is None else folder / name
        self._kind = kind
        self._key = key
        kept = self._read(kinds)
        self._known = {key(each): each for each in kept or ()}
        self._lines = len(kept or ())
        self._is_whole = kept is not None
        self._used: set[str] = set()
        self._new: set[str] = set()

    def find(self, key: str) -> Kept | None:
        """Return what is kept under a key."""
        found = self._known.get(key)
        if found is not None:
            self._used.add(key)
        return found

    def keep(self, each: Kept) -> None:
        """Keep a thing; it goes before one of the same key."""
        key = self._key(each)
        self._known[key] = each
        self._used.add(key)
        self._new.add(key)

    def save(self) -> None:
        """Write what is new, or everything used where the file cannot be added to or holds much that is not."""
        if self._path is None:
            return
        stale = self._lines + len(self._new) - len(self._used)
        if (self._used and not self._is_whole) or stale > max(MOST_STALE, len(self._used)):
            _replace(self._path, self._dumped(key for key in self._known if key in self._used))
        elif self._new:
            with self._path.open("ab") as stream:
                stream.write(self._dumped(sorted(self._new)))

    def _dumped(self, keys: Iterable[str]) -> bytes:
        adapter = TypeAdapter(self._kind)
        return b"".join(adapter.dump_json(self._known[key]) + b"\n" for key in keys)

    def _read(self, kinds: type[list[Kept]]) -> list[Kept] | None:
        """What the file holds; None where it is not there, broken, or its last line was not finished."""
        try:
            data = b"" if self._path is None else self._path.read_bytes()
            if data and data[-1:] != b"\n":
                return None
            return TypeAdapter(kinds).validate_json(b"[" + data[:-1].replace(b"\n", b",") + b"]")
        except (OSError, ValidationError):
            return None


class FileHashes:
    """SHA-256 of files as they count, kept with size, times and inode of each; without a folder every file is read."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._path = None if folder is None else folder / HASHES
        self._clock = clock
        self._known = _read_hashes(self._path)
        self._stamps: dict[str, Stamp] = {}
        self._found: dict[str, list[int | str]] = {}

    def known(self, path: str) -> str | None:
        """Return the hash a file had when it was last as it is now; None when it must be read."""
        if self._path is None:
            return None
        status = os.stat(path)  # noqa: PTH116 - thousands of them
        stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
        known = self._known.get(path)
        if known is not None and known[:-1] == stamp:
            self._found[path] = known
            return str(known[-1])
        if self._clock() - max(status.st_mtime, status.st_ctime) > UNSETTLED_S:
            self._stamps[path] = stamp
        return None

    def learn(self, path: str, digest: str) -> None:
        """Remember the hash of a file that was read since `known` was asked for it."""
        stamp = self._stamps.pop(path, None)
        if stamp is not None:
            self._found[path] = [*stamp, digest]

    def sha256(self, path: str, of: Callable[[bytes], str]) -> str:
        """Return what `of` makes of a file's bytes, or what it made of them before."""
        known = self.known(path)
        if known is not None:
            return known
        digest = of(Path(path).read_bytes())
        self.learn(path, digest)
        return digest

    def save(self) -> None:
        """Write the hashes of this run, if some are not there yet or many of those there are of no use."""
        if self._path is None:
            return
        has_new = any(self._known.get(path) != entry for path, entry in self._found.items())
        kept: Mapping[str, list[int | str]] = self._known if len(self._known) <= 2 * len(self._found) else {}
        if has_new or len(kept) < len(self._known):
            _replace(self._path, json.dumps({**kept, **self._found}).encode())


def sha256_of(data: bytes) -> str:
    """Return the hash of bytes."""
    return hashlib.sha256(data).hexdigest()


def _read_hashes(path: Path | None) -> dict[str, list[int | str]]:
    try:
        return {} if path is None else dict(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return {}


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_bytes(data)
    unfinished.replace(path)
