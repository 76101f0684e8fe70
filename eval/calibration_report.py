"""The calibration of one run, checked on another, as one self-contained page: figures, thresholds, two plots with their data.

It loads nothing and has no script; the figures are those of `medinfo eval calibrate`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from eval.calibration import Sigmoid, measure_reliability, trace_risk_coverage
from eval.report.plots import Plot, plot_reliability, plot_risk_coverage

Pairs = tuple[Sequence[float], Sequence[bool]]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What the page shows: the runs, the curve fitted on the first, the sentences of the command."""

    fitted_on: str
    checked_on: str
    curve: Sigmoid
    sentences: tuple[str, ...]
    threshold: float | None


def render_calibration(found: Calibrated, fitted: Pairs, checked: Pairs | None) -> str:
    """Return the page; A is the run fitted on, B the run checked on."""
    plots = [plot for plot in _plots(found, fitted, checked) if plot is not None]
    css, _, _ = PackageLoader("eval", "templates").get_source(_environment(), "report.css")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    template = _environment().get_template("calibration.html")
    return template.render(found=found, plots=plots, css=Markup(css), csp=policy)


def _plots(found: Calibrated, fitted: Pairs, checked: Pairs | None) -> list[Plot | None]:
    curves = [
        measure_reliability([found.curve.probability(score) for score in pairs[0]], pairs[1]) if pairs else None
        for pairs in (fitted, checked)
    ]
    threshold = None if found.threshold is None else found.curve.probability(found.threshold)
    traces = [trace_risk_coverage(*pairs) if pairs else [] for pairs in (fitted, checked)]
    reliability = plot_reliability(curves[0], curves[1], threshold)
    if reliability is not None:
        errors = [f"{name}: ECE {c.ece:.3f}, Brier {c.brier:.3f}, n = {c.n}" for name, c in zip("AB", curves, strict=True) if c]
        reliability = replace(
            reliability, caption=f"{'; '.join(errors)}. The curve is fitted on A, so only B says how it does elsewhere."
        )
    return [reliability, plot_risk_coverage(traces[0], traces[1])]


def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("eval", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
