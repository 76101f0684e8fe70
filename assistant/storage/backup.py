"""Safe copies of the SQLite database, taken while it is in use, and their return.

A backup is a zip of the database (SQLite's online backup: one consistent state), of files that belong to it (the ledger of
content decisions, documents that were added) and a manifest with their checksums. It holds no keys: sealed case originals stay
sealed in it, and can be opened only where the key that sealed them is. Keep the key files apart from the backups.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from assistant.clock import format_utc
from assistant.errors import BadInput, Unavailable
from assistant.storage.audit import AuditKind, AuditLog
from assistant.storage.backup_files import Parts, pack_files, place_files, unpack_files
from assistant.storage.database import SCHEMA_REVISION, Database
from assistant.storage.tables import canonical_json

DATABASE_NAME = "medinfo.sqlite3"
MANIFEST_NAME = "manifest.json"
CHUNK_BYTES = 1 << 20
FIELDS = ("created_at", "revision", "size_bytes", "sha256")
NO_PARTS: Parts = {}


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when it was taken, the schema revision, the database's size and SHA-256, SHA-256 by file."""

    created_at: str
    revision: str
    size_bytes: int
    sha256: str
    files: Mapping[str, str] = field(default_factory=dict)


def take_backup(database: Database, target: Path, at: datetime, parts: Parts = NO_PARTS) -> Backup:
    """Write a backup of the running database, and of the files that belong to it, to `target`, complete or not at all."""
    if target.exists():
        raise BadInput(f"{target} exists: choose another name.")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".medinfo-backup-") as folder:
            copy = Path(folder) / DATABASE_NAME
            _copy_online(database.path, copy)
            archive = Path(folder) / "backup.zip"
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
                bundle.write(copy, DATABASE_NAME)
                files = pack_files(bundle, parts)
                backup = Backup(format_utc(at), database.revision() or "", copy.stat().st_size, _sha256(copy), files)
                bundle.writestr(MANIFEST_NAME, canonical_json({**_manifest(backup), "files": files}))
            archive.chmod(0o600)
            archive.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"The backup could not be written to {target}: {error}") from error
    return backup


def restore_backup(
    source: Path, path: Path, *, key: bytes, at: datetime, force: bool = False, parts: Parts = NO_PARTS
) -> Backup:
    """Put a backup in the place of the database at `path` and record it in the audit log.

    The database and files that were there are kept beside them; the anchor file is set aside too, since the
    restored log ends earlier. Files that the backup does not hold stay as they are.

    Raises:
        BadInput: the file is no backup, is damaged, is of a newer version, or there is a database and `force` is false.
        Unavailable: the database is in use.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not force:
        raise BadInput(f"{path} exists: stop the service and use --force to replace it (it is kept beside).")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".medinfo-restore-") as folder:
        copy = Path(folder) / DATABASE_NAME
        backup = _unpack(source, copy, parts)
        _set_aside(path, at)
        copy.chmod(0o600)
        copy.replace(path)
        place_files(copy.parent, parts, at)
    _record_restore(path, backup, key=key, at=at)
    return backup


def _manifest(backup: Backup) -> dict[str, object]:
    return {
        "created_at": backup.created_at,
        "revision": backup.revision,
        "size_bytes": backup.size_bytes,
        "sha256": backup.sha256,
        "file_count": len(backup.files),
        "note": "Keys are not in this file. Case originals in it are encrypted and need the key file that sealed them.",
    }


def _copy_online(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as running, closing(sqlite3.connect(target)) as copy:
        running.backup(copy)
        # A backup is read in one piece, so it must not depend on a write-ahead log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _unpack(source: Path, copy: Path, parts: Parts) -> Backup:
    try:
        with zipfile.ZipFile(source) as bundle:
            manifest = json.loads(bundle.read(MANIFEST_NAME))
            with bundle.open(DATABASE_NAME) as packed, copy.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked, CHUNK_BYTES)
            backup = Backup(**{name: manifest[name] for name in FIELDS}, files=dict(manifest.get("files", {})))
            unpack_files(bundle, backup.files, parts, copy.parent)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadInput(f"{source} is not a backup made by `medinfo backup`: {error}") from error
    if _sha256(copy) != backup.sha256:
        raise BadInput(f"{source} is damaged: its database does not match its checksum.")
    if backup.revision > SCHEMA_REVISION:
        raise BadInput(f"{source} was made by a newer version of medinfo (schema {backup.revision}): install that version.")
    return backup


def _set_aside(path: Path, at: datetime) -> None:
    suffix = f".before-restore-{at:%Y%m%dT%H%M%S}"
    anchor = anchor_path(path)
    if anchor.exists():
        anchor.rename(anchor.with_name(anchor.name + suffix))
    if not path.exists():
        return
    try:
        # Leaving WAL mode needs the file for oneself alone, so this fails while any process has it open.
        with closing(sqlite3.connect(path, timeout=1)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        raise Unavailable("The database is in use: stop the service first.") from error
    except sqlite3.DatabaseError:
        # A broken file is the usual reason to restore; it is set aside as it is, with its log.
        for extra in (path.with_name(path.name + end) for end in ("-wal", "-shm")):
            if extra.exists():
                extra.rename(extra.with_name(extra.name + suffix))
    path.rename(path.with_name(path.name + suffix))


def _record_restore(path: Path, backup: Backup, *, key: bytes, at: datetime) -> None:
    database = Database(f"sqlite:///{path}")
    try:
        database.migrate()
        audit = AuditLog(database, key)
        database.write(lambda connection: audit.append(connection, AuditKind.RESTORED, _manifest(backup), at=at))
    finally:
        database.close()


def sqlite_path(url: str) -> Path:
    """Return the file of a SQLite URL; `BadInput` for any other database."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or not parts.database:
        raise BadInput("This works on the SQLite database only; use the database server's own tools (pg_restore) instead.")
    return Path(parts.database)


def anchor_path(database_path: Path) -> Path:
    """Return where the anchor file of a SQLite database is kept."""
    return database_path.with_name(database_path.name + ".anchors")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
