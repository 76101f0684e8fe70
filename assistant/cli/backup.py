"""`medinfo backup` and `medinfo restore`: a safe copy of the database while the service runs, and its return.

Keys are never in a backup. Copy `secret.key` and `case.key` of the data folder somewhere else, once: without `case.key` the
originals of cases in a restored database stay closed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.opening import load_secret, open_store
from assistant.clock import utc_now
from assistant.settings import Settings
from assistant.storage import AnchorFile, AuditLog, Database
from assistant.storage.backup import anchor_path, restore_backup, sqlite_path, take_backup

backup = typer.Typer(add_completion=False, help="Write a safe copy of the database; the service may go on running.")
restore = typer.Typer(add_completion=False, help="Put a backup in the place of the database; the service must be stopped.")


@backup.command()
def write_backup(target: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")]) -> None:
    """Write a safe copy of the database while the service runs.

    Example: medinfo backup /backups/medinfo-2026-11-22.zip
    """
    settings = Settings()
    with open_store(settings) as store:
        written = take_backup(store.database, target, utc_now())
    print(f"{target}: {written.size_bytes} bytes of database, schema {written.revision}, taken {written.created_at}")
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
    restored = restore_backup(source, path, key=key, at=utc_now(), force=force)
    database = Database(settings.resolved_database_url)
    verification = AuditLog(database, key).verify(AnchorFile(anchor_path(path)))
    database.close()
    print(f"restored {path} from {restored.created_at}, schema {restored.revision}")
    for fault in verification.faults:
        print(f"{fault.kind}: {fault.chain} {fault.seq}: {fault.message}")
    raise typer.Exit(1 if verification.faults else 0)
