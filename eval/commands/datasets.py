"""`medinfo eval datasets`: the packaged sets with their provenance, and the linter."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.shared import find_set
from eval.datasets import PACKAGED, list_packaged, load_questions, questions_to_lines
from eval.linting import lint_file, lint_packaged

WIDTH_CHARS = 118

app = typer.Typer(help="List and check the evaluation sets.")


@app.command()
def datasets(
    check: Annotated[bool, typer.Option("--check", help="Lint the packaged sets; exit code 1 on findings.")] = False,
    file: Annotated[Path | None, typer.Option(help="Lint this file instead.")] = None,
    export: Annotated[str, typer.Option(help="Print this question set as JSON lines.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the evaluation sets with provenance; with --check or --file, find what would make a score meaningless."""
    if export:
        print(questions_to_lines(load_questions(find_set(export, "questions"))), end="")
        return
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
    for row in rows:
        print(f"{row['file']}: {row['items']} {row['kind']}, {row['purpose']}")
        print(
            textwrap.fill(
                str(row["provenance"]) or "no provenance", WIDTH_CHARS, initial_indent="    ", subsequent_indent="    "
            )
        )


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
