"""What the evaluator's pages stand on: what answers now, to explain it, and the evaluation; both optional, opened when used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import Request

from assistant.api.engine import Engine
from assistant.clock import Clock
from assistant.errors import Unavailable
from assistant.evaluation import EvaluationDesk, open_evaluation
from assistant.explaining import Explained, explain, open_trial, to_question
from assistant.settings import Settings
from index.types import KnowledgeIndex

Trial = tuple[str, tuple[tuple[str, float], ...]]


class Evaluator:
    """Explains answers and finds the evaluation. Keeps the last trial only: building one takes a second."""

    def __init__(self, settings: Settings, find_engine: Callable[[], Engine], clock: Clock) -> None:
        self._settings = settings
        self._find_engine = find_engine
        self._clock = clock
        self._lock = threading.Lock()
        self._last: tuple[Trial, Explained] | None = None
        self._desk: EvaluationDesk | None = None

    def explain(self, turns: tuple[str, ...], values: Mapping[str, float]) -> dict[str, Any]:
        """Return how an answer comes about, with thresholds on trial; screened as the service screens, stored nowhere.

        Raises:
            Unavailable: there is no index now. BadInput: a threshold that cannot be tried.
        """
        engine = self._find_engine()
        screening = engine.screener.screen(turns)
        now: datetime = self._clock()
        return explain(self._opened(engine.index, values), to_question(screening, self._settings.market, now), screening)

    def _opened(self, index: KnowledgeIndex | None, values: Mapping[str, float]) -> Explained:
        if index is None:
            raise Unavailable("There is no index to answer from: build it, then try again.")
        wanted: Trial = (index.version, tuple(sorted(values.items())))
        with self._lock:
            if self._last is None or self._last[0] != wanted or self._last[1].index is not index:
                self._last = (wanted, open_trial(index, self._settings, values))
            return self._last[1]

    @property
    def desk(self) -> EvaluationDesk:
        """The evaluation.

        Raises:
            Unavailable: it is not installed.
        """
        with self._lock:
            self._desk = self._desk or open_evaluation(self._settings)
        if self._desk is None:
            raise Unavailable("The evaluation is not installed with this service.")
        return self._desk


def get_evaluator(request: Request) -> Evaluator:
    """Return the evaluator of the application that serves this request.

    Raises:
        Unavailable: the application has none.
    """
    found = getattr(request.app.state, "evaluator", None)
    if not isinstance(found, Evaluator):
        raise Unavailable("The evaluation is not installed with this service.")
    return found
