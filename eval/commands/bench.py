"""`medinfo eval bench`: the usual LangChain, Chroma and MiniLM recipe and ours, in one run on one machine."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assistant.settings import Settings
from eval.bench.content import measure_content
from eval.bench.dataset import measure_dataset
from eval.bench.table import Row, content_rows, dataset_rows, row_to_json
from eval.runs import command_line, describe_machine, package_versions, read_commit
from eval.significance import DEFAULT_SEED

app = typer.Typer(help="Compare speed and size with the usual recipe.")
DEFAULT_DOCUMENTS = 300


@app.command()
def bench(
    *,
    dataset: Annotated[Path | None, typer.Option(help="Also compare on this folder in BEIR layout.")] = None,
    documents: Annotated[int, typer.Option(min=0, help="Documents taken from it (0: all).")] = DEFAULT_DOCUMENTS,
    content: Annotated[bool, typer.Option(help="Compare on our own content.")] = True,
    seed: Annotated[int, typer.Option(help="Chooses questions and documents.")] = DEFAULT_SEED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare build, rebuild, first answer, latency, throughput and memory with the usual recipe; takes a few minutes."""
    settings = Settings()
    tables: dict[str, list[Row]] = {}
    steps: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="medinfo-bench-") as folder:
        if content:
            (Path(folder) / "content").mkdir()
            steps["content"] = measure_content(Path(folder) / "content", settings, seed, _say)
            tables["our own content"] = content_rows(steps["content"])
        if dataset is not None:
            work = Path(folder) / "set"
            steps["set"] = measure_dataset(dataset, documents, work, settings, seed=seed, report=_say)
            tables[dataset.resolve().name] = dataset_rows(steps["set"])
    if as_json:
        rows = {name: [row_to_json(row) for row in table] for name, table in tables.items()}
        print(json.dumps({"tables": rows, "steps": steps, "manifest": _manifest(seed)}, indent=1))
        return
    for name, table in tables.items():
        _print(name, table)


def _say(step: str) -> None:
    if sys.stderr.isatty():
        print(f"bench: {step.replace('_', ' ')}", file=sys.stderr)


def _manifest(seed: int) -> dict[str, Any]:
    machine = {**describe_machine(), "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else []}
    parts = {"packages": package_versions(), "machine": machine, "seed": seed, "command": command_line()}
    return {"at": datetime.now(UTC).isoformat(), "commit": read_commit(), **parts}


def _print(name: str, rows: list[Row]) -> None:
    table = Table("", "unit", "usual recipe", "ours", "ours / theirs", "budget", title=f"On {name}")
    for row in rows:
        theirs = "" if row.theirs is None else f"{row.theirs:,.1f}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        verdict = "" if row.holds is None else f"{row.budget}: {'holds' if row.holds else 'missed'}"
        table.add_row(row.name, row.unit, theirs, f"{row.ours:,.1f}", ratio, verdict)
    Console().print(table)
