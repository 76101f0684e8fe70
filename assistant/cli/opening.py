"""What the commands on a running service's data share: its database, chains, anchors and triage room, opened from the
settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from assistant.clock import utc_now
from assistant.settings import Settings
from assistant.storage import AnchorFile, AuditLog, Database, Sealer, load_key
from assistant.storage.backup import anchor_path
from assistant.triage import TriageRoom, open_room


@dataclass(frozen=True, slots=True)
class Store:
    """The data of a service."""

    settings: Settings
    database: Database
    audit: AuditLog
    anchors: AnchorFile
    room: TriageRoom


def load_secret(settings: Settings) -> bytes:
    """Return the service's secret key, made on first use."""
    return load_key(settings.secret_key, settings.data_dir / "secret.key", "MEDINFO_SECRET_KEY")


@contextmanager
def open_store(settings: Settings, *, creates: bool = False) -> Iterator[Store]:
    """Open the data of the settings.

    Args:
        creates: whether a blank database may be made; otherwise there must be one.

    Raises:
        BadInput: there is no database yet, or a key cannot be read.
    """
    database = Database(settings.resolved_database_url, creates=creates)
    try:
        database.migrate()
        audit = AuditLog(database, load_secret(settings))
        anchors = AnchorFile(anchor_path(database.path) if database.is_sqlite else settings.data_dir / "anchors")
        sealer = Sealer(load_key(settings.case_key, settings.data_dir / "case.key", "MEDINFO_CASE_KEY"))
        room = open_room(database, audit, sealer, clock=utc_now, targets=settings.desk_targets)
        yield Store(settings, database, audit, anchors, room)
    finally:
        database.close()
