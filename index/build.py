"""Builds an index: chunk and embed what is new, write a new generation beside the live one, switch to it in one step.

Only documents that may be served on the day of the build in the market of the build are indexed. Everything of unchanged
documents is taken over from the generation before, as long as the model is the same. A build that is killed leaves the index
that was there; two builds at once wait for each other.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from corpus.lifecycle import servable, servable_documents
from corpus.types import ApprovedAnswer, Corpus, Document, DocumentStatus, RegisterEntry
from index import chunking, expanded_text, lexical
from index.assembly import Assembly, part_key
from index.content import load_layout, save_answers
from index.errors import IndexProblem
from index.generation import read_previous
from index.manifest import GENERATIONS, Manifest, finish, index_version, kept_folders, read_current, switch, write_manifest
from index.neighbours import delete_collections
from index.releases import kept_generations
from index.types import Embedder
from index.vector_store import FOLDER, delete_unused
from index.vector_table import Progress, silent

LOCK = "build.lock"


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: `embedded` texts were new, `reused` were taken over; `changed` is false when nothing had to be done;
    `folder` is that of the new generation."""

    manifest: Manifest
    changed: bool
    embedded: int
    reused: int
    folder: Path | None = None


def parameters() -> dict[str, float]:
    """Return every number of this room that is baked into the files of an index."""
    return {
        "max_passage_chars": chunking.MAX_PASSAGE_CHARS,
        "heading_repeats": expanded_text.HEADING_REPEATS,
        "bm25_k1": lexical.K1,
        "bm25_b": lexical.B,
    }


