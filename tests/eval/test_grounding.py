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
    judge_altered,
    judge_items,
    load_grounding,
    measure_rates,
    rates_to_json,
    split_parts,
)

# Reached on sentences by other authors: part of the report set to the rates that must not get worse. Nothing was read of them to
# mend the check, but for the sentences that the header of the set names: leaks that a change had opened, or of a forbidden kind.
FLOORS = {
    "handwritten": (0.96, 0.72),
    "unseen": (0.95, 0.78),
    "newest": (0.93, 0.55),
    "latest": (0.97, 0.74),
    "neutral": (0.98, 0.81),
    "formulaic": (0.99, 0.83),
}
OLDER_PARTS = ("handwritten", "unseen", "newest", "latest", "patterns")
NEW_PARTS = ("neutral", "formulaic")
FORBIDDEN_LET_THROUGH = 1

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


@pytest.mark.parametrize("part", FLOORS)
def test_the_parts_by_others_keep_what_is_reached(judged: dict[str, tuple[Judged, ...]], part: str) -> None:
    """The aim is 0.98 stopped and 0.85 passed, and is not met there (docs/generate.md): these floors guard what is reached."""
    rates, (stopped, passed) = measure_rates(judged[part]), FLOORS[part]
    assert min(rates[STOPPED].n, rates[PASSED].n) >= 100
    assert rates[STOPPED].value >= stopped
    assert rates[PASSED].value >= passed


@pytest.mark.parametrize("name", ["development", *OLDER_PARTS])
def test_no_changed_figure_drug_or_denial_passes(judged: dict[str, tuple[Judged, ...]], name: str) -> None:
    assert not _forbidden(judged[name])


def test_few_changed_figures_drugs_or_denials_of_new_authors_pass(judged: dict[str, tuple[Judged, ...]]) -> None:
    """The aim is none (docs/generate.md); what is reached on two authors of whom nothing was read must not get worse."""
    assert sum(len(_forbidden(judged[part])) for part in NEW_PARTS) <= FORBIDDEN_LET_THROUGH


def _forbidden(judged: tuple[Judged, ...]) -> list[str]:
    return [entry.item.id for entry in judged if not entry.right and entry.item.kind in FORBIDDEN_KINDS]


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


def test_altered_sentences_are_judged_as_corrupted(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(
        SET.replace("The primary endpoint was missed.", "The primary endpoint was not met, and 5 of 9 left."), encoding="utf-8"
    )
    judged = judge_altered(Checker(load_glossary()), load_grounding(path).items, ["elacestrant"])
    assert [entry.item.kind for entry in judged] == ["denial"]
    assert judged[0].item.id == "a-denial-0"
    assert not judged[0].item.supported
