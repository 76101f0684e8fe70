"""A comparison or a run as JSON, CSV, Markdown, LaTeX and JUnit: the same figures as the page, for programs and papers.

Figures are not rounded in JSON and CSV; in Markdown and LaTeX they are worded as on the page.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree as Xml

from eval.comparison import Comparison, Row, format_amount, format_p, regressions, verdict
from eval.runs import Run
from eval.scores import Sample
from eval.thresholds import GateRow

FORMATS = ("json", "csv", "md", "tex", "xml")
CSV_HEAD = ("measure", "n", "a", "b", "difference", "low", "high", "p", "adjusted_p", "up", "down", "same", "shown", "warning")
_LATEX = {"&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}"}


def export_comparison(comparison: Comparison, form: str) -> str:
    """Return the comparison in one of `FORMATS` (`xml` is JUnit).

    Raises:
        KeyError: for another format.
    """
    writers = {"json": _json, "csv": _csv, "md": _markdown, "tex": _latex, "xml": _junit}
    return writers[form](comparison)


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as an object: verdict, rows, flips, both manifests."""
    return {
        "verdict": verdict(comparison),
        "rows": [_row_to_json(row) for row in comparison.rows],
        "flips": [
            {"id": flip.id, "direction": flip.direction, "changed": dict(flip.changed)}
            for flip in comparison.flips
            if flip.direction != "unchanged"
        ],
        "dropped": {"a": comparison.dropped[0], "b": comparison.dropped[1]},
        "seed": comparison.seed,
        "manifests": {"a": asdict(comparison.a), "b": asdict(comparison.b)},
    }


def _row_to_json(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"measure": row.measure.name, "shown": row.shown, "gain": row.gain}
    for name, side in (("a", row.a), ("b", row.b)):
        if side is not None:
            interval = [side.interval.low, side.interval.high]
            fields[name] = {"value": side.value, "ci95": interval, "n": side.n, "unscored": side.unscored}
    if row.paired is not None:
        paired = row.paired
        fields["difference"] = {
            "value": paired.difference,
            "ci95": [paired.interval.low, paired.interval.high],
            "p": paired.p_value,
            "test": paired.test,
            "n": paired.n,
        }
        fields["counts"] = {"up": paired.better, "down": paired.worse, "same": paired.same}
    for name in ("adjusted_p", "detectable", "warning"):
        value = getattr(row, name)
        if value is not None:
            fields[name] = value
    return fields


def _json(comparison: Comparison) -> str:
    return json.dumps(comparison_to_json(comparison), ensure_ascii=False, indent=1) + "\n"


def _csv(comparison: Comparison) -> str:
    rows = []
    for row in comparison.rows:
        p = row.paired
        paired = (p.difference, p.interval.low, p.interval.high, p.p_value) if p else ("", "", "", "")
        counts = (p.better, p.worse, p.same) if p else ("", "", "")
        sides = tuple(side.value if side is not None else "" for side in (row.a, row.b))
        adjusted = "" if row.adjusted_p is None else row.adjusted_p
        rows.append((row.measure.name, p.n if p else 0, *sides, *paired, adjusted, *counts, row.shown, row.warning or ""))
    return _csv_text([CSV_HEAD, *rows])


def _csv_text(rows: Sequence[Sequence[Any]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def samples_to_csv(run: Run) -> str:
    """Return one line per question of a run: id, kind, outcome and every score (empty where unscored)."""
    names = sorted({name for sample in run.samples for name in sample.scores})
    return _csv_text([["id", "kind", "status", "outcome", *names], *(_sample_line(sample, names) for sample in run.samples)])


def _sample_line(sample: Sample, names: Sequence[str]) -> list[Any]:
    scores = [sample.scores[name].value if name in sample.scores else None for name in names]
    head = [sample.id, sample.tags.get("kind", ""), sample.status, sample.record.get("outcome", "")]
    return [*head, *("" if value is None else value for value in scores)]


def _cells(row: Row) -> list[str]:
    measure, p = row.measure, row.paired
    sides = [format_amount(measure, side.value) if side else "not measured" for side in (row.a, row.b)]
    if p is None:
        return [measure.label, "0", *sides, "", "", ""]
    scale = 1.0 if measure.kind == "cost" else 100.0
    interval = f"{scale * p.interval.low:+.1f} to {scale * p.interval.high:+.1f}"
    p_value = format_p(row.adjusted_p if row.adjusted_p is not None else p.p_value)
    mark = (" (better)" if row.gain > 0 else " (worse)") if row.shown else ""
    return [measure.label, str(p.n), *sides, format_amount(measure, p.difference, signed=True) + mark, interval, p_value]


HEADS = ("Measure", "n", "A", "B", "Difference", "95 % CI", "p (Holm)")


def _markdown(comparison: Comparison) -> str:
    lines = [f"- {sentence}" for sentence in verdict(comparison)]
    lines += ["", f"| {' | '.join(HEADS)} |", "|---|---:|---:|---:|---:|---:|---:|"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in comparison.rows]
    lines += ["", f"A: {comparison.a.run_id}. B: {comparison.b.run_id}. Seed {comparison.seed}."]
    return "\n".join(lines) + "\n"


def _latex(comparison: Comparison) -> str:
    lines = [r"\begin{tabular}{lrrrrrr}", r"\hline", " & ".join(map(_escape_latex, HEADS)) + r" \\", r"\hline"]
    lines += [" & ".join(map(_escape_latex, _cells(row))) + r" \\" for row in comparison.rows]
    return "\n".join([*lines, r"\hline", r"\end{tabular}"]) + "\n"


def _escape_latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _junit(comparison: Comparison) -> str:
    worse = {row.measure.name for row in regressions(comparison)}
    cases = []
    for row in comparison.rows:
        failure = " ".join(_cells(row)) if row.measure.name in worse else ""
        cases.append((f"no regression: {row.measure.name}", failure))
    return _junit_text("medinfo.eval.compare", cases)


def gate_to_junit(task: str, rows: Sequence[GateRow]) -> str:
    """Return the gate as JUnit: one case per threshold, a failure with limit and finding where it is missed."""
    cases = [(row.measure.name, "" if row.passed else f"{row.limit}; found {row.found}") for row in rows]
    return _junit_text(f"medinfo.eval.gate.{task}", cases)


def _junit_text(suite: str, cases: Sequence[tuple[str, str]]) -> str:
    root = Xml.Element("testsuite", name=suite, tests=str(len(cases)), failures=str(sum(bool(text) for _, text in cases)))
    for name, text in cases:
        case = Xml.SubElement(root, "testcase", classname=suite, name=name)
        if text:
            Xml.SubElement(case, "failure", message=text)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"
