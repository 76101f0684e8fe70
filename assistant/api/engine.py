"""What answers: screening, the index and the pipeline, loaded once; each may be missing, and the service says which.

Screening alone is enough to keep reports: a service without an index still opens cases and names the way to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.types import Answer, Question, Screening
from corpus import CorpusError, corpus_sha256
from index import EmbeddingError
from index.errors import IndexProblem
from index.types import KnowledgeIndex

log = structlog.get_logger("medinfo.engine")


class Screens(Protocol):
    """Finds in a conversation what people must see (`assistant.screening.Screener`)."""

    def screen(self, turns: Sequence[str]) -> Screening:
        """Return what was found in the user turns, oldest first."""
        ...


class Answers(Protocol):
    """Answers a screened question (`assistant.pipeline.Assistant`)."""

    def answer(self, question: Question, screening: Screening) -> Answer:
        """Return the answer or a typed decline."""
        ...


@dataclass(frozen=True, slots=True)
class Engine:
    """The parts that answer. `fault` says what is missing, empty when nothing is."""

    screener: Screens
    assistant: Answers | None = None
    index: KnowledgeIndex | None = None
    fault: str = ""


def load_engine(settings: Settings) -> Engine:
    """Load everything; an index that cannot be opened leaves an engine that screens but does not answer."""
    from assistant.screening import Screener

    screener = Screener()
    try:
        index, assistant = _open_answering(settings)
    except (IndexProblem, EmbeddingError, CorpusError, AssistantError, OSError, ValueError) as error:
        log.error("index not available", error=str(error))
        return Engine(screener, fault=str(error) or type(error).__name__)
    return Engine(screener, assistant, index)


def _open_answering(settings: Settings) -> tuple[KnowledgeIndex, Answers]:
    from assistant.pipeline import Assistant
    from index import open_index

    index = open_index(settings.index_dir, corpus_sha256(settings.corpus_dir), model=settings.embedding_model)
    return index, Assistant(index, settings)
