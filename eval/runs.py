"""The run store: one folder per run with its manifest and one JSON line per sample, written as samples finish.

A run can be resumed after an interruption (finished samples are kept, a torn last line is dropped) and read with a text editor.
A manifest holds what is needed to repeat the run; a run without one is not a result and is not listed.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assistant.errors import BadInput, NotFound
from eval.scores import Sample, sample_from_json, sample_to_json

MANIFEST, SAMPLES = "manifest.json", "samples.jsonl"
PACKAGES = ("medinfo-assistant", "numpy", "chromadb", "bm25s", "onnxruntime", "langchain-core", "pydantic")
ID_PART_CHARS = 48
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to repeat a run. Times are UTC, ISO 8601; `questions` is the hash of the ids and texts asked."""

    run_id: str
    task: str
    system: str
    label: str
    dataset: Mapping[str, str]
    questions: str
    n: int
    seed: int
    command: str
    started_at: str
    finished_at: str = ""
    wall_s: float = 0.0
    workers: int = 1
    commit: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""


def new_manifest(
    task: str,
    dataset: Mapping[str, str],
    asked: Sequence[tuple[str, Sequence[str]]],
    *,
    seed: int,
    system: str = "ours",
    label: str = "",
    now: datetime | None = None,
    **details: Any,
) -> Manifest:
    """Return the manifest of a run that begins now, with the machine, the packages and the commit it runs on.

    Args:
        task: what is measured (`answers`, `screening`, `retrieval`, ...).
        dataset: id, version and hash of the set, as strings.
        asked: ids and turns of what is asked, in order.
        seed: of everything drawn at random.
        system: what answers.
        label: the name shown in reports; the system's where empty.
        now: when it begins, UTC.
        details: further fields of `Manifest`.
    """
    now = now or datetime.now(UTC)
    fields = {"run_id": new_run_id(task, dataset["id"], system, now), "commit": read_commit(), **details}
    return Manifest(
        task=task,
        system=system,
        label=label or system,
        dataset=dataset,
        questions=question_fingerprint(asked),
        n=len(asked),
        seed=seed,
        command=command_line(),
        started_at=now.isoformat(),
        packages=package_versions(),
        machine=describe_machine(),
        **fields,
    )


@dataclass(frozen=True, slots=True)
class Run:
    """A finished or interrupted run, read back: samples in the order of the set."""

    manifest: Manifest
    samples: tuple[Sample, ...]
    folder: Path


def question_fingerprint(items: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Return a hash of ids and turns: two runs are comparable only when it is the same."""
    return hashlib.sha256(json.dumps([[name, list(turns)] for name, turns in items], ensure_ascii=False).encode()).hexdigest()


def describe_machine() -> dict[str, Any]:
    """Return processor count, system and Python version: latencies compare only within one machine."""
    return {
        "cpus": os.cpu_count(),
        "system": platform.system(),
        "release": platform.release(),
        "architecture": platform.machine(),
        "python": platform.python_version(),
    }


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that can change an answer or a score."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def read_commit(root: Path = ROOT) -> str:
    """Return the git commit of the code, with "+changes" when the tree differs from it, "" outside a repository."""
    try:
        head = _git(root, "rev-parse", "HEAD")
        return f"{head}+changes" if _git(root, "status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(root: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=20
    ).stdout.strip()


def command_line() -> str:
    """Return how this process was called, without the path of the interpreter's script folder."""
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])


def new_run_id(task: str, dataset: str, system: str, now: datetime) -> str:
    """Return a readable id that sorts by time, `20261122T101500Z-answers-report-ours`; system and set names are made safe."""
    safe = ["".join(c if c.isalnum() or c in "._" else "-" for c in part).strip("-") for part in (task, dataset, system)]
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{'-'.join(part[:ID_PART_CHARS] for part in safe)}"


