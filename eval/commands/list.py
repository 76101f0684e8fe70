"""`medinfo eval list`: the stored runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

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
    for m in manifests:
        state = f"{m.wall_s:.0f} s" if m.finished_at else "interrupted"
        # A set in BEIR layout has no version.
        named = " v".join(m.dataset[key] for key in ("id", "version") if m.dataset.get(key))
        print(m.run_id)
        print(f"    {m.task}, {m.label}: {m.n} of {named}; code {m.commit[:9] or 'unknown'}; {state}")
