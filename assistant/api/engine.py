"""What answers: screening, the index and the pipeline, loaded once; each may be missing, and the service says which.

Screening alone is enough to keep reports: a service without an index still opens cases and names the way to a person.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from assistant.clock import utc_now
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.types import Answer, Question, Screening, ShownSentence
from corpus import CorpusError, LiveLedger, corpus_sha256
from index import EmbeddingError
from index.errors import IndexProblem
from index.manifest import CURRENT
from index.types import KnowledgeIndex

log = structlog.get_logger("medinfo.engine")


class Screens(Protocol):
    """Finds in a conversation what people must see (`assistant.screening.Screener`)."""

    def screen(self, turns: Sequence[str]) -> Screening:
        """Return what was found in the user turns, oldest first."""
        ...


class Answers(Protocol):
    """Answers a screened question (`assistant.pipeline.Assistant`)."""

    def answer(self, question: Question, screening: Screening, show: Callable[[ShownSentence], None] | None = None) -> Answer:
        """Return the answer or a typed decline; `show` gets the sentences of a generated one as they pass."""
        ...

    def quote(self, question: Question, screening: Screening) -> Answer:
        """Return the answer word for word, asking no language model; it may be called inside a transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts that answer. `fault` says what is missing, empty when nothing is."""

    screener: Screens
    assistant: Answers | None = None
    index: KnowledgeIndex | None = None
    fault: str = ""


class EngineSource:
    """Gives the engine to answer with, and takes up a newly built index at the next question.

    A document that was taken out with a new build is therefore not quoted once more. An engine that was handed in is never
    replaced.
    """

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        self._settings = settings
        self._current = os.fspath(settings.index_dir / CURRENT)
        self._lock = threading.Lock()
        self._is_fixed = engine is not None
        self._stamp = self._read_stamp()
        self._engine = engine or load_engine(settings)

    @property
    def engine(self) -> Engine:
        """The engine over the index that is current now."""
        if not self._is_fixed and self._read_stamp() != self._stamp:
            self._reload()
        return self._engine

    def _read_stamp(self) -> tuple[int, int] | None:
        """Return what changes when a build puts a new index in place; None without one."""
        try:
            found = os.stat(self._current)  # noqa: PTH116 - asked several times a question; a path object costs more than the call
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _reload(self) -> None:
        with self._lock:
            stamp = self._read_stamp()
            if stamp != self._stamp:
                self._engine = load_engine(self._settings)
                self._stamp = stamp
                log.info("index taken up", fault=self._engine.fault)


def load_engine(settings: Settings, screener: Screens | None = None) -> Engine:
    """Load everything; an index that cannot be opened leaves an engine that screens but does not answer.

    Screening votes with the embedder of the index; without one the rules judge alone.
    """
    from assistant.screening import screener_for

    try:
        index, assistant = _open_answering(settings)
    except (IndexProblem, EmbeddingError, CorpusError, AssistantError, OSError, ValueError) as error:
        log.error("index not available", error=str(error))
        return Engine(screener or screener_for(None), fault=str(error) or type(error).__name__)
    return Engine(screener or screener_for(index.embedder), assistant, index)


def _open_answering(settings: Settings) -> tuple[KnowledgeIndex, Answers]:
    from assistant.pipeline import Assistant
    from index import open_index

    index = open_index(
        settings.index_dir,
        corpus_sha256(settings.corpus_dirs, cache_dir=settings.corpus_cache_dir),
        model=settings.embedding_model,
        ledger=LiveLedger(settings.ledger_path),
        today=lambda: utc_now().date(),
    )
    return index, Assistant(index, settings)
