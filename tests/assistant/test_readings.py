"""Readings kept between runs: believed only when whole and made with the same things, never needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evidence.readings import Reading, Readings, kept_at, load, save
from assistant.query import Annotator, Facets, build_lexicon
from corpus import load_glossary

TEXTS = ["EMERALD PFS in ESR1m", "limitations of SERDs", "dose of elacestrant, 345 mg?"]
words = st.frozensets(st.text(max_size=8), max_size=4)


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    """The packaged lexicon."""
    return Annotator(build_lexicon(load_glossary()))


def test_what_was_kept_is_what_is_read_anew(annotator: Annotator, tmp_path: Path) -> None:
    """The second run takes nothing apart and says the same."""
    file = kept_at(tmp_path, ("index", "rules"))
    first = Readings(annotator, file)
    said = [first.read(text) for text in TEXTS]
    first.keep()
    assert load(file) == dict(zip(TEXTS, said, strict=True))
    assert [Readings(annotator, file).read(text) for text in TEXTS] == said


@given(st.dictionaries(st.text(max_size=20), st.tuples(words, words, words, words, st.lists(st.text(max_size=5)))))
def test_any_readings_come_back_whole(
    tmp_path_factory: pytest.TempPathFactory, kept: dict[str, tuple[frozenset[str], ...]]
) -> None:
    """Whatever the strings hold."""
    file = tmp_path_factory.mktemp("readings") / "kept.json"
    readings = {text: Reading(Facets(*parts[:4]), tuple(parts[4])) for text, parts in kept.items()}
    save(file, readings)
    assert load(file) == readings


@pytest.mark.parametrize("content", ["", "{", "[]", '{"strings": [], "rows": [["a", [1], [], [], [], []]]}', '{"rows": []}'])
def test_a_damaged_file_is_as_good_as_none(annotator: Annotator, tmp_path: Path, content: str) -> None:
    """It is read anew and replaced."""
    file = tmp_path / "kept.json"
    file.write_text(content, encoding="utf-8")
    readings = Readings(annotator, file)
    assert readings.read(TEXTS[0]).facets == annotator.annotate(TEXTS[0]).facets
    readings.keep()
    assert set(load(file)) == {TEXTS[0]}


def test_other_rules_have_another_file_and_the_old_one_goes(annotator: Annotator, tmp_path: Path) -> None:
    """What was made with other rules is never read."""
    old, new = kept_at(tmp_path, ("index", "rules 1")), kept_at(tmp_path, ("index", "rules 2"))
    assert old != new
    for file in (old, new):
        readings = Readings(annotator, file)
        readings.read(TEXTS[1])
        readings.keep()
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_written_is_no_fault(annotator: Annotator, tmp_path: Path) -> None:
    """Answers do not depend on the cache."""
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    readings = Readings(annotator, tmp_path / "taken" / "kept.json")
    readings.read(TEXTS[2])
    readings.keep()
