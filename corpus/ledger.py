"""The ledger: what was decided about documents since they were written, kept beside the data, never in the files.

A document's file says how it came in; the ledger says what became of it: submitted, approved by two people, superseded,
withdrawn. Where the ledger knows a version of a document, the ledger holds. An approval is for the bytes that were approved: a
file that was changed afterwards is a draft again. A withdrawal holds for the version whatever its file says.

The ledger is one small file, replaced in one step. Every process that serves looks at its time of change at every question, so
that a decision takes effect on the next one. Who decided is in the audit log; the ledger alone decides nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from corpus.errors import CorpusError, Problem
from corpus.types import Document, DocumentStatus

_STRICT = ConfigDict(extra="forbid")
# These hold whatever became of the file since.
FINAL = frozenset({DocumentStatus.WITHDRAWN, DocumentStatus.SUPERSEDED})


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval; `at` is UTC, ISO 8601."""

    by: str
    at: str


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Standing:
    """What the ledger says of one version of a document.

    Attributes:
        status: where it stands.
        sha256: of the file the decision was made on.
        approvals: in order; the document is approved with the second, of another person.
        submitted_by: who submitted it for review.
        effective_date, review_due, expires_date: instead of those of the file, where given.
        superseded_by: id (and version) of what replaces it.
        reason: of the last step.
    """

    status: DocumentStatus
    sha256: str
    approvals: tuple[Approval, ...] = ()
    submitted_by: str = ""
    effective_date: date | None = None
    review_due: date | None = None
    expires_date: date | None = None
    superseded_by: str = ""
    reason: str = ""


@with_config(_STRICT)
@dataclass(frozen=True, slots=True)
class Ledger:
    """All standings, by `key_of`. `number` grows with every change."""

    number: int = 0
    standings: Mapping[str, Standing] = field(default_factory=dict)

    def find(self, doc_id: str, version: str) -> Standing | None:
        """Return what is known of a version of a document."""
        return self.standings.get(key_of(doc_id, version))

    def with_standing(self, doc_id: str, version: str, standing: Standing) -> Ledger:
        """Return the ledger after one step."""
        return Ledger(self.number + 1, {**self.standings, key_of(doc_id, version): standing})

    @property
    def sha256(self) -> str:
        """Hash of the standings; "" where there are none."""
        if not self.standings:
            return ""
        return hashlib.sha256(TypeAdapter(dict[str, Standing]).dump_json(dict(sorted(self.standings.items())))).hexdigest()


def key_of(doc_id: str, version: str) -> str:
    """Return the key of a version of a document in the ledger."""
    return f"{doc_id}@{version}"


def apply_standing(document: Document, standing: Standing | None) -> Document:
    """Return the document as it stands now."""
    if standing is None:
        return document
    status = standing.status
    if status not in FINAL and standing.sha256 != document.sha256:
        return replace(document, status=DocumentStatus.DRAFT)
    return replace(
        document,
        status=status,
        review=_review(document, standing),
        effective_date=standing.effective_date or document.effective_date,
        review_due=standing.review_due or document.review_due,
        expires_date=standing.expires_date or document.expires_date,
    )


def _review(document: Document, standing: Standing) -> str:
    if standing.status is not DocumentStatus.APPROVED or not standing.approvals:
        return document.review
    names = " and ".join(approval.by for approval in standing.approvals)
    return f"{names}, {standing.approvals[-1].at[:10]}"


def read_ledger(path: Path | None) -> Ledger:
    """Return the ledger in a file; an empty one where there is no file.

    Raises:
        CorpusError: it cannot be read; nothing may be served by guess.
    """
    if path is None:
        return Ledger()
    try:
        return TypeAdapter(Ledger).validate_json(path.read_bytes())
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValidationError) as error:
        message = "the ledger cannot be read; run `medinfo corpus recover`, which makes it anew from the audit log"
        raise CorpusError([Problem(str(path), "", message)]) from error


def standing_to_json(standing: Standing) -> dict[str, object]:
    """Return a standing as JSON, for the audit log."""
    return dict(json.loads(TypeAdapter(Standing).dump_json(standing, exclude_defaults=True)))


def standing_from_json(record: Mapping[str, object]) -> Standing:
    """Return the standing that `standing_to_json` wrote."""
    return TypeAdapter(Standing).validate_json(json.dumps(record))


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Put a ledger in the place of the one that is there, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
    body = json.loads(TypeAdapter(Ledger).dump_json(ledger, exclude_defaults=True))
    with unfinished.open("w", encoding="utf-8") as stream:
        json.dump(body, stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(path)


@contextmanager
def lock_ledger(path: Path) -> Iterator[None]:
    """Let one process at a time change, or copy, the ledger in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_stricter(standing: Standing, other: Standing | None) -> bool:
    """Return whether a standing keeps a version from being served that the other one (None: the file's own) may let through."""
    if standing.status is not DocumentStatus.APPROVED:
        return other is None or other.status is DocumentStatus.APPROVED
    if standing.expires_date is None:
        return False
    approved = other is None or other.status is DocumentStatus.APPROVED
    return approved and (other is None or other.expires_date is None or standing.expires_date < other.expires_date)


class LiveLedger:
    """The ledger as it is at this moment: looked at again whenever its file was replaced. Safe across threads."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read: tuple[tuple[int, int] | None, Ledger] = (None, Ledger())

    @property
    def current(self) -> Ledger:
        """The ledger now.

        Raises:
            CorpusError: it cannot be read.
        """
        stamp = self._stamp()
        read = self._read
        if stamp == read[0]:
            return read[1]
        ledger = read_ledger(self._path)
        self._read = (stamp, ledger)
        return ledger

    def withheld(self, documents: Mapping[str, Document]) -> frozenset[str]:
        """Return the ids of those documents that were taken out since: their version is known and not approved now."""
        standings = self.current.standings
        if not standings:
            return frozenset()
        found = ((doc_id, standings.get(key_of(doc_id, document.version))) for doc_id, document in documents.items())
        return frozenset(
            doc_id for doc_id, standing in found if standing is not None and standing.status is not DocumentStatus.APPROVED
        )

    def _stamp(self) -> tuple[int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns
