"""The glossary is read typed, and every dangling id or pattern is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import CorpusError, load_glossary

GOOD = """
id: g
version: "1.0"
owner: Medical Information
terms:
  - {id: et, preferred: endocrine therapy, group: class, meaning: blocks estrogen, forms: [ET]}
  - {id: ai, preferred: aromatase inhibitor, group: class, forms: [AI], parents: [et]}
drugs:
  - {id: letrozole, preferred: letrozole, brands: [Femara], classes: [ai, et], attributes: {route: oral}}
trials:
  - {id: t1, preferred: TRIAL-1, drugs: [letrozole], classes: [ai]}
attributes:
  - {id: safety, preferred: safety, group: safety}
  - {id: rash, preferred: rash, group: safety, parent: safety}
typos: {femarra: Femara}
ambiguous:
  - {form: AI, default: ai, readings: [{means: artificial intelligence, when: ['AI bot']}]}
  - {form: PD, default: none, readings: [{id: rash, means: x, when: [y]}]}
"""


def load(folder: Path, text: str) -> object:
    (folder / "glossary.yaml").write_text(text)
    return load_glossary(folder)


def test_a_good_glossary_is_typed(tmp_path: Path) -> None:
    (tmp_path / "glossary.yaml").write_text(GOOD)
    glossary = load_glossary(tmp_path)
    assert glossary.terms[1].parents == ("et",)
    assert glossary.drugs[0].attributes == {"route": "oral"}
    assert glossary.typos == {"femarra": "Femara"}
    assert glossary.ambiguous[0].readings[0].id is None


def test_a_corpus_without_a_glossary_has_an_empty_one(tmp_path: Path) -> None:
    assert load_glossary(tmp_path).terms == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("parents: [et]", "parents: [etx]", "terms.ai.parents: points to 'etx'"),
        ("classes: [ai, et]", "classes: [zz]", "drugs.letrozole.classes: points to 'zz'"),
        ("drugs: [letrozole]", "drugs: [zz]", "trials.t1: points to 'zz'"),
        ("parent: safety}", "parent: zz}", "attributes.rash.parent: points to 'zz'"),
        ("default: ai", "default: zz", "ambiguous.AI.default: points to 'zz'"),
        ("id: rash, preferred", "id: et, preferred", "et: is the id of two entries"),
        ("['AI bot']", "['(AI']", "'(AI' is not a regular expression"),
        ("meaning: blocks estrogen", "meaning: blocks, estrogen", "terms.0.estrogen: is not a known field"),
        ("preferred: TRIAL-1, ", "", "trials.0.preferred: "),
    ],
)
def test_problems_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    with pytest.raises(CorpusError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert expected in str(caught.value)