class RunStore:
    """Runs under one folder (`<data_dir>/eval/runs`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self, manifest: Manifest) -> RunWriter:
        """Create the run's folder, or continue the one that exists for the same questions.

        Raises:
            BadInput: when the run exists with other questions, task or system.
        """
        folder = self.folder / manifest.run_id
        path = folder / MANIFEST
        if path.is_file():
            kept = read_manifest(folder)
            if (kept.questions, kept.task, kept.system) != (manifest.questions, manifest.task, manifest.system):
                raise BadInput(f"run {manifest.run_id} was made with other questions or another system; start a new run")
            manifest = replace(manifest, started_at=kept.started_at)
        folder.mkdir(parents=True, exist_ok=True)
        return RunWriter(folder, manifest)

    def read(self, run_id: str) -> Run:
        """Read a run by id, unique prefix, `latest`, or path.

        Raises:
            NotFound: when there is none, BadInput: when several match.
        """
        folder = self._resolve(run_id)
        manifest = read_manifest(folder)
        return Run(manifest, tuple({s.id: s for s in _read_samples(folder / SAMPLES)}.values()), folder)

    def manifests(self) -> list[Manifest]:
        """Return the manifests of all runs, oldest first."""
        return [read_manifest(path.parent) for path in sorted(self.folder.glob(f"*/{MANIFEST}"))]

    def _resolve(self, run_id: str) -> Path:
        if (Path(run_id) / MANIFEST).is_file():
            return Path(run_id)
        names = [manifest.run_id for manifest in self.manifests()]
        matches = names[-1:] if run_id == "latest" else [n for n in names if n == run_id] or [n for n in names if run_id in n]
        if len(matches) > 1:
            raise BadInput(f"{run_id!r} matches {len(matches)} runs: {', '.join(matches[:5])}; give more of the id")
        if not matches:
            raise NotFound(f"no run {run_id!r} under {self.folder}; `medinfo eval list` shows the runs")
        return self.folder / matches[0]


class RunWriter:
    """Appends samples to a run; `finish` writes the manifest last, so that a run seen as finished is whole."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self._samples = {sample.id: sample for sample in _read_samples(folder / SAMPLES)}
        # Rewritten once: a line torn by a kill must not be followed by a good one.
        self._write_all(list(self._samples.values()))
        self._write_manifest()

    @property
    def done(self) -> frozenset[str]:
        """Ids of the samples that need not be asked again (failed ones are asked again)."""
        return frozenset(name for name, sample in self._samples.items() if sample.status == "ok")

    def add(self, sample: Sample) -> None:
        """Append one sample; it is on disk when this returns."""
        self._samples[sample.id] = sample
        with (self.folder / SAMPLES).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(sample_to_json(sample), ensure_ascii=False) + "\n")

    def extend(self, samples: Sequence[Sample]) -> None:
        """Append samples that cost nothing to make again, in one write."""
        self._samples |= {sample.id: sample for sample in samples}
        self._write_all(list(self._samples.values()))

    def finish(self, order: Sequence[str], now: datetime, wall_s: float, versions: Mapping[str, str]) -> Run:
        """Write the samples in the order of the set (parallel runs finish in any order) and close the manifest."""
        self.manifest = replace(self.manifest, finished_at=now.isoformat(), wall_s=round(wall_s, 3), versions=dict(versions))
        samples = [self._samples[name] for name in order if name in self._samples]
        self._write_all(samples)
        self._write_manifest()
        return Run(self.manifest, tuple(samples), self.folder)

    def _write_all(self, samples: Sequence[Sample]) -> None:
        lines = "".join(json.dumps(sample_to_json(sample), ensure_ascii=False) + "\n" for sample in samples)
        _replace_file(self.folder / SAMPLES, lines)

    def _write_manifest(self) -> None:
        _replace_file(self.folder / MANIFEST, json.dumps(asdict(self.manifest), ensure_ascii=False, indent=1) + "\n")


def _replace_file(path: Path, text: str) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def read_manifest(folder: Path) -> Manifest:
    """Read a run's manifest.

    Raises:
        NotFound: when the folder is no run, BadInput: when the manifest is of another shape.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(f"{folder} is not a run: it has no {MANIFEST}")
    try:
        return Manifest(**json.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise BadInput(f"{path}: not a manifest of this version: {error}") from error


def _read_samples(path: Path) -> Iterator[Sample]:
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        yield sample_from_json(row)
