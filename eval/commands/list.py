"""`medinfo eval list`: the stored runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from eval.commands.shared import open_store

app = typer.Typer(help="List the stored runs.")


@app.command(name="list")
def list_runs(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the stored runs, oldest first."""
    manifests = open_store(Settings()).manifests()
    if as_json:
        print(json.dumps([asdict(manifest) for manifest in manifests], ensure_ascii=False, indent=1))
        return
    table = Table("Run", "Task", "System", "Set", "n", "Commit", "State")
    for m in manifests:
        state = f"{m.wall_s:.0f} s" if m.finished_at else "interrupted"
        table.add_row(m.run_id, m.task, m.system, f"{m.dataset['id']} v{m.dataset['version']}", str(m.n), m.commit[:9], state)
    Console().print(table)
