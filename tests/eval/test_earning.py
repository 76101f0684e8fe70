"""Whether a part earns its place: a loss is named with the measure, none is said to be not shown, a baseline is worded as one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eval.earning import judge_parts, smallest_shown
from eval.scores import Sample
from eval.switches import SWITCHES, open_without
from tests.eval.factories import make_sample


def samples(right: Callable[[int], bool], n: int = 120) -> list[Sample]:
    return [make_sample(f"q{i}", {"right": float(right(i)), "complete": float(right(i)), "latency_ms": 10.0}) for i in range(n)]


OURS = samples(lambda i: i % 10 != 0)
SAME = samples(lambda i: i % 10 != 0)
LOSS = samples(lambda i: i % 10 != 0 and i % 5 != 1)
GAIN = samples(lambda i: True)


def test_every_system_is_set_beside_the_assistant_as_served() -> None:
    rows = judge_parts(OURS, {"without-x": ("no x", LOSS), "without-y": ("no y", SAME), "bm25": ("words", LOSS)})
    assert [row.system for row in rows] == ["ours", "without-x", "without-y", "bm25"]
    ours, without_x, without_y, bm25 = rows
    assert (ours.verdict, ours.difference) == ("", None)
    assert without_x.verdict.startswith("earns its place: right outcome -20.0 points")
    assert without_y.verdict == "not shown to help"
    assert bm25.verdict.startswith("ours is better: ")
    assert without_x.difference is not None and without_x.difference.difference == pytest.approx(-0.2)


def test_a_part_without_which_things_are_better_is_said_to_do_harm() -> None:
    assert judge_parts(OURS, {"without-x": ("no x", GAIN)})[1].verdict.startswith("does harm: right outcome +10.0 points")


def test_more_systems_ask_for_more_evidence() -> None:
    few = samples(lambda i: i % 10 != 0 and i not in {1, 2, 3, 4, 5, 6})
    alone = judge_parts(OURS, {"without-x": ("", few)})[1]
    crowd = judge_parts(OURS, {f"without-{n}": ("", few if n == 0 else SAME) for n in range(12)})[1]
    assert alone.adjusted_p is not None and crowd.adjusted_p is not None
    assert alone.adjusted_p == pytest.approx(2 / 2**6)
    assert crowd.adjusted_p == pytest.approx(12 * 2 / 2**6)
    assert "earns" in alone.verdict and crowd.verdict == "not shown to help"


def test_what_the_set_could_have_shown_is_said() -> None:
    rows = judge_parts(OURS, {"without-x": ("", LOSS)})
    least = smallest_shown(rows)
    assert least is not None and 0.0 < least <= 0.2
    assert smallest_shown(rows[:1]) is None


def test_unknown_parts_are_refused() -> None:
    assert "spelling" in SWITCHES
    with pytest.raises(KeyError):
        open_without("luck", None, None)  # type: ignore[arg-type]
