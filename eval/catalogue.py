"""The catalogue of measures (`catalogue.toml`): names, labels, definitions and which way is good, as data."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from assistant.errors import BadInput
from eval.scores import Measure

TASKS = ("answers", "hostile", "screening", "retrieval", "content")


def _measure(name: str, row: dict[str, Any]) -> Measure:
    unknown = set(row) - {"label", "kind", "definition", "better", "unit", "safety", "verdict"}
    if unknown:
        raise BadInput(f"eval/catalogue.toml: {name}: unknown field {sorted(unknown)[0]!r}")
    return Measure(
        name=name,
        label=row["label"],
        kind=row["kind"],
        definition=row["definition"],
        higher_is_better=row.get("better", "higher") == "higher",
        unit=row.get("unit", ""),
        safety=row.get("safety", False),
        in_verdict=row.get("verdict", True),
    )


@lru_cache(maxsize=1)
def read_catalogue() -> dict[str, dict[str, Measure]]:
    """Return the measures by task and name, in the order of the file."""
    data = tomllib.loads(files("eval").joinpath("catalogue.toml").read_text(encoding="utf-8"))
    return {task: {name: _measure(name, row) for name, row in data[task].items()} for task in TASKS}


def measures_of(task: str) -> dict[str, Measure]:
    """Return the measures of a task.

    Raises:
        BadInput: for a task that is not in the catalogue.
    """
    catalogue = read_catalogue()
    if task not in catalogue:
        raise BadInput(f"no measures for {task!r}; tasks are {', '.join(catalogue)}")
    return catalogue[task]
