"""Reads corpus folders: `documents/<topic>/*.md`, `register/<topic>/*.yaml`, `glossary.yaml`, `glossaries/*.yaml`.

Everything is checked before anything is returned; a corpus with one problem is no corpus. Files of other kinds are ignored, so
that a half-written `x.md.tmp` beside a document does no harm. The order is the order of document ids, on every machine.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from corpus.approved_answers import load_approved_answers
from corpus.errors import CorpusError, Problem
from corpus.frontmatter import parse_document
from corpus.ledger import Ledger, apply_standing
from corpus.lifecycle import newest_of, version_number
from corpus.parsed_files import FileHashes, ParsedFiles, ParsedRegister, sha256_of
from corpus.register import parse_register
from corpus.types import Corpus, Document, DocumentStatus, RegisterEntry

DOCUMENTS = "documents"
REGISTER = "register"
GLOSSARY = "glossary.yaml"
GLOSSARIES = "glossaries"
APPROVED_ANSWERS = "approved_answers"
# A corpus folder, several of them, or None for the packaged one.
CorpusDir = Path | Sequence[Path] | None
# A document that its file calls a draft can change no answer, and neither can its register.
_DRAFT = re.compile(rb"^status:[ \t]*[\"']?(?:draft|in_review)\b", re.MULTILINE)
DRAFTS = frozenset({DocumentStatus.DRAFT, DocumentStatus.IN_REVIEW})


def packaged_corpus_dir() -> Path:
    """Return the folder of the corpus that ships with the package."""
    return Path(str(files("corpus")))


def load_corpus(corpus_dir: CorpusDir = None, *, ledger: Ledger | None = None, cache_dir: Path | None = None) -> Corpus:
    """Return all documents (any status) in `doc_id` order, and the register entries in document order.

    Args:
        corpus_dir: a corpus folder, or several whose documents are taken together; the packaged corpus when None.
        ledger: what was decided about documents since they were written.
        cache_dir: where what was read is kept for the next time.

    Raises:
        CorpusError: the folder or a file in it cannot be used; lists every problem found.
    """
    loading = _Loading(corpus_roots(corpus_dir), cache_dir)
    documents = _load_documents(loading)
    register = _load_register(loading, documents)
    answer_files = {name: root / name for root in loading.roots for name in list_files(root, APPROVED_ANSWERS, ".yaml")}
    answers = list(load_approved_answers(answer_files, documents, loading.problems))
    if loading.problems:
        raise CorpusError(sorted(loading.problems))
    ledger = ledger or Ledger()
    versions = tuple(apply_standing(document, ledger.find(*key)) for key, document in documents.items())
    digest = _digest(loading.roots, loading.counted)
    loading.save()
    return Corpus(
        documents=newest_of(versions),
        register=tuple(register),
        sha256=digest,
        versions=versions,
        standing_sha256=ledger.sha256,
        answers=tuple(
            replace(a, document=apply_standing(a.document, ledger.find(a.document.doc_id, a.document.version))) for a in answers
        ),
    )


def corpus_sha256(corpus_dir: CorpusDir = None, *, cache_dir: Path | None = None) -> str:
    """Return the hash of every file that can change an answer; equals `Corpus.sha256`, without parsing anything.

    Args:
        corpus_dir: as for `load_corpus`.
        cache_dir: where hashes are kept with the times of the files, so that an unchanged file is not read again.
    """
    roots = corpus_roots(corpus_dir)
    hashes = FileHashes(cache_dir)
    digest = _digest(roots, lambda path: hashes.sha256(path, _counted))
    hashes.save()
    return digest


def corpus_roots(corpus_dir: CorpusDir) -> tuple[Path, ...]:
    """Return the corpus folders behind a setting.

    Raises:
        CorpusError: one of them holds no documents.
    """
    roots = corpus_folders(corpus_dir)
    for root in roots:
        if not (root / DOCUMENTS).is_dir():
            message = f"no folder {DOCUMENTS!r} in it; give a corpus folder that holds {DOCUMENTS}/<topic>/*.md"
            raise CorpusError([Problem(str(root), "", message)])
    return roots


def corpus_folders(corpus_dir: CorpusDir) -> tuple[Path, ...]:
    """Return the folders behind a setting, whatever they hold."""
    if corpus_dir is None or isinstance(corpus_dir, Path):
        return (packaged_corpus_dir() if corpus_dir is None else corpus_dir,)
    return tuple(corpus_dir)


def list_files(root: Path, folder: str, suffix: str) -> list[str]:
    """Return the files below a folder of a corpus folder with that suffix, relative to the corpus folder, in order."""
    found = []
    for place, _, names in os.walk(root / folder):
        below = Path(place).relative_to(root).as_posix()
        found += [f"{below}/{name}" for name in names if name.endswith(suffix)]
    return sorted(found)


def glossary_files(root: Path) -> list[str]:
    """Return the glossary files of a corpus folder that are there: the general one, then those of topics."""
    general = [GLOSSARY] if (root / GLOSSARY).is_file() else []
    return general + list_files(root, GLOSSARIES, ".yaml")


def _digest(roots: Sequence[Path], sha256_of_path: Callable[[str], str]) -> str:
    digest = hashlib.sha256()
    for root in roots:
        documents = {name: sha256_of_path(f"{root}/{name}") for name in list_files(root, DOCUMENTS, ".md")}
        drafts = {_stem(name) for name, sha in documents.items() if not sha}
        registers = [name for name in list_files(root, REGISTER, ".yaml") if _stem(name) not in drafts]
        counted = {name: sha for name, sha in documents.items() if sha}
        others = [*registers, *glossary_files(root), *list_files(root, APPROVED_ANSWERS, ".yaml")]
        for name, sha in [*counted.items(), *((name, sha256_of_path(f"{root}/{name}")) for name in others)]:
            digest.update(f"{name}\0{sha}\n".encode())
    return digest.hexdigest()


def _stem(name: str) -> str:
    """Return what a document and its register have in common: topic and name of the file."""
    return name.partition("/")[2].rpartition(".")[0]


def _counted(data: bytes) -> str:
    """Return the hash of a file as it counts: "" for a draft."""
    if not data.startswith(b"---"):
        return sha256_of(data)
    end = data.find(b"\n---", 3)
    return "" if _DRAFT.search(data, 0, end if end > 0 else len(data)) else sha256_of(data)


def _load_documents(loading: _Loading) -> dict[tuple[str, str], Document]:
    found: dict[tuple[str, str], Document] = {}
    places: dict[tuple[str, str], str] = {}
    for root in loading.roots:
        for name in list_files(root, DOCUMENTS, ".md"):
            try:
                document = loading.read_document(root, name)
            except CorpusError as error:
                loading.problems.extend(error.problems)
                continue
            key = (document.doc_id, document.version)
            if key in found:
                message = (
                    f"{document.doc_id!r} is already the id of {places[key]}; give each document its own id, "
                    "each new version of one its own version"
                )
                loading.problems.append(Problem(name, "id", message))
                continue
            found[key] = document
            places[key] = name
    return {key: found[key] for key in sorted(found, key=lambda key: (key[0], version_number(key[1])))}


def _load_register(loading: _Loading, documents: Mapping[tuple[str, str], Document]) -> list[RegisterEntry]:
    by_document: dict[tuple[str, str], tuple[RegisterEntry, ...]] = {}
    for root in loading.roots:
        for name in list_files(root, REGISTER, ".yaml"):
            try:
                entries = loading.read_register(root, name, documents)
            except CorpusError as error:
                loading.problems.extend(error.problems)
                continue
            key = (entries[0].doc_id, entries[0].version)
            if key in by_document:
                loading.problems.append(Problem(name, "document", f"{key[0]!r} has two register files; merge them"))
                continue
            by_document[key] = entries
    return [entry for key in documents for entry in by_document.get(key, ())]


class _Loading:
    """One run over corpus folders: what was read, its hashes, and the problems found."""

    def __init__(self, roots: Sequence[Path], cache_dir: Path | None) -> None:
        self.roots = roots
        self.problems: list[Problem] = []
        self._parsed = ParsedFiles(cache_dir)
        self._hashes = FileHashes(cache_dir)
        self._counted: dict[str, str] = {}

    def read_document(self, root: Path, name: str) -> Document:
        """Return the document in a file."""
        path = f"{root}/{name}"
        known = self._hashes.known(path)
        document = self._parsed.document(known) if known else None
        if document is None:
            data = _read(path)
            document = self._parsed.document(sha256_of(data))
            if document is None:
                document = parse_document(data, name)
                self._parsed.keep_document(document)
        self._count(path, "" if document.status in DRAFTS else document.sha256)
        return document

    def read_register(self, root: Path, name: str, documents: Mapping[tuple[str, str], Document]) -> tuple[RegisterEntry, ...]:
        """Return the entries of a register file, checked against its document."""
        path = f"{root}/{name}"
        data = None if (sha256 := self._hashes.known(path)) else _read(path)
        sha256 = sha256_of(data) if data is not None else sha256 or ""
        self._count(path, sha256)
        known = self._parsed.register(sha256)
        if known is not None:
            document = documents.get((known.doc_id, known.version))
            if document is not None and document.sha256 == known.document_sha256:
                return known.entries
        entries = parse_register(_read(path) if data is None else data, name, documents)
        doc_id, version = entries[0].doc_id, entries[0].version
        document_sha256 = documents[doc_id, version].sha256
        self._parsed.keep_register(ParsedRegister(sha256, document_sha256, doc_id, version, entries))
        return entries

    def counted(self, path: str) -> str:
        """Return the hash of a file as it counts for the corpus."""
        return self._counted[path] if path in self._counted else self._hashes.sha256(path, _counted)

    def save(self) -> None:
        """Keep what was read."""
        self._parsed.save()
        self._hashes.save()

    def _count(self, path: str, digest: str) -> None:
        self._counted[path] = digest
        self._hashes.learn(path, digest)


def _read(path: str) -> bytes:
    with open(path, "rb") as stream:  # noqa: PTH123 - a path object for each of thousands of files costs more than reading it
        return stream.read()
