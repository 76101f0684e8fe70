"""Whether a drafted sentence may be shown: its citations exist and were given to the model, and they support all of it.

Adds to the grounding check what only a generated sentence can have wrong: no citation, an invented one, links or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import structlog

from assistant.generation.types import Drafted
from assistant.grounding import Checker, Reason, ReasonCode
from index.types import Statement

log = structlog.get_logger("medinfo.generation")
_MARKUP = re.compile(r"https?://|www\.|<(?=[A-Za-z/!])|[{}`\[\]\u3010\u3011]|\]\(|!\[|\*\*|__|^#")


class SentenceCheck:
    """Checks drafted sentences against the statements that were given to the model."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    def reasons(self, drafted: Drafted, given: Mapping[str, Statement]) -> tuple[Reason, ...]:
        """Return what stands against showing a sentence; nothing when it may be shown."""
        faults = tuple(self._faults(drafted, given))
        if faults:
            return faults
        try:
            return self._checker.check(drafted.text, [given[key].text for key in drafted.keys]).reasons
        except (LookupError, ValueError, ArithmeticError) as error:
            log.error("sentence could not be read", error=type(error).__name__)
            return (Reason(ReasonCode.UNREADABLE, "", "the sentence could not be read"),)

    def _faults(self, drafted: Drafted, given: Mapping[str, Statement]) -> Iterator[Reason]:
        if not drafted.keys:
            yield Reason(ReasonCode.NO_SOURCE, "", "the sentence cites no statement")
        for key in drafted.keys:
            if key not in given:
                yield Reason(ReasonCode.UNKNOWN_CITATION, key, f"“{key}” is no key of the evidence")
        if _MARKUP.search(drafted.text):
            yield Reason(ReasonCode.MARKUP, "", "the sentence holds a link or markup")
        if drafted.text.endswith("?"):
            yield Reason(ReasonCode.MARKUP, "", "the sentence is a question")
