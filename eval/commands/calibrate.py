"""`medinfo eval calibrate`: the sufficiency score as a probability, and a threshold with a bound, checked on another run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import BadInput
from assistant.settings import Settings
from eval.calibration import (
    Choice,
    Sigmoid,
    area_under_risk_coverage,
    control_conformal_risk,
    fit_sigmoid,
    learn_then_test,
    measure_reliability,
    operate_at,
    trace_risk_coverage,
)
from eval.calibration_report import Calibrated, render_calibration
from eval.commands.shared import open_store
from eval.report.page import confidence_pairs
from eval.runs import Run

app = typer.Typer(help="Calibrate the sufficiency score and choose the threshold for declining.")
Pairs = tuple[list[float], list[bool]]


@app.command()
def calibrate(
    run: Annotated[str, typer.Argument(help="Run on the development set: the sigmoid and the threshold come from it.")],
    *,
    check: Annotated[str, typer.Option(help="Run on the report set: only checked on it.")] = "",
    risk: Annotated[float, typer.Option(min=0.001, max=0.999, help="Stated risk: share of wrong answers tolerated.")] = 0.05,
    delta: Annotated[float, typer.Option(min=0.001, max=0.5, help="Chance that the bound fails (Learn then Test).")] = 0.1,
    html: Annotated[Path | None, typer.Option(help="Write figures and plots to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Fit the sigmoid on one run, choose thresholds for a stated risk with bounds, and check them on another run."""
    store = open_store(Settings())
    fitted = store.read(run)
    pairs, other = _pairs(fitted), None
    curve = fit_sigmoid(*pairs)
    choices = [learn_then_test(*pairs, risk=risk, delta=delta), control_conformal_risk(*pairs, risk=risk)]
    found: dict[str, Any] = {"sigmoid": asdict(curve), "fitted_on": _quality(curve, pairs)}
    found["choices"] = [asdict(choice) for choice in choices]
    if check:
        checked = store.read(check)
        other = _pairs(checked)
        found["checked_on"] = _quality(curve, other)
        found["checked_choices"] = [
            {"method": c.method, **asdict(operate_at(*other, c.threshold))} for c in choices if c.threshold is not None
        ]
    words = _in_words(found, choices)
    if html is not None:
        threshold = next((choice.threshold for choice in choices if choice.threshold is not None), None)
        checked_on = checked.manifest.run_id if check else ""
        page = Calibrated(fitted.manifest.run_id, checked_on, curve, tuple(words.splitlines()), threshold)
        html.write_text(render_calibration(page, pairs, other), encoding="utf-8")
    print(json.dumps(found, indent=1) if as_json else words)


def _pairs(run: Run) -> Pairs:
    pairs = confidence_pairs(run.samples)
    if not pairs[0]:
        raise BadInput(f"run {run.manifest.run_id} records no sufficiency score: nothing to calibrate")
    return pairs


def _quality(curve: Sigmoid, pairs: Pairs) -> dict[str, float]:
    reliability = measure_reliability([curve.probability(score) for score in pairs[0]], pairs[1])
    area = area_under_risk_coverage(trace_risk_coverage(*pairs))
    return {"n": reliability.n, "ece": reliability.ece, "brier": reliability.brier, "area_under_risk_coverage": area}


def _in_words(found: dict[str, Any], choices: list[Choice]) -> str:
    lines = [f"probability = sigmoid({found['sigmoid']['slope']:.4f} * score + {found['sigmoid']['offset']:.4f})"]
    for name, where in (("fitted_on", "on its own run (optimistic)"), ("checked_on", "on the other run")):
        if name in found:
            quality = found[name]
            lines.append(
                f"{where}: ECE {quality['ece']:.3f}, Brier {quality['brier']:.3f}, "
                f"area under risk and coverage {quality['area_under_risk_coverage']:.3f}, n = {quality['n']}"
            )
    for choice in choices:
        if choice.at is None:
            lines.append(f"{choice.method}: no threshold keeps {choice.guarantee} with so few samples")
        else:
            covers = f"covers {choice.at.coverage:.2f} here"
            lines.append(f"{choice.method}: answer from {choice.threshold:.4f}: {choice.guarantee}; {covers}")
    for checked in found.get("checked_choices", []):
        lines.append(
            f"{checked['method']}, on the other run: covers {checked['coverage']:.2f}, "
            f"wrong among answered {checked['selective_risk']:.3f}, of all {checked['joint_risk']:.3f}"
        )
    return "\n".join(lines)