def build_index(
    corpus: Corpus,
    index_dir: Path,
    embedder: Embedder,
    progress: Progress = silent,
    *,
    market: str = "US",
    on: date | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    release: str = "",
) -> BuildReport:
    """Bring the index of a folder up to date with a corpus.

    Args:
        corpus: all documents, whatever their status.
        index_dir: made if need be.
        embedder: its `model` is recorded; an index of another model is built anew.
        progress: called with (stage, done, total).
        market: two-letter market whose documents are indexed.
        on: the day for which documents must be in date; today (UTC) when None.
        clock: current time, recorded in the manifest only.
        release: id of a release to build beside what serves; it is always built, and never switched to here.
    """
    now = clock()
    day = now.date() if on is None else on
    with _only_build(index_dir):
        current = up_to_date(index_dir, Wanted.of(corpus, embedder.model, market, day))
        if current is not None and not release:
            return BuildReport(current, changed=False, embedded=0, reused=0)
        documents = servable_documents(corpus, day, market)
        manifest = replace(_manifest(corpus, documents, embedder, market=market, on=day, now=now), release=release)
        progress("chunking", 0, 1)
        assembly = Assembly(index_dir, read_previous(index_dir, embedder.model), embedder, progress)
        register, made_with = _by_document(corpus.register), str(sorted(parameters().items()))
        for document in documents:
            entries = [entry for entry in register.get(document.doc_id, ()) if entry.version in ("", document.version)]
            assembly.add(document, entries, part_key(document, entries, made_with))
        progress("chunking", 1, 1)
        answers = [answer for answer in corpus.answers if servable(answer.document, day, market)]
        return _write(index_dir, manifest, assembly, answers)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an index should be built from: hashes of corpus and ledger, `Embedder.model`, market and day."""

    corpus_sha256: str
    standing_sha256: str
    model: str
    market: str
    on: date

    @classmethod
    def of(cls, corpus: Corpus, model: str, market: str, on: date) -> Wanted:
        """Return what is wanted of a corpus."""
        return cls(corpus.sha256, corpus.standing_sha256, model, market, on)


def up_to_date(index_dir: Path, wanted: Wanted) -> Manifest | None:
    """Return the manifest of the index if a build would change nothing, else None; parses no document."""
    try:
        _, manifest = read_current(index_dir)
    except IndexProblem:
        return None
    built = (manifest.corpus_sha256, manifest.standing_sha256, manifest.model, manifest.market, dict(manifest.parameters))
    same = built == (wanted.corpus_sha256, wanted.standing_sha256, wanted.model, wanted.market, parameters())
    return manifest if same and _still_holds(manifest, wanted.on) else None


def _write(index_dir: Path, manifest: Manifest, assembly: Assembly, answers: Sequence[ApprovedAnswer]) -> BuildReport:
    """Write a generation beside the live one and, unless it is a release, switch to it."""
    name = f"{manifest.version}-{os.getpid()}-{datetime.fromisoformat(manifest.built_at).strftime('%Y%m%d%H%M%S%f')}"
    folder = index_dir / GENERATIONS / f".{name}.tmp"
    folder.mkdir(parents=True)
    try:
        written = assembly.write(folder)
        save_answers(folder, answers)
        manifest = _with_counts(manifest, written.counts)
        write_manifest(folder, manifest)
        finished = finish(index_dir, folder, name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not manifest.release:
        serve_generation(index_dir, name)
    return BuildReport(manifest, changed=True, embedded=written.embedded, reused=written.reused, folder=finished)


def serve_generation(index_dir: Path, name: str) -> None:
    """Switch to a finished generation, and delete what neither it nor a kept release needs.

    Raises:
        IndexMissing: there is no such generation.
    """
    switch(index_dir, name, kept_generations(index_dir))
    _delete_unused_files(index_dir)


def _delete_unused_files(index_dir: Path) -> None:
    """Delete shared files that no generation names any more."""
    layouts = []
    for folder in kept_folders(index_dir):
        try:
            layouts.append(load_layout(folder))
        except IndexProblem:
            continue
    delete_unused(index_dir / FOLDER, [store for layout in layouts for store in layout.stores.values()])
    delete_collections(index_dir, {layout.collection for layout in layouts})


@contextmanager
def _only_build(index_dir: Path) -> Iterator[None]:
    """Wait until no other build runs in this folder; the operating system lets go of the lock of a killed one."""
    index_dir.mkdir(parents=True, exist_ok=True)
    with (index_dir / LOCK).open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _by_document(register: Sequence[RegisterEntry]) -> dict[str, list[RegisterEntry]]:
    by_document: dict[str, list[RegisterEntry]] = {}
    for entry in register:
        by_document.setdefault(entry.doc_id, []).append(entry)
    return by_document


def _still_holds(manifest: Manifest, on: date) -> bool:
    """Whether the same documents may be served on that day as on the day of the build."""
    begins = date.fromisoformat(manifest.served_on)
    return begins <= on and (manifest.holds_until is None or on < date.fromisoformat(manifest.holds_until))


def _manifest(
    corpus: Corpus, documents: Sequence[Document], embedder: Embedder, *, market: str, on: date, now: datetime
) -> Manifest:
    hashes = {document.doc_id: document.sha256 for document in documents}
    return Manifest(
        version=index_version(corpus.sha256, embedder.model, hashes, parameters()),
        corpus_sha256=corpus.sha256,
        model=embedder.model,
        dimension=embedder.dimension,
        market=market,
        standing_sha256=corpus.standing_sha256,
        served_on=on.isoformat(),
        holds_until=_holds_until([*(corpus.versions or corpus.documents), *(a.document for a in corpus.answers)], on),
        parameters=parameters(),
        counts={},
        built_at=now.isoformat(timespec="microseconds"),
    )


def _holds_until(documents: Sequence[Document], on: date) -> str | None:
    """The first day after `on` on which an approved document takes effect or expires."""
    approved = [document for document in documents if document.status is DocumentStatus.APPROVED]
    days = [day for d in approved for day in (d.effective_date, d.expires_date) if day is not None and day > on]
    return min(days).isoformat() if days else None


def _with_counts(manifest: Manifest, counts: Mapping[str, int]) -> Manifest:
    return replace(manifest, counts=dict(sorted(counts.items())))
