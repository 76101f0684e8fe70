"""What is offered beside an answer: downloadable resources and further questions, never one about a use that is not approved.

Suggestions are register questions of approved statements near the ones shown: each is known to have an answer here.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.compose.off_label import OffLabel
from assistant.evidence import Profiles
from assistant.query import Facets
from assistant.query.rules import read_rules
from assistant.types import Resource
from index.types import Statement

SUGGESTIONS = 3
"""Further questions offered."""
PLAINEST = 4
"""Questions of a statement that may be offered: its register begins with the plain ones, the rest widen what it is found by."""


class Related:
    """Resources and suggestions over one index."""

    def __init__(self, profiles: Profiles, off_label: OffLabel) -> None:
        self._profiles = profiles
        rules = read_rules("answer_evidence")
        self._resource_types = frozenset(rules["resource_types"])
        self._resource_attributes = frozenset(rules["resource_attributes"])
        self._offered: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for profile in profiles.by_id.values():
            if profile.statement.questions and not off_label.reports(profile):
                offered = _fullest(profile.statement.questions)
                self._offered.setdefault(_section(profile.statement), []).append((profile.statement.statement_id, offered))

    def resources(self, asked: Facets) -> tuple[Resource, ...]:
        """Return the approved resources when the question asks for them: the documents' sections that describe one each."""
        found: list[Resource] = []
        if not asked.concepts & self._resource_attributes:
            return ()
        for profile in self._profiles.by_id.values():
            statement = profile.statement
            if profile.doc_type in self._resource_types and statement.heading_path and profile.section_size == 1:
                url = f"/sources/{statement.doc_id}"
                found.append(Resource(statement.heading_path[-1], statement.text, statement.doc_id, url))
        return tuple(found)

    def suggestions(self, question: str, shown: Sequence[Statement]) -> tuple[str, ...]:
        """Return further questions from the sections of the statements shown, one a statement, in document order."""
        taken = {statement.statement_id for statement in shown}
        asked = question.casefold()
        found: list[str] = []
        for section in dict.fromkeys(_section(statement) for statement in shown):
            offered = self._offered.get(section, ())
            found += [text for owner, text in offered if owner not in taken and text.casefold() != asked]
        step = max(1, len(found) // SUGGESTIONS)
        return tuple(found[::step][:SUGGESTIONS])


def _fullest(questions: Sequence[str]) -> str:
    """The plain register question that reads best on its own: a whole question before a heading, the longer one first."""
    chosen = max(questions[:PLAINEST], key=lambda text: (text.endswith("?"), len(text), text))
    return chosen[0].upper() + chosen[1:]


def _section(statement: Statement) -> tuple[str, str]:
    return (statement.doc_id, statement.heading_path[0] if statement.heading_path else "")
