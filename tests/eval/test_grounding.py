"""The measures of the grounding check: loading a set, judging it, rates with intervals."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.grounding import Checker
from corpus import load_glossary
from eval.datasets import PACKAGED, DatasetError
from eval.grounding import FORBIDDEN_KINDS, PASSED, STOPPED, judge_items, load_grounding, measure_rates, rates_to_json

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


@pytest.mark.parametrize("name", ["development", "report"])
def test_the_packaged_sets_load_and_meet_the_bars(name: str) -> None:
    judged = judge_items(Checker(load_glossary()), load_grounding(PACKAGED / "grounding" / f"{name}.yaml").items)
    rates = measure_rates(judged)
    assert rates[STOPPED].n >= 150
    assert rates[PASSED].n >= 140
    # The aim is 0.98; the handwritten part of the report set is below it (docs/generate.md):
    # there this guards what is reached.
    assert rates[STOPPED].value >= (0.97 if name == "report" else 0.98)
    assert rates[PASSED].value >= 0.85
    passed = [entry.item.id for entry in judged if not entry.right and entry.item.kind in FORBIDDEN_KINDS - {"wrong_number"}]
    assert not passed
