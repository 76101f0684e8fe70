"""Storage: the database and its migrations, hash chains, the audit log, conversations, retention, keys and backups."""

from assistant.storage import client_tables as client_tables  # its tables belong to the metadata, whoever asks for it
from assistant.storage import console_tables as console_tables  # its tables belong to the metadata, whoever asks for it
from assistant.storage.anchors import AnchorFile
from assistant.storage.audit import AuditKind, AuditLog, AuditRecord, Verification
from assistant.storage.chain import Chain, Fault, Head
from assistant.storage.database import SCHEMA_REVISION, Database
from assistant.storage.ids import NewId, derived_id, new_id
from assistant.storage.keys import Sealer, derive_key, load_key

__all__ = [
    "SCHEMA_REVISION",
    "AnchorFile",
    "AuditKind",
    "AuditLog",
    "AuditRecord",
    "Chain",
    "Database",
    "Fault",
    "Head",
    "NewId",
    "Sealer",
    "Verification",
    "derive_key",
    "derived_id",
    "load_key",
    "new_id",
]
