"""`medinfo backup` and `medinfo restore`: a safe copy of the database, the ledger of content decisions and the documents that
were added, while the service runs, and its return. A document that was taken out since the copy stays out.

Keys are never in a backup. Copy `secret.key` and `case.key` of the data folder somewhere else, once: without `case.key` the
originals of cases in a restored database stay closed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.opening import load_secret, open_store
from assistant.clock import utc_now
from assistant.governance import ContentDesk
from assistant.settings import Settings
from assistant.storage import AnchorFile, AuditLog, Database
from assistant.storage.backup import anchor_path, restore_backup, sqlite_path, take_backup
from corpus import CorpusError, Ledger, read_ledger
from corpus.ledger import lock_ledger

backup = typer.Typer(add_completion=False, help="Write a safe copy of the database; the service may go on running.")
restore = typer.Typer(add_completion=False, help="Put a backup in the place of the database; the service must be stopped.")


@backup.command()
def write_backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")]) -> None:
    """Write a safe copy of the database while the service runs.

    Example: medinfo backup /backups/medinfo-2026-11-22.zip
    """
    settings = Settings()
    with open_store(settings) as store, lock_ledger(settings.ledger_path):
        written = take_backup(store.database, target, utc_now(), parts_of(settings))
    print(f"{target}: {written.size_bytes} bytes of database, schema {written.revision}, taken {written.created_at}")
    print(f"{len(written.files)} files of content with it: the ledger of decisions and the documents that were added")
    print(f"Keys are not in it: keep {settings.data_dir / 'secret.key'} and {settings.data_dir / 'case.key'} safe elsewhere.")


@restore.command()
def read_backup(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A file that medinfo backup wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the database that is there; it is kept beside.")] = False,
) -> None:
    """Put a backup in the place of the database and check its chains.

    Example: medinfo restore /backups/medinfo-2026-11-22.zip
    """
    settings = Settings()
    key = load_secret(settings)
    path = sqlite_path(settings.resolved_database_url)
    before = _ledger_before(settings)
    restored = restore_backup(source, path, key=key, at=utc_now(), force=force, parts=parts_of(settings))
    database = Database(settings.resolved_database_url)
    audit = AuditLog(database, key)
    kept_out = ContentDesk.of(settings, database, audit, utc_now).keep_taken_out(before)
    verification = audit.verify(AnchorFile(anchor_path(path)))
    database.close()
    print(
        f"restored {path} from {restored.created_at}, schema {restored.revision}, with {len(restored.files)} files of content"
    )
    for each in kept_out:
        print(f"kept out, as decided since the backup: {each}")
    print("run `medinfo index build` before the service starts, so that it serves the content of the backup")
    for fault in verification.faults:
        print(f"{fault.kind}: {fault.chain} {fault.seq}: {fault.message}")
    raise typer.Exit(1 if verification.faults else 0)


def parts_of(settings: Settings) -> dict[str, Path]:
    """Return the content that belongs to the database; a corpus folder of one's own (`corpus_dir`) is kept by its owner."""
    added = {} if settings.corpus_dir else {"content": settings.content_dir}
    return {"ledger.json": settings.ledger_path, **added}


def _ledger_before(settings: Settings) -> Ledger:
    """Return what is decided now; a ledger that cannot be read says nothing, and is set aside like the rest."""
    try:
        return read_ledger(settings.ledger_path)
    except CorpusError:
        return Ledger()
