"""The releases of an index folder: generations that were judged and switched to, newest last, the last few kept to go back to.

Which one serves is what `current.json` says; this list says what they are called and what was found of them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from index.errors import BUILD_COMMAND, IndexProblem, IndexStale
from index.manifest import GENERATIONS, read_current

RELEASES = "releases.json"
# Releases whose files are kept.
KEPT_RELEASES = 5


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Release:
    """A release.

    Attributes:
        release_id: as answers carry it.
        generation: name of its folder.
        index, corpus: versions, as answers carry them.
        released_at: UTC, ISO 8601.
        released_by: who released it.
        gate: what judged it, in words ("passed", "skipped: …").
        counts: documents, passages, statements.
    """

    release_id: str
    generation: str
    index: str
    corpus: str
    released_at: str
    released_by: str
    gate: str
    counts: Mapping[str, int] = field(default_factory=dict)


def read_releases(index_dir: Path) -> tuple[Release, ...]:
    """Return the releases, oldest first.

    Raises:
        IndexStale: the list cannot be read.
    """
    try:
        return tuple(TypeAdapter(list[Release]).validate_json((index_dir / RELEASES).read_bytes()))
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the releases of {index_dir} cannot be read; remove {RELEASES} and run `{BUILD_COMMAND}`") from error


def add_release(index_dir: Path, release: Release) -> None:
    """Note a release, in one step."""
    unfinished = index_dir / f"{RELEASES}.{os.getpid()}.tmp"
    unfinished.write_bytes(TypeAdapter(list[Release]).dump_json([*read_releases(index_dir), release], indent=1))
    unfinished.replace(index_dir / RELEASES)


def live_release(index_dir: Path) -> Release | None:
    """Return the release that serves; None when a plain build does, or nothing."""
    try:
        folder, _ = read_current(index_dir)
    except IndexProblem:
        return None
    return next((release for release in reversed(read_releases(index_dir)) if release.generation == folder.name), None)


def kept_generations(index_dir: Path) -> list[str]:
    """Return the generations that one may go back to."""
    return [release.generation for release in read_releases(index_dir)[-KEPT_RELEASES:]]


def is_kept(index_dir: Path, release: Release) -> bool:
    """Return whether the files of a release are still there."""
    return (index_dir / GENERATIONS / release.generation).is_dir()
