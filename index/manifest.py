"""What an index was built from, and where its files are.

An index folder holds `generations/<name>/` (complete builds) and `current.json` (the name of the one that serves). A build
writes a new generation beside the live one and then replaces `current.json` in one step: a killed build changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, with_config

from index.errors import BUILD_COMMAND, IndexMissing, IndexStale

# Raised when files of an index change their form or meaning; an older index is then refused and rebuilt.
FORMAT = 2
GENERATIONS = "generations"
CURRENT = "current.json"
MANIFEST = "manifest.json"
KEPT_GENERATIONS = 2
ABANDONED_AFTER_S = 86_400


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index was built from.

    `version` is a hash of everything that can change a search result. `holds_until` is the first day on which a lifecycle date
    (effective, expiry) changes what may be served, or None; `built_at` is UTC, ISO 8601; `standing_sha256` is that of the
    ledger of decisions about documents. `release` is the id of the content release it is, "" for a plain build.
    """

    version: str
    corpus_sha256: str
    model: str
    dimension: int
    market: str
    served_on: str
    holds_until: str | None
    parameters: Mapping[str, float]
    counts: Mapping[str, int]
    built_at: str
    standing_sha256: str = ""
    release: str = ""
    format: Annotated[int, Field(ge=0)] = FORMAT


def index_version(corpus_sha256: str, model: str, document_hashes: Mapping[str, str], parameters: Mapping[str, float]) -> str:
    """Return the hash of what an index is made from: the same corpus, model and parameters give the same version."""
    content = [FORMAT, corpus_sha256, model, sorted(document_hashes.items()), sorted(parameters.items())]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def read_current(index_dir: Path) -> tuple[Path, Manifest]:
    """Return the folder and manifest of the generation that serves.

    Raises:
        IndexMissing: nothing was built here yet.
        IndexStale: built by a version of this program with another file format.
    """
    pointer = index_dir / CURRENT
    try:
        name = json.loads(pointer.read_text(encoding="utf-8"))["generation"]
        folder = index_dir / GENERATIONS / name
        data = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise IndexMissing(f"there is no index in {index_dir}; run `{BUILD_COMMAND}`") from error
    except (ValueError, KeyError, TypeError) as error:
        raise IndexStale(f"the index in {index_dir} cannot be read; run `{BUILD_COMMAND}`") from error
    return folder, _manifest(data, index_dir)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a generation."""
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")


def finish(index_dir: Path, unfinished: Path, name: str) -> Path:
    """Give a build that is complete its name and return its folder; it does not serve yet."""
    folder = index_dir / GENERATIONS / name
    unfinished.replace(folder)
    return folder


def switch(index_dir: Path, name: str, kept: Collection[str] = ()) -> None:
    """Make a finished build the generation that serves, in one step. Older ones are pruned, but for those to be kept."""
    if not (index_dir / GENERATIONS / name / MANIFEST).is_file():
        raise IndexMissing(f"there is no generation {name} in {index_dir}; run `{BUILD_COMMAND}`")
    unfinished = index_dir / f"{CURRENT}.{os.getpid()}.tmp"
    unfinished.write_text(json.dumps({"generation": name}), encoding="utf-8")
    unfinished.replace(index_dir / CURRENT)
    _prune(index_dir, {name, *kept})


def kept_folders(index_dir: Path) -> list[Path]:
    """Return the folders of all finished generations."""
    return sorted(path for path in (index_dir / GENERATIONS).iterdir() if not path.name.startswith("."))


def _manifest(data: Any, index_dir: Path) -> Manifest:
    try:
        manifest = TypeAdapter(Manifest).validate_python(data)
    except ValidationError as error:
        raise IndexStale(f"the manifest of the index in {index_dir} is not valid; run `{BUILD_COMMAND}`") from error
    if manifest.format != FORMAT:
        message = (
            f"the index in {index_dir} has file format {manifest.format}, this program reads {FORMAT}; run `{BUILD_COMMAND}`"
        )
        raise IndexStale(message)
    return manifest


def _prune(index_dir: Path, kept: Collection[str]) -> None:
    """Keep what is to be kept and the generation before it, which a running server may still be reading."""
    others = [path for path in kept_folders(index_dir) if path.name not in kept]
    others.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for path in [*others[KEPT_GENERATIONS - 1 :], *_abandoned(index_dir)]:
        shutil.rmtree(path, ignore_errors=True)


def _abandoned(index_dir: Path) -> list[Path]:
    """What killed builds left: unfinished folders that nobody has written to for a day."""
    oldest = time.time() - ABANDONED_AFTER_S
    return [path for path in (index_dir / GENERATIONS).glob(".*.tmp") if path.stat().st_mtime < oldest]
