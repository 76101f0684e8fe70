"""Content releases on the command line: release, releases, rollback, diff."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from assistant.cli.corpus_lifecycle import AsJson, By, Reason, name_of, open_desk
from assistant.cli.index import Bar
from assistant.clock import utc_now
from assistant.errors import BadInput
from assistant.governance import Gate, ReleaseRefused, Verdict, compare_parts, read_side, release_content, roll_back
from assistant.settings import Settings
from index import EmbeddingError, IndexProblem
from index.releases import Release, is_kept, live_release, read_releases

MEDINFO = (sys.executable, "-c", "from assistant.cli import main; main()")
GateName = Literal["full", "small", "none"]


def release(
    by: By = "",
    reason: Reason = "",
    *,
    gate: Annotated[GateName, typer.Option(help="Judge by all sets, small samples, or none (give the reason).")] = "full",
    as_json: AsJson = False,
) -> None:
    """Build a release of the approved content beside the live one, have it judged by the gate, then switch to it.

    Exit code 1 when the gate refuses it; the live release then goes on serving.

    Example: medinfo corpus release --by "R. Leader"
    """
    if gate == "none" and not reason.strip():
        raise BadInput("a release without the gate needs --reason; it is kept in the audit log")
    settings = Settings()
    bar = Bar() if sys.stderr.isatty() else None
    with open_desk() as desk:
        try:
            if bar is not None:
                with bar.display:
                    made = release_content(settings, desk, _gate(gate, reason), name_of(by), clock=utc_now, progress=bar.report)
            else:
                made = release_content(settings, desk, _gate(gate, reason), name_of(by), clock=utc_now)
        except ReleaseRefused as refused:
            print(json.dumps({"released": False, "gate": refused.verdict.summary}) if as_json else f"refused: {refused}")
            raise typer.Exit(1) from refused
        except (EmbeddingError, IndexProblem) as error:
            raise BadInput(str(error)) from error
    if as_json:
        print(json.dumps({"released": True, **asdict(made)}, indent=2))
    else:
        print(f"release {made.release_id} serves: {made.counts['documents']} documents, index {made.index}; {made.gate}")


def releases(*, as_json: AsJson = False) -> None:
    """List the releases, newest first, and which of them serves.

    Example: medinfo corpus releases
    """
    settings = Settings()
    live = live_release(settings.index_dir)
    rows = [_row(each, live, settings.index_dir) for each in reversed(read_releases(settings.index_dir))]
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    if not rows:
        print("nothing was released yet; a plain `medinfo index build` serves what the files say")
        return
    table = Table("release", "state", "when (UTC)", "by", "documents", "gate")
    for row in rows:
        table.add_row(
            row["release_id"], row["state"], row["released_at"][:16], row["released_by"], str(row["documents"]), row["gate"]
        )
    Console().print(table)


def rollback(
    to: Annotated[str | None, typer.Argument(metavar="[RELEASE]", help="Release; the one before the live one.")] = None,
    by: By = "",
    reason: Reason = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Switch back to an earlier release at once. Documents that were taken out since stay out.

    Example: medinfo corpus rollback --reason "wrong figure in the new release"
    """
    with open_desk() as desk:
        target = roll_back(Settings(), desk, name_of(by), reason, to)
    print(json.dumps(asdict(target), indent=2) if as_json else f"release {target.release_id} serves again")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="A release, `live`, `content` or DOC@VERSION.")] = "live",
    after: Annotated[str, typer.Argument(metavar="B", help="The same.")] = "content",
    *,
    as_json: AsJson = False,
) -> None:
    """Show how two states of the content differ, statement by statement.

    Example: medinfo corpus diff live content
    """
    settings = Settings()
    with open_desk() as desk:
        try:
            sides = [read_side(name, settings, desk) for name in (before, after)]
        except IndexProblem as error:
            raise BadInput(str(error)) from error
    found = list(compare_parts(sides[0], sides[1]))
    counts = Counter(difference.change for difference in found)
    if as_json:
        whole = {
            "a": before,
            "b": after,
            "counts": dict(sorted(counts.items())),
            "statements": [asdict(each) for each in found],
        }
        print(json.dumps(whole, indent=2, ensure_ascii=False))
        return
    for each in found:
        print(f"{each.doc_id} | {each.section}")
        print("\n".join(f"  {sign} {text}" for sign, text in (("-", each.before), ("+", each.after)) if text))
    print(", ".join(f"{count} {change}" for change, count in sorted(counts.items())) or "no difference")


def _gate(name: GateName, reason: str) -> Gate:
    """The gate as a process of its own: what evaluates is not part of what serves."""
    if name == "none":
        return lambda _folder: Verdict(True, f"skipped: {reason}")

    def judge(data_dir: Path) -> Verdict:
        arguments = ["eval", "gate", "--json", *(["--small"] if name == "small" else [])]
        environment = os.environ | {"MEDINFO_DATA_DIR": str(data_dir)}
        done = subprocess.run([*MEDINFO, *arguments], env=environment, capture_output=True, text=True, check=False)
        try:
            found = json.loads(done.stdout)
        except json.JSONDecodeError:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            return Verdict(False, f"the gate could not be run: {last}")
        return Verdict(
            bool(found["passed"]), f"{name} gate passed" if found["passed"] else f"{name} gate missed: {_missed(found)}"
        )

    return judge


def _missed(found: dict[str, Any]) -> str:
    """Name each missed threshold with what was found, so that a busy machine is told from a worse answer."""
    rows = ((task, row) for task, rows in found["thresholds"].items() for row in rows if not row["passed"])
    return "; ".join(f"{task}.{row['measure']} {row['found']}, limit {row['limit']}" for task, row in rows)


def _row(each: Release, live: Release | None, index_dir: Path) -> dict[str, Any]:
    state = "live" if each == live else "kept" if is_kept(index_dir, each) else "gone"
    return {**asdict(each), "documents": each.counts.get("documents", 0), "state": state}
