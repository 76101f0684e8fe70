"""`medinfo eval screening`: screens the labelled messages of a set, stores the run, prints the measures.

A stored sample holds the masked turns and the spans found, never a message as it came:
a set of somebody's own may hold identifiers.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from assistant.screening import Screener
from assistant.settings import Settings
from eval.commands.answers import run_to_json
from eval.commands.shared import find_set, open_store, print_measures
from eval.datasets import Header, read_header
from eval.runs import (
    Manifest,
    Run,
    RunStore,
    command_line,
    describe_machine,
    new_run_id,
    package_versions,
    question_fingerprint,
    read_commit,
)
from eval.scores import Sample, scored
from eval.screening import (
    JudgedMessage,
    MessageItem,
    MessageSet,
    judge_message,
    load_messages,
    measure_screening,
    rates_to_json,
    screen_messages,
)
from eval.significance import DEFAULT_SEED
from index import EmbeddingError, models_dir, open_embedder

WARM_UP = ("What is the first-line standard of care?",)

app = typer.Typer(help="Screen labelled messages and measure what is caught.")


@app.command()
def screening(
    *,
    dataset: Annotated[str, typer.Option(help="A set: a file, or `development` or `report`.")] = "development",
    rules_only: Annotated[bool, typer.Option("--rules-only", help="Without the second vote on sentence embeddings.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the intervals.")] = DEFAULT_SEED,
    label: Annotated[str, typer.Option(help="A name for the report, such as the change under test.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Screen labelled messages and measure what is caught, left alone and masked."""
    path = find_set(dataset, "messages")
    loaded = load_messages(path)
    settings = Settings()
    screener = open_screener(settings, rules_only)
    run, judged = measure_set(loaded, path, screener, open_store(settings), seed=seed, label=label)
    if as_json:
        report = run_to_json(run, seed) | {"rates": rates_to_json(measure_screening(judged))}
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    print_measures([run], seed)


def open_screener(settings: Settings, rules_only: bool = False) -> Screener:
    """Return the screener of the settings, with its second vote where the embedding model can be opened."""
    if rules_only:
        return Screener()
    try:
        return Screener(embedder=open_embedder(settings.embedding_model, models_dir(settings.index_dir)))
    except (EmbeddingError, OSError) as error:
        typer.echo(f"medinfo: screening without its second vote: {error}", err=True)
        return Screener()


def measure_set(
    loaded: MessageSet, path: Path, screener: Screener, store: RunStore, *, seed: int = DEFAULT_SEED, label: str = ""
) -> tuple[Run, tuple[JudgedMessage, ...]]:
    """Screen every message and store the run; return it with the judged messages, in the order of the set."""
    # The first message pays for lazily built tables; it must not be one that is timed.
    version = screener.screen(WARM_UP).policy_version
    system = "ours" if screener.votes else "rules"
    header = read_header(path, yaml.safe_load(path.read_text(encoding="utf-8")))
    writer = store.begin(_manifest(loaded, header, system, seed, label))
    started = time.perf_counter()
    judged = screen_messages(screener.screen, loaded.messages)
    for entry in judged:
        writer.add(to_sample(entry))
    order = [item.id for item in loaded.messages]
    versions = {"screening": version}
    return writer.finish(order, datetime.now(UTC), time.perf_counter() - started, versions), judged


def to_sample(entry: JudgedMessage) -> Sample:
    """Return a message as a scored sample: masked turns, expected and found codes, and in words what was wrong."""
    item, found = entry.item, entry.screening
    record: dict[str, Any] = {
        "codes": [code.value for code in found.codes],
        "expected_codes": [code.value for code in item.codes],
        "pv": found.pv,
        "expected_pv": item.pv,
        "should_answer": found.should_answer,
        "masked": entry.masked,
        "spans": [
            {"code": flag.code.value, "turn": flag.turn, "start": flag.start, "end": flag.end, "rule": flag.rule_id}
            for flag in found.flags
        ],
    }
    return Sample(
        id=item.id,
        turns=found.masked_turns,
        tags={"group": item.group, "report": "yes" if item.pv else "no"},
        status="ok",
        record=record,
        scores={**judge_message(item, found), "latency_ms": scored(entry.elapsed_ms)},
        details={"notes": _notes(item, entry)},
    )


def _notes(item: MessageItem, entry: JudgedMessage) -> list[str]:
    found = entry.screening
    notes = []
    if found.pv != item.pv:
        notes.append("a report that was not caught" if item.pv else "taken for a report and is none")
    if set(found.codes) != set(item.codes):
        notes.append(f"codes {', '.join(sorted(found.codes)) or 'none'}; expected {', '.join(sorted(item.codes)) or 'none'}")
    if found.should_answer != item.should_answer:
        notes.append("not to be answered, but would be" if found.should_answer else "to be answered, but would not be")
    left = sum(text in entry.masked for text in item.identifiers)
    if left:
        notes.append(f"{left} of {len(item.identifiers)} identifiers not masked")
    gone = [text for text in item.must_keep if text not in entry.masked]
    return notes + ([f"masked, but should stay: {', '.join(gone)}"] if gone else [])


def _manifest(loaded: MessageSet, header: Header, system: str, seed: int, label: str) -> Manifest:
    now = datetime.now(UTC)
    return Manifest(
        run_id=new_run_id("screening", header.id, system, now),
        task="screening",
        system=system,
        label=label or system,
        dataset={"id": header.id, "version": header.version, "sha256": header.sha256, "purpose": header.purpose},
        questions=question_fingerprint([(item.id, item.conversation) for item in loaded.messages]),
        n=len(loaded.messages),
        seed=seed,
        command=command_line(),
        started_at=now.isoformat(),
        commit=read_commit(),
        packages=package_versions(),
        machine=describe_machine(),
    )
