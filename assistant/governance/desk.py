"""Takes the steps of a document's life: checks them, puts them on record, and lets them take effect, in one transaction.

The ledger file is replaced inside the transaction that writes the audit record: a decision that is not on record has no effect,
and an answer that is recorded after it is checked against it. Answers that were recorded just before may still be on their way
to a reader, so a step that takes a document out waits for them before it returns.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from assistant.clock import Clock, format_utc
from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from assistant.storage import AuditKind, AuditLog, Database
from assistant.storage.chain import read_content
from assistant.storage.tables import audit_records
from corpus import Corpus, CorpusDir, CorpusError, Document, DocumentStatus, Ledger, load_corpus, read_ledger, write_ledger
from corpus.ledger import Standing, apply_standing, is_stricter, lock_ledger, standing_from_json, standing_to_json
from corpus.lifecycle import version_number
from corpus.steps import STARTS, Decision, Step, StepRefused, take_step
from index.content import find_documents
from index.errors import IndexProblem
from index.manifest import GENERATIONS, read_current
from index.releases import kept_generations

# How long an answer that was put on record may take until its last byte is handed to the network.
DRAIN_S = 0.5
TAKES_OUT = frozenset({Step.WITHDRAW, Step.SUPERSEDE, Step.EXPIRE})
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step on record: the document before and after."""

    step: Step
    before: Document
    after: Document
    record_id: str


