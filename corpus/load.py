"""Reads a corpus folder: `documents/<topic>/*.md`, `register/<topic>/*.yaml`, `glossary.yaml`.

Everything is checked before anything is returned; a corpus with one problem is no corpus. Files of other kinds are ignored, so
that a half-written `x.md.tmp` beside a document does no harm. The order is the order of document ids, on every machine.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path

from corpus.errors import CorpusError, Problem
from corpus.frontmatter import parse_document
from corpus.register import parse_register
from corpus.types import Corpus, Document, RegisterEntry

DOCUMENTS = "documents"
REGISTER = "register"
GLOSSARY = "glossary.yaml"


def packaged_corpus_dir() -> Path:
    """Return the folder of the corpus that ships with the package."""
    return Path(str(files("corpus")))


def load_corpus(corpus_dir: Path | None = None) -> Corpus:
    """Return all documents (any status) in `doc_id` order, and the register entries in document order.

    Args:
        corpus_dir: a corpus folder; the packaged corpus when None.

    Raises:
        CorpusError: the folder or a file in it cannot be used; lists every problem found.
    """
    root = _root(corpus_dir)
    problems: list[Problem] = []
    documents = _load_documents(root, problems)
    register = _load_register(root, documents, problems)
    if problems:
        raise CorpusError(sorted(problems))
    return Corpus(documents=tuple(documents.values()), register=tuple(register), sha256=corpus_sha256(root))


def corpus_sha256(corpus_dir: Path | None = None) -> str:
    """Return the hash of every file that can change an answer; equals `Corpus.sha256`, without parsing anything."""
    root = _root(corpus_dir)
    digest = hashlib.sha256()
    for path in [*document_paths(root), *register_paths(root), root / GLOSSARY]:
        if path.is_file():
            digest.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def document_paths(root: Path) -> list[Path]:
    """Return the document files of a corpus folder, in path order."""
    return sorted((root / DOCUMENTS).rglob("*.md"))


def register_paths(root: Path) -> list[Path]:
    """Return the register files of a corpus folder, in path order."""
    return sorted((root / REGISTER).rglob("*.yaml"))


def _root(corpus_dir: Path | None) -> Path:
    root = packaged_corpus_dir() if corpus_dir is None else corpus_dir
    if not (root / DOCUMENTS).is_dir():
        message = f"no folder {DOCUMENTS!r} in it; give a corpus folder that holds {DOCUMENTS}/<topic>/*.md"
        raise CorpusError([Problem(str(root), "", message)])
    return root


def _load_documents(root: Path, problems: list[Problem]) -> dict[str, Document]:
    found: dict[str, Document] = {}
    places: dict[str, str] = {}
    for path in document_paths(root):
        name = path.relative_to(root).as_posix()
        try:
            document = parse_document(path.read_bytes(), name)
        except CorpusError as error:
            problems.extend(error.problems)
            continue
        if document.doc_id in found:
            message = f"{document.doc_id!r} is already the id of {places[document.doc_id]}; give each document its own id"
            problems.append(Problem(name, "id", message))
            continue
        found[document.doc_id] = document
        places[document.doc_id] = name
    return {doc_id: found[doc_id] for doc_id in sorted(found)}


def _load_register(root: Path, documents: dict[str, Document], problems: list[Problem]) -> list[RegisterEntry]:
    by_document: dict[str, tuple[RegisterEntry, ...]] = {}
    for path in register_paths(root):
        name = path.relative_to(root).as_posix()
        try:
            entries = parse_register(path.read_bytes(), name, documents)
        except CorpusError as error:
            problems.extend(error.problems)
            continue
        if entries[0].doc_id in by_document:
            problems.append(Problem(name, "document", f"{entries[0].doc_id!r} has two register files; merge them"))
            continue
        by_document[entries[0].doc_id] = entries
    return [entry for doc_id in documents for entry in by_document.get(doc_id, ())]
