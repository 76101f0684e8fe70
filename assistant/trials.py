"""The thresholds an evaluator may try: where each stands in the policy, its range and what it does. Trying saves nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import BadInput

ReadRules = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Trial:
    """One threshold: its place in a rule file, the range that makes sense, what it means in words."""

    file: str
    path: tuple[str, ...]
    low: float
    high: float
    means: str

    def read(self, read_rules: ReadRules) -> float:
        """Return the value in force."""
        value: Any = read_rules(self.file)
        for key in self.path:
            value = value[key]
        return float(value)

    def change(self, value: float) -> dict[str, Any]:
        """Return the value nested as in the file."""
        nested: Any = value
        for key in reversed(self.path):
            nested = {key: nested}
        return dict(nested)


TRIALS: Mapping[str, Trial] = {
    "sufficiency": Trial(
        "answer_ranking", ("sufficiency", "threshold"), 0.0, 1.0, "below this probability the best statement is no answer"
    ),
    "scope": Trial(
        "answer_ranking",
        ("sufficiency", "scope_threshold"),
        0.0,
        1.0,
        "below it, a question that names nothing is out of scope",
    ),
    "relevance": Trial(
        "answer_ranking", ("relevance", "threshold"), 0.0, 1.0, "a further statement must be this likely about what was asked"
    ),
    "nearness": Trial(
        "answer_evidence", ("selection", "single", "nearness"), 0.0, 1.0, "share of the best that a further statement needs"
    ),
    "most": Trial("answer_evidence", ("selection", "single", "most"), 1, 12, "statements shown for a single question, at most"),
    "novelty": Trial("answer_evidence", ("novelty",), 0.0, 1.0, "share of new words that a further statement must bring"),
    "reach": Trial("answer_evidence", ("reach",), 0.0, 20.0, "how far below the best the first to meet a need may lie"),
    "table_row_penalty": Trial("answer_evidence", ("table_row_penalty",), 0.0, 10.0, "how much lower a table row is ranked"),
    "one_arm_penalty": Trial(
        "answer_evidence", ("one_arm_penalty",), 0.0, 10.0, "how much lower a statement on one arm alone is ranked"
    ),
}


def changes_of(values: Mapping[str, float]) -> dict[str, dict[str, Any]]:
    """Return values by threshold as changes by rule file.

    Raises:
        BadInput: a name that is no threshold, or a value out of its range.
    """
    changes: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        trial = TRIALS.get(name)
        if trial is None:
            raise BadInput(f"no threshold {name!r}; there are {', '.join(TRIALS)}")
        if not trial.low <= value <= trial.high:
            raise BadInput(f"{name} must lie between {trial.low:g} and {trial.high:g}, not {value:g}")
        _merge(changes.setdefault(trial.file, {}), trial.change(int(value) if isinstance(trial.low, int) else value))
    return changes


def parse_values(words: Mapping[str, str]) -> dict[str, float]:
    """Return values typed as text; empty ones are left out.

    Raises:
        BadInput: a value that is not a number.
    """
    values = {}
    for name, typed in words.items():
        if typed.strip():
            try:
                values[name] = float(typed.replace(",", "."))
            except ValueError as error:
                raise BadInput(f"{name} needs a number, not {typed!r}") from error
    return values


def _merge(into: dict[str, Any], change: Mapping[str, Any]) -> None:
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = value
