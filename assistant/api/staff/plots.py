"""Plots as SVG, drawn on the server: classes for colour (light, dark, forced colours), no style attributes, no script.

A plot repeats what the table behind it says; it is an image with a name, and its parts are not read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 720


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label and the length of each of its parts, with the part's class."""

    label: str
    parts: tuple[tuple[int, str], ...]

    @property
    def total(self) -> int:
        """The whole length."""
        return sum(size for size, _ in self.parts)


def columns(title: str, bars: Sequence[Bar]) -> Markup:
    """Return upright stacked bars, for days."""
    height, base, left = 180, 150, 34
    top = _nice(max((bar.total for bar in bars), default=0))
    step = (WIDTH - left) / max(1, len(bars))
    drawn = [_grid(top, left, base, 12)]
    for i, bar in enumerate(bars):
        y = float(base)
        x = left + i * step + min(step * 0.15, 6)
        for size, name in bar.parts:
            length = size / top * (base - 12)
            y -= length
            drawn.append(_rect(x, y, max(1.0, min(step * 0.7, 40)), length, name))
        if i % max(1, len(bars) // 8) == 0:
            drawn.append(_text(x, height - 12, bar.label, "axis"))
    return _svg(title, height, drawn)


def rows(title: str, bars: Sequence[Bar]) -> Markup:
    """Return lying bars with their label before and their length after."""
    line, left = 28, 132
    top = max((bar.total for bar in bars), default=0) or 1
    drawn = []
    for i, bar in enumerate(bars):
        x, y = float(left), i * line + 5
        drawn.append(_text(left - 8, y + 14, bar.label, "axis end"))
        for size, name in bar.parts:
            length = size / top * (WIDTH - left - 50)
            drawn.append(_rect(x, y, length, 18, name))
            x += length
        drawn.append(_text(x + 8, y + 14, str(bar.total), "value"))
    return _svg(title, len(bars) * line + 6, drawn)


def strip(title: str, hours: Sequence[float], limit: float, median: float | None) -> Markup:
    """Return one dot per hand-over along the hours it took, with the limit and the median as lines."""
    height, base, left, right = 120, 84, 14, 30
    top = max([limit * 1.1, *(hour * 1.05 for hour in hours)])
    scale = (WIDTH - left - right) / top
    drawn = [_line(left, base + 8, WIDTH - right, base + 8, "axis-line")]
    step = 4 if top <= 40 else 24
    for mark in range(0, int(top) + 1, step):
        drawn.append(_text(left + mark * scale, base + 26, f"{mark} h", "axis middle"))
    stacks: dict[int, int] = {}
    for hour in hours:
        slot = int(hour * scale / 9)
        stacks[slot] = stacks.get(slot, 0) + 1
        y = base - (stacks[slot] - 1) % 8 * 9
        name = "dot late" if hour > limit else "dot"
        drawn.append(f'<circle cx="{left + slot * 9 + 4.5:.1f}" cy="{y}" r="4" class="{name}"/>')
    drawn.append(_line(left + limit * scale, 8, left + limit * scale, base + 8, "limit"))
    drawn.append(_text(left + limit * scale - 6, 16, f"limit {limit:g} h", "axis end"))
    if median is not None:
        drawn.append(_line(left + median * scale, 24, left + median * scale, base + 8, "median"))
        drawn.append(_text(left + median * scale + 6, 32, f"median {median:.1f} h", "axis"))
    return _svg(title, height, drawn)


def meter(percent: int, name: str) -> Markup:
    """Return how much of a clock has run; the words beside it say the same."""
    return Markup(
        f'<svg class="clock {name}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="rail" width="100" height="6"/><rect class="run" width="{percent}" height="6"/></svg>'
    )


def _nice(value: int) -> int:
    """Return a round number at or above `value`, at least 4."""
    for candidate in (4, 8, 12, 20, 40, 60, 80, 100, 200, 400, 600, 800, 1000, 2000, 4000, 8000):
        if value <= candidate:
            return candidate
    return value


def _grid(top: int, left: int, base: int, ceiling: int) -> str:
    lines = []
    for quarter in range(5):
        value = top * quarter // 4
        y = base - (base - ceiling) * value / top
        lines.append(_line(left, y, WIDTH, y, "grid" if quarter else "axis-line"))
        lines.append(_text(left - 6, y + 4, str(value), "axis end"))
    return "".join(lines)


def _rect(x: float, y: float, width: float, height: float, name: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{name}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, name: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{name}"/>'


def _text(x: float, y: float, words: str, name: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{name}">{escape(words)}</text>'


def _svg(title: str, height: int, drawn: Sequence[str]) -> Markup:
    body = "".join(drawn)
    return Markup(f'<svg class="plot" role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}">{body}</svg>')
