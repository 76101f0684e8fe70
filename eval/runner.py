"""Runs a set against a system: in this process or several, resumable, in a fixed order, with a progress bar on a terminal.

One failing question does not end a run: it is recorded as failed, counted apart, and asked again on resume.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant.errors import AssistantError, BadInput
from assistant.settings import Settings
from eval.answer_measures import judge_answer
from eval.datasets import Header, HostileItem, QuestionItem
from eval.hostile import judge_hostile
from eval.runs import Manifest, Run, RunStore, new_manifest
from eval.scores import Sample, scored
from eval.significance import DEFAULT_SEED
from eval.systems import Reply, System, open_system

Item = QuestionItem | HostileItem
SECRETS = {"secret_key", "case_key", "database_url"}
_system: System | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run: the items of a set against one system. `resume` names a run to go on with."""

    task: str
    system: str
    header: Header
    items: Sequence[Item]
    settings: Settings
    workers: int = 1
    seed: int = DEFAULT_SEED
    resume: str = ""
    label: str = ""
    group: str = ""


def execute(plan: Plan, store: RunStore, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Run:
    """Run a plan and return the stored run.

    Raises:
        AssistantError: when the system cannot be opened at all.
    """
    writer = store.begin(_manifest(plan, now()))
    todo = [item for item in plan.items if item.id not in writer.done]
    started = time.perf_counter()
    versions: Mapping[str, str] = writer.manifest.versions
    with _progress(len(plan.items), f"{plan.task}, {plan.system}") as advance:
        advance(len(plan.items) - len(todo))
        for sample, seen in _ask_all(plan, todo):
            writer.add(sample)
            versions = seen
            advance(1)
    order = [item.id for item in plan.items]
    return writer.finish(order, now(), time.perf_counter() - started, versions)


def _manifest(plan: Plan, now: datetime) -> Manifest:
    given = {"run_id": plan.resume} if plan.resume else {}
    return new_manifest(
        plan.task,
        plan.header.as_dataset(),
        [(item.id, item.turns) for item in plan.items],
        system=plan.system,
        label=plan.label,
        seed=plan.seed,
        now=now,
        workers=plan.workers,
        settings=plan.settings.model_dump(mode="json", exclude=SECRETS),
        group=plan.group,
        **given,
    )


def _ask_all(plan: Plan, items: Sequence[Item]) -> Iterator[tuple[Sample, Mapping[str, str]]]:
    if plan.workers <= 1 or len(items) < 2 * plan.workers:
        if items:
            _open(plan.system, plan.settings)
        yield from map(_ask, items)
        return
    # Fresh processes: a runtime with threads of its own must not be forked.
    context = multiprocessing.get_context("spawn")
    opener = partial(_open, plan.system, plan.settings)
    try:
        with ProcessPoolExecutor(plan.workers, mp_context=context, initializer=opener) as pool:
            yield from pool.map(_ask, items, chunksize=max(1, len(items) // (plan.workers * 8)))
    except BrokenProcessPool as error:
        raise BadInput("a worker could not open the system or was killed; run with --workers 1 to see why") from error


def _open(name: str, settings: Settings) -> None:
    global _system  # noqa: PLW0603  one system per worker process, opened once
    _system = open_system(name, settings)
    # The first question pays for lazily built tables; it must not be one that is timed.
    _system.ask(["first line standard"])


def _ask(item: Item) -> tuple[Sample, Mapping[str, str]]:
    system = _system
    assert system is not None
    return ask_item(system, item), system.versions


def ask_item(system: System, item: Item) -> Sample:
    """Ask one item and score the answer; an error of the assistant becomes a failed sample."""
    started = time.perf_counter()
    tags = _tags(item)
    try:
        reply = system.ask(item.turns)
    except (AssistantError, LookupError, TypeError, ValueError, RuntimeError) as error:
        return Sample(item.id, item.turns, tags, "error", {}, {}, error=f"{type(error).__name__}: {error}")
    latency_ms = (time.perf_counter() - started) * 1000 if reply.latency_ms is None else reply.latency_ms
    scores, details = _judge(system, item, reply)
    return Sample(
        id=item.id,
        turns=item.turns,
        tags=tags,
        status="ok",
        record=reply.record,
        scores={**scores, "latency_ms": scored(latency_ms)},
        details=details,
        confidence=reply.confidence,
    )


def _judge(system: System, item: Item, reply: Reply) -> tuple[dict[str, Any], dict[str, Any]]:
    judged = (
        judge_hostile(item, reply.record) if isinstance(item, HostileItem) else judge_answer(item, reply.record, system.sources)
    )
    return judged.scores, judged.details


def _tags(item: Item) -> dict[str, str]:
    if isinstance(item, HostileItem):
        return {"kind": item.kind, "part": item.part}
    return {"kind": item.kind, "style": item.style, "answerable": "yes" if item.answerable else "no"}


class _progress:  # noqa: N801  used as a context manager only
    """A bar on stderr when it is a terminal, nothing otherwise."""

    def __init__(self, total: int, text: str) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
        self._task = self._bar.add_task(text, total=total)

    def __enter__(self) -> Callable[[int], None]:
        self._bar.start()
        return lambda n: self._bar.advance(self._task, n)

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()