class ContentDesk:
    """The steps of documents over one ledger, one corpus and one audit log. Safe across threads and processes.

    Args:
        corpus_dir: the corpus folders.
        cache_dir: where what files say is kept.
        index_dir: of the index that serves, which may hold versions that the folders do not hold any more; None without one.
        wait: sleeps; given for tests.
    """

    def __init__(
        self,
        *,
        corpus_dir: CorpusDir,
        cache_dir: Path | None,
        ledger_path: Path,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        index_dir: Path | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._corpus_dir = corpus_dir
        self._cache_dir = cache_dir
        self._ledger_path = ledger_path
        self._database = database
        self._audit = audit
        self._clock = clock
        self._index_dir = index_dir
        self._wait = wait

    @classmethod
    def of(cls, settings: Settings, database: Database, audit: AuditLog, clock: Clock) -> ContentDesk:
        """Return the desk of a service."""
        return cls(
            corpus_dir=settings.corpus_dirs,
            cache_dir=settings.corpus_cache_dir,
            ledger_path=settings.ledger_path,
            database=database,
            audit=audit,
            clock=clock,
            index_dir=settings.index_dir,
        )

    def corpus(self) -> Corpus:
        """Return every document as it stands now.

        Raises:
            BadInput: the corpus cannot be read; the message names the first problem.
        """
        try:
            return load_corpus(self._corpus_dir, ledger=read_ledger(self._ledger_path), cache_dir=self._cache_dir)
        except CorpusError as error:
            raise BadInput(f"the corpus has problems; run `medinfo corpus check`. First: {error.problems[0]}") from error

    def today(self) -> date:
        """Return the day (UTC)."""
        return self._clock().date()

    def find(self, doc_id: str, version: str | None = None, step: Step | None = None) -> Document:
        """Return a version of a document: the one named, else the newest that the step can be taken with, else the newest.

        Raises:
            NotFound: there is no such document or version.
        """
        return find_version(self.corpus(), doc_id, version, step, self._served(doc_id))

    def take(self, step: Step, doc_id: str, decision: Decision, version: str | None = None) -> StepTaken:
        """Take a step with a document; it has taken effect in every process when this returns.

        Raises:
            NotFound: there is no such document or version, or none that is to replace it.
            BadInput: the step is not allowed; the message says what to do.
        """
        corpus = self.corpus()
        if step is Step.SUPERSEDE:
            successor, _, number = decision.superseded_by.partition("@")
            find_version(corpus, successor, number or None)
        with lock_ledger(self._ledger_path):
            before = find_version(corpus, doc_id, version, step, self._served(doc_id))
            taken = self._database.write(lambda connection: self._write(connection, step, before, decision))
        if step in TAKES_OUT:
            self._wait(DRAIN_S)
        return taken

    def withdraw(self, doc_id: str, decision: Decision, version: str | None = None) -> list[StepTaken]:
        """Take out a version, or every approved version when none is named, so that an older one does not come back.

        What serves counts, and what a rollback would serve, also where the folders hold another version by now or none.

        Raises:
            NotFound, BadInput: as for `take`.
        """
        versions = [version]
        if version is None:
            everything = versions_of(self.corpus(), doc_id, self._served(doc_id))
            versions = [each.version for each in everything if each.status is DocumentStatus.APPROVED] or [None]
        return [self.take(Step.WITHDRAW, doc_id, decision, each) for each in versions]

    def _served(self, doc_id: str) -> list[Document]:
        """The versions of a document in the index that serves and in the releases one may go back to, as they stand."""
        if self._index_dir is None:
            return []
        try:
            names = [read_current(self._index_dir)[0].name, *kept_generations(self._index_dir)]
            folders = [folder for name in dict.fromkeys(names) if (folder := self._index_dir / GENERATIONS / name).is_dir()]
            found = [document for folder in folders for document in find_documents(folder, doc_id)]
        except IndexProblem:
            return []
        ledger = read_ledger(self._ledger_path)
        return [apply_standing(document, ledger.find(document.doc_id, document.version)) for document in found]

    def _write(self, connection: Connection, step: Step, before: Document, decision: Decision) -> StepTaken:
        ledger = read_ledger(self._ledger_path)
        try:
            standing = take_step(step, before, ledger, decision)
        except StepRefused as error:
            raise BadInput(str(error)) from error
        changed = ledger.with_standing(before.doc_id, before.version, standing)
        after = replace(before, status=standing.status, **_dates(standing))
        record_id = self._audit.append(
            connection, AuditKind.CONTENT, _content(step, before, after, decision, changed), at=self._clock()
        )
        write_ledger(self._ledger_path, changed)
        return StepTaken(step, before, after, record_id)

    def record(self, content: Json) -> str:
        """Put something else that happened to content on record (a release, a rollback) and return the record's id."""
        return self._database.write(
            lambda connection: self._audit.append(connection, AuditKind.CONTENT, content, at=self._clock())
        )

    def history(self, doc_id: str) -> list[Json]:
        """Return every step on record of a document, oldest first."""
        query = select(audit_records).where(audit_records.c.kind == AuditKind.CONTENT.value).order_by(audit_records.c.seq)
        with self._database.read() as connection:
            rows = [(row, read_content(connection, self._audit.audit.name, row.seq)) for row in connection.execute(query).all()]
        return [
            {"record_id": row.record_id, "at": format_utc(row.recorded_at), **content}
            for row, content in rows
            if content is not None and doc_id in (content.get("doc_id"), *content.get("documents", ()))
        ]

    def recover(self) -> Ledger:
        """Make the ledger anew from the audit log, in which every step has the standing it led to."""
        query = select(audit_records).where(audit_records.c.kind == AuditKind.CONTENT.value).order_by(audit_records.c.seq)
        ledger = Ledger()
        with lock_ledger(self._ledger_path), self._database.read() as connection:
            for row in connection.execute(query).all():
                content = read_content(connection, self._audit.audit.name, row.seq)
                if content is not None and "standing" in content:
                    ledger = ledger.with_standing(
                        content["doc_id"], content["version"], standing_from_json(content["standing"])
                    )
            write_ledger(self._ledger_path, ledger)
        return ledger

    def keep_taken_out(self, before: Ledger) -> list[str]:
        """After a backup was restored: keep out what was taken out since. Return the keys of the versions, in order.

        Each is put on record as a step of its own, so that the restored log says why, and `recover` finds it.
        """
        with lock_ledger(self._ledger_path):
            ledger = read_ledger(self._ledger_path)
            stricter = {
                key: standing
                for key, standing in sorted(before.standings.items())
                if is_stricter(standing, ledger.standings.get(key))
            }
            for key, standing in stricter.items():
                ledger = self._database.write(lambda connection: self._keep(connection, key, standing, ledger))  # noqa: B023
        return list(stricter)

    def _keep(self, connection: Connection, key: str, standing: Standing, ledger: Ledger) -> Ledger:
        doc_id, _, version = key.rpartition("@")
        found = ledger.standings.get(key)
        changed = ledger.with_standing(doc_id, version, standing)
        content: Json = {
            "step": "kept out at restore",
            "doc_id": doc_id,
            "version": version,
            "sha256": standing.sha256,
            "by": "medinfo restore",
            "reason": standing.reason,
            "before": "" if found is None else found.status.value,
            "after": standing.status.value,
            "ledger": changed.number,
            "standing": standing_to_json(standing),
        }
        self._audit.append(connection, AuditKind.CONTENT, content, at=self._clock())
        write_ledger(self._ledger_path, changed)
        return changed


def governed(corpus: Corpus) -> list[Document]:
    """Return everything that has a life: every version of every document, and the approved answers."""
    return [*corpus.versions, *(answer.document for answer in corpus.answers)]


def versions_of(corpus: Corpus, doc_id: str, served: Sequence[Document] = ()) -> list[Document]:
    """Return every version of a document, each once: those of a corpus, then those that are only served."""
    everything = governed(corpus)
    exact = [document for document in [*everything, *served] if document.doc_id == doc_id]
    named = exact or [document for document in [*everything, *served] if document.doc_id.casefold() == doc_id.casefold()]
    return list({(document.doc_id, document.version): document for document in reversed(named)}.values())[::-1]


def find_version(
    corpus: Corpus, doc_id: str, version: str | None, step: Step | None = None, served: Sequence[Document] = ()
) -> Document:
    """Return a version of a document of a corpus, or one that is `served` only; see `ContentDesk.find`."""
    versions = versions_of(corpus, doc_id, served)
    if not versions:
        raise NotFound(f"there is no document {doc_id!r}; `medinfo corpus list` shows those there are")
    if version is not None:
        found = [document for document in versions if document.version == version]
        if not found:
            there = ", ".join(document.version for document in versions)
            raise NotFound(f"{doc_id} has no version {version}; it has {there}")
        return found[0]
    fitting = [document for document in versions if step is not None and document.status in STARTS[step]]
    live = [document for document in fitting if document.status is DocumentStatus.APPROVED]
    return max(live or fitting or versions, key=lambda document: version_number(document.version))


def _dates(standing: Any) -> Json:
    names = ("effective_date", "review_due", "expires_date")
    return {name: value for name in names if (value := getattr(standing, name)) is not None}


def _content(step: Step, before: Document, after: Document, decision: Decision, ledger: Ledger) -> Json:
    standing = ledger.find(before.doc_id, before.version)
    approvals: Sequence[Any] = () if standing is None else standing.approvals
    content: Json = {
        "step": step.value,
        "doc_id": before.doc_id,
        "version": before.version,
        "sha256": before.sha256,
        "by": decision.by,
        "reason": decision.reason,
        "before": before.status.value,
        "after": after.status.value,
        "ledger": ledger.number,
        **({} if standing is None else {"standing": standing_to_json(standing)}),
    }
    dates = {name: value.isoformat() for name, value in _dates(decision).items()}
    extra: Json = {"superseded_by": decision.superseded_by} if decision.superseded_by else {}
    if step is Step.APPROVE:
        extra["approvals"] = [approval.by for approval in approvals]
    return content | dates | extra
