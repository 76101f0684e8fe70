"""Screens the labelled messages of a set and stores the run.

A stored sample holds the masked turns and the spans found, never a message as it came:
a set of somebody's own may hold identifiers.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import typer

from assistant.screening import Screener
from assistant.settings import Settings
from eval.datasets import Header
from eval.runs import Run, RunStore, new_manifest
from eval.scores import Sample, Score, scored, unscored
from eval.screening import JudgedMessage, MessageItem, judge_message, screen_messages
from eval.significance import DEFAULT_SEED
from index import EmbeddingError, models_dir, open_embedder

WARM_UP = ("What is the first-line standard of care?",)


def open_screener(settings: Settings, rules_only: bool = False) -> Screener:
    """Return the screener of the settings, with its second vote where the embedding model can be opened."""
    if rules_only:
        return Screener()
    try:
        return Screener(embedder=open_embedder(settings.embedding_model, models_dir(settings.index_dir)))
    except (EmbeddingError, OSError) as error:
        typer.echo(f"medinfo: screening without its second vote: {error}", err=True)
        return Screener()


def measure_messages(
    items: Sequence[MessageItem],
    header: Header,
    screener: Screener,
    store: RunStore,
    *,
    seed: int = DEFAULT_SEED,
    label: str = "",
) -> tuple[Run, tuple[JudgedMessage, ...]]:
    """Screen every message and store the run; return it with the judged messages, in the order given.

    With a second vote, reports are scored once more by that vote alone (`vote_sensitivity`): rules and vote catch mostly the
    same reports, so that either could fall silent unseen.
    """
    # The first message pays for lazily built tables; it must not be one that is timed.
    version = screener.screen(WARM_UP).policy_version
    system = "ours" if screener.votes else "rules"
    asked = [(item.id, item.conversation) for item in items]
    writer = store.begin(new_manifest("screening", header.as_dataset(), asked, system=system, label=label, seed=seed))
    started = time.perf_counter()
    judged = screen_messages(screener.screen, items)
    for entry in judged:
        sample = to_sample(entry)
        writer.add(replace(sample, scores={**sample.scores, "vote_sensitivity": _vote_score(entry, screener)}))
    order = [item.id for item in items]
    versions = {"screening": version}
    return writer.finish(order, datetime.now(UTC), time.perf_counter() - started, versions), judged


def _vote_score(entry: JudgedMessage, screener: Screener) -> Score:
    if not screener.votes:
        return unscored("rules alone")
    if not entry.item.pv:
        return unscored("no report")
    return scored(screener.vote_alone(entry.item.conversation))


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
