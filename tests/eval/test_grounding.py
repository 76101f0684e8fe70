"""The measures of the grounding check: loading a set, judging it, rates with intervals."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.grounding import Checker
from corpus import load_glossary
from eval.datasets import PACKAGED, DatasetError
from eval.grounding import (
    FORBIDDEN_KINDS,
    PASSED,
    STOPPED,
    Judged,
    judge_items,
    load_grounding,
    measure_rates,
    rates_to_json,
    split_parts,
)

# Reached on sentences by another author, which were never read.
HANDWRITTEN_STOPPED = 0.95
HANDWRITTEN_PASSED = 0.62
UNSEEN_PASSED = 0.69
NEWEST_STOPPED = 0.93
NEWEST_PASSED = 0.49
LATEST_STOPPED = 0.97
LATEST_PASSED = 0.60

SET = """
id: small
version: "1"
owner: tests
provenance: made for this test
items:
  - {id: a, sources: ["The primary endpoint was not met."], sentence: "The primary endpoint was missed.", supported: true, kind: synonym}
  - {id: b, sources: ["The primary endpoint was not met."], sentence: "The primary endpoint was met.", supported: false, kind: negation}
  - {id: c, sources: ["The dose is 5 mg."], sentence: "The dose is 6 mg.", supported: false, kind: wrong_number}
"""


def test_rates_count_right_verdicts_by_class_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SET, encoding="utf-8")
    judged = judge_items(Checker(load_glossary()), load_grounding(path).items)
    rates = measure_rates(judged)
    assert {name: (rate.value, rate.n) for name, rate in rates.items()} == {
        STOPPED: (1.0, 2),
        f"{STOPPED}.negation": (1.0, 1),
        f"{STOPPED}.wrong_number": (1.0, 1),
        PASSED: (1.0, 1),
        f"{PASSED}.synonym": (1.0, 1),
    }
    assert rates[STOPPED].interval.low < 1.0
    assert rates_to_json(rates)[PASSED]["n"] == 1


@pytest.mark.parametrize(
    "text", ["items: []", "[]", SET.replace("id: b", "id: a"), SET.replace("kind: synonym", "kin: synonym")]
)
def test_a_set_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError):
        load_grounding(path)


@pytest.fixture(scope="module")
def judged() -> dict[str, tuple[Judged, ...]]:
    """The packaged sets and the parts of the report set, judged once."""
    checker = Checker(load_glossary())
    found: dict[str, tuple[Judged, ...]] = {}
    for name in ("development", "report"):
        loaded = load_grounding(PACKAGED / "grounding" / f"{name}.yaml")
        found[name] = judge_items(checker, loaded.items)
        found |= split_parts(loaded, found[name])
    return found


@pytest.mark.parametrize("name", ["development", "report"])
def test_the_packaged_sets_are_large_enough(judged: dict[str, tuple[Judged, ...]], name: str) -> None:
    rates = measure_rates(judged[name])
    assert rates[STOPPED].n >= 200
    assert rates[PASSED].n >= 195


@pytest.mark.parametrize("name", ["development", "patterns"])
def test_development_and_patterns_meet_the_bars(judged: dict[str, tuple[Judged, ...]], name: str) -> None:
    rates = measure_rates(judged[name])
    assert rates[STOPPED].value >= 0.98
    assert rates[PASSED].value >= 0.85


def test_the_handwritten_parts_keep_what_is_reached(judged: dict[str, tuple[Judged, ...]]) -> None:
    """The aim is 0.98 stopped and 0.85 passed, and is not met there (docs/generate.md): these floors guard what is reached."""
    for part, passed in (("handwritten", HANDWRITTEN_PASSED), ("unseen", UNSEEN_PASSED)):
        rates = measure_rates(judged[part])
        assert min(rates[STOPPED].n, rates[PASSED].n) >= 120
        assert rates[STOPPED].value >= HANDWRITTEN_STOPPED
        assert rates[PASSED].value >= passed


@pytest.mark.parametrize(
    ("part", "stopped", "passed"), [("newest", NEWEST_STOPPED, NEWEST_PASSED), ("latest", LATEST_STOPPED, LATEST_PASSED)]
)
def test_the_newest_parts_keep_what_is_reached(
    judged: dict[str, tuple[Judged, ...]], part: str, stopped: float, passed: float
) -> None:
    rates = measure_rates(judged[part])
    assert min(rates[STOPPED].n, rates[PASSED].n) >= 100
    assert rates[STOPPED].value >= stopped
    assert rates[PASSED].value >= passed


@pytest.mark.parametrize("name", ["development", "report"])
def test_no_changed_figure_drug_or_denial_passes(judged: dict[str, tuple[Judged, ...]], name: str) -> None:
    leaks = [entry.item.id for entry in judged[name] if not entry.right and entry.item.kind in FORBIDDEN_KINDS]
    assert not leaks


def test_a_part_without_items_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "parts.yaml"
    path.write_text(SET.replace("items:", "parts: {other: z-}\nitems:"), encoding="utf-8")
    with pytest.raises(DatasetError, match="other"):
        load_grounding(path)


def test_parts_hold_the_items_whose_ids_begin_so(tmp_path: Path) -> None:
    path = tmp_path / "parts.yaml"
    path.write_text(SET.replace("items:", "parts: {one: a, two: b}\nitems:"), encoding="utf-8")
    loaded = load_grounding(path)
    parts = split_parts(loaded, judge_items(Checker(load_glossary()), loaded.items))
    assert {name: [entry.item.id for entry in entries] for name, entries in parts.items()} == {"one": ["a"], "two": ["b"]}
