"""`medinfo eval datasets`: the packaged sets with their provenance, and the linter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from eval.datasets import PACKAGED, list_packaged
from eval.linting import lint_file, lint_packaged

app = typer.Typer(help="List and check the evaluation sets.")


@app.command()
def datasets(
    check: Annotated[bool, typer.Option("--check", help="Lint the packaged sets; exit code 1 on findings.")] = False,
    file: Annotated[Path | None, typer.Option(help="Lint this file instead.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the evaluation sets with provenance; with --check or --file, find what would make a score meaningless."""
    if check or file is not None:
        _check(file, as_json)
        return
    rows = [
        {"id": x.header.id, "kind": x.kind, "items": x.items, "purpose": x.header.purpose, "provenance": x.header.provenance,
         "file": str(x.header.path.relative_to(PACKAGED)), "sha256": x.header.sha256}
        for x in list_packaged()
    ]  # fmt: skip
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table(Column("File", no_wrap=True), "Kind", "Items", "Purpose", "Provenance")
    for row in rows:
        cells = [str(row[name]) for name in ("file", "kind", "items", "purpose")]
        table.add_row(*cells, str(row["provenance"])[:160])
    Console().print(table)


def _check(file: Path | None, as_json: bool) -> None:
    findings = lint_file(file) if file is not None else lint_packaged()
    if as_json:
        print(json.dumps([{"file": str(f.path), "item": f.item, "message": f.message} for f in findings], indent=1))
    else:
        for finding in findings:
            print(f"{finding.path.name}: {finding.item}: {finding.message}")
        print(f"{len(findings)} findings")
    if findings:
        raise typer.Exit(1)
