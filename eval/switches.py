"""The assistant with one of its own parts left out, so that rules have to earn their place as rankings have.

A served assistant has no such switches; this reaches into one that was built for measuring. Weights are not fitted again: what
is shown is what the part does in the assistant as it stands, not what another assistant without it could do.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.evidence.conflicts import Constraints, Rule
from assistant.pipeline import Assistant
from assistant.query import Part
from assistant.query.rules import trying
from assistant.query.spelling import Speller
from assistant.settings import Settings
from index.types import KnowledgeIndex

SWITCHES: Mapping[str, str] = {
    "constraints": "statements on another drug, trial, biomarker state or source are not ruled out",
    "threshold": "answers however unlikely the evidence is",
    "selection": "only the statement ranked first is shown",
    "spelling": "typing errors stand",
}
_ONE = {shape: {"most": 1, "nearness": 1.0} for shape in ("single", "comparison", "list", "overview")}
_RULES: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "threshold": {"answer_ranking": {"sufficiency": {"threshold": 0.0, "scope_threshold": 0.0}}},
    "selection": {"answer_evidence": {"selection": _ONE, "wide_attributes": []}},
}


class _NoConstraints(Constraints):
    def rules(self, part: Part) -> list[Rule]:
        return []


def open_without(part: str, index: KnowledgeIndex, settings: Settings) -> Assistant:
    """Return the assistant without one of `SWITCHES`.

    Raises:
        KeyError: for another part.
    """
    if part not in SWITCHES:
        raise KeyError(part)
    with trying(_RULES.get(part, {})):
        assistant = Assistant(index, settings)
    if part == "constraints":
        finder = assistant._finder
        finder._ranker._constraints = _NoConstraints(finder._lexicon, finder._profiles)
    if part == "spelling":
        assistant._parser._speller = Speller((), {}, ())
        assistant._parser._typos = {}
    return assistant
