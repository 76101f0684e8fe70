"""Content releases: built beside the live one, judged by the gate, switched to in one step; and the way back.

A release is put on record before it is switched to. Until the switch, a single replacement of a small file, the old release
serves, whatever happens to the process. Documents that were taken out stay out in every release.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.clock import Clock
from assistant.errors import BadInput
from assistant.governance.desk import ContentDesk
from assistant.settings import Settings
from index import BuildReport, build_index, models_dir, open_embedder
from index.build import serve_generation
from index.manifest import CURRENT, GENERATIONS
from index.releases import Release, add_release, is_kept, live_release, read_releases
from index.vector_table import Progress, silent

CANDIDATE = "candidate"
NAME_CHARS = 8
# What a candidate's data folder shares with the real one.
SHARED = ("models", "eval", "cache", "content", "ledger.json")
SHARED_OF_INDEX = (GENERATIONS, "vectors", "collections")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate found; `summary` goes on record."""

    passed: bool
    summary: str


Gate = Callable[[Path], Verdict]
"""Judges a candidate by its data folder, in which the candidate is the index that serves."""


class ReleaseRefused(Exception):
    """The gate refused a candidate; what serves is what served before."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.summary)


def release_content(
    settings: Settings, desk: ContentDesk, gate: Gate, by: str, *, clock: Clock, progress: Progress = silent
) -> Release:
    """Build a release of the content as it stands, have it judged, and switch to it.

    Raises:
        ReleaseRefused: the gate refused it.
        BadInput: the corpus cannot be read.
    """
    report = _build(settings, desk, clock, progress)
    folder = report.folder
    assert folder is not None
    try:
        verdict = _judge(settings.data_dir, settings.index_dir, folder.name, gate)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    content = _content(report, by, verdict)
    if not verdict.passed:
        shutil.rmtree(folder, ignore_errors=True)
        desk.record({"step": "release refused", **content})
        raise ReleaseRefused(verdict)
    release = Release(
        release_id=report.manifest.release,
        generation=folder.name,
        index=report.manifest.version,
        corpus=report.manifest.corpus_sha256[:16],
        released_at=clock().isoformat(timespec="seconds"),
        released_by=by,
        gate=verdict.summary,
        counts=dict(report.manifest.counts),
    )
    desk.record({"step": "release", **content})
    add_release(settings.index_dir, release)
    serve_generation(settings.index_dir, folder.name)
    return release


def roll_back(settings: Settings, desk: ContentDesk, by: str, reason: str = "", to: str | None = None) -> Release:
    """Switch back to an earlier release: the one named, else the one before the one that serves.

    Raises:
        BadInput: there is none to go back to.
    """
    releases = [release for release in read_releases(settings.index_dir) if is_kept(settings.index_dir, release)]
    live = live_release(settings.index_dir)
    if to is None:
        before = releases if live is None else releases[: releases.index(live)] if live in releases else []
        if not before:
            raise BadInput("there is no earlier release to go back to; `medinfo corpus releases` shows those there are")
        target = before[-1]
    else:
        named = [release for release in releases if release.release_id == to]
        if not named:
            raise BadInput(f"there is no release {to!r} to go back to; `medinfo corpus releases` shows those there are")
        target = named[-1]
    served = "" if live is None else live.release_id
    desk.record({"step": "rollback", "release": target.release_id, "before": served, "by": by, "reason": reason})
    serve_generation(settings.index_dir, target.generation)
    return target


def next_release_id(index_dir: Path, on: date) -> str:
    """Return the id of the next release: the day and a number."""
    taken = {release.release_id for release in read_releases(index_dir)}
    number = 1
    while f"{on.isoformat()}.{number}" in taken:
        number += 1
    return f"{on.isoformat()}.{number}"


def _build(settings: Settings, desk: ContentDesk, clock: Clock, progress: Progress) -> BuildReport:
    embedder = open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    return build_index(
        desk.corpus(),
        settings.index_dir,
        embedder,
        progress,
        market=settings.market,
        clock=clock,
        release=next_release_id(settings.index_dir, clock().date()),
    )


def _judge(data_dir: Path, index_dir: Path, generation: str, gate: Gate) -> Verdict:
    """Have a candidate judged in a data folder of its own, made of links."""
    folder = data_dir / f"{CANDIDATE}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "index").mkdir(parents=True)
    try:
        (data_dir / "eval").mkdir(exist_ok=True)
        pairs = [(folder / name, data_dir / name) for name in SHARED]
        pairs += [(folder / "index" / name, index_dir / name) for name in SHARED_OF_INDEX]
        for link, target in pairs:
            if target.exists():
                link.symlink_to(target.resolve())
        (folder / "index" / CURRENT).write_text(f'{{"generation": "{generation}"}}', encoding="utf-8")
        return gate(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _content(report: BuildReport, by: str, verdict: Verdict) -> Json:
    manifest = report.manifest
    return {
        "release": manifest.release,
        "index": manifest.version,
        "corpus": manifest.corpus_sha256,
        "ledger_sha256": manifest.standing_sha256,
        "by": by,
        "gate": verdict.summary,
        "embedded": report.embedded,
    }
