"""The rows of the comparison: what each side took, the ratio, and the budget it is held against (a figure, never a test)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Results = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `ratio` is ours / theirs; `budget` says what is aimed at and `holds` whether it is reached (None: no budget)."""

    name: str
    unit: str
    theirs: float | None
    ours: float
    budget: str = ""
    holds: bool | None = None

    @property
    def ratio(self) -> float | None:
        """Ours divided by theirs."""
        return self.ours / self.theirs if self.theirs else None


def content_rows(results: Results) -> list[Row]:
    """Return the rows on our own content."""
    recipe, build = results["recipe_serve"], results["recipe_build"]
    answer, service = results["content_answer"], results["service"]
    retrieve, ours_build = results["content_retrieve"], results["content_build"]
    p50, rate = recipe["p50_ms"], recipe["requests_per_s"]
    return [
        Row("one retrieval", "ms, p50", p50, retrieve["p50_ms"]),
        _at_most("one whole answer (their retrieval)", "ms, p50", p50, answer["p50_ms"], 0.5),
        Row("one whole answer over HTTP, audited", "ms, p50", p50, service["p50_ms"]),
        _at_least("answers, 8 clients (their retrievals)", "1/s", rate, answer["requests_per_s"], 4.0),
        Row("answers over HTTP, audited, 8 clients", "1/s", rate, service["requests_per_s"]),
        *_build_rows(build, ours_build),
        _limit("unchanged index build", "s", build["seconds"], results["unchanged"]["wall_s"], 1.0),
        _limit("index build, one document changed", "s", build["seconds"], results["one_changed"]["wall_s"], 2.0),
        _limit("command to first answer", "s", results["recipe_first"]["wall_s"], results["first_answer"]["wall_s"], 3.0),
        _limit("resident memory serving", "MiB", recipe["resident_mb"], service["resident_mb"], 600.0),
    ]


def dataset_rows(results: Results) -> list[Row]:
    """Return the rows on a retrieval set."""
    recipe, ours = results["recipe_serve"], results["set_retrieve"]
    return [
        _at_most("one retrieval", "ms, p50", recipe["p50_ms"], ours["p50_ms"], 0.5),
        _at_least("retrievals, 8 clients", "1/s", recipe["requests_per_s"], ours["requests_per_s"], 4.0),
        *_build_rows(results["recipe_build"], results["set_build"]),
        Row("resident memory", "MiB", recipe["resident_mb"], ours["resident_mb"]),
    ]


def row_to_json(row: Row) -> dict[str, Any]:
    """Return a row for scripts."""
    values: dict[str, Any] = {"name": row.name, "unit": row.unit, "ours": round(row.ours, 3)}
    if row.theirs is not None and row.ratio is not None:
        values |= {"theirs": round(row.theirs, 3), "ratio": round(row.ratio, 3)}
    if row.holds is not None:
        values |= {"budget": row.budget, "holds": row.holds}
    return values


def _build_rows(theirs: Mapping[str, Any], ours: Mapping[str, Any]) -> list[Row]:
    return [
        _at_least("index build, chunks embedded", "1/s", theirs["chunks_per_s"], ours["chunks_per_s"], 2.0),
        Row("index build, source characters", "1/s", theirs["source_chars_per_s"], ours["source_chars_per_s"]),
    ]


def _at_most(name: str, unit: str, theirs: float, ours: float, factor: float) -> Row:
    return Row(name, unit, theirs, ours, f"at most {factor:g} x theirs", ours <= factor * theirs)


def _at_least(name: str, unit: str, theirs: float, ours: float, factor: float) -> Row:
    return Row(name, unit, theirs, ours, f"at least {factor:g} x theirs", ours >= factor * theirs)


def _limit(name: str, unit: str, theirs: float, ours: float, limit: float) -> Row:
    return Row(name, unit, theirs, ours, f"at most {limit:g} {unit}", ours <= limit)
