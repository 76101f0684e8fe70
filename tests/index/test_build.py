"""Building: incremental, atomic, refused when stale. Real files, a small real embedder."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from corpus import Corpus, Document, DocumentStatus, RegisterEntry
from index import IndexMissing, IndexStale, Wanted, build_index, open_index, read_current, up_to_date
from index import build as build_module
from index.types import SearchQuery, Vectors
from tests.index.builder import WordEmbedder, make_corpus, make_document

ON = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ONE = "# One\n\n## Rash\n\nTestimab caused rash in 5%.[^1]\n\n## Nausea\n\nTestimab caused nausea in 7%.\n"
TWO = "# Two\n\n## Survival\n\nPlacebimab prolonged survival.\n"


def two_documents() -> tuple[Document, Document]:
    return make_document(ONE, "T-ONE"), make_document(TWO, "T-TWO", title="Placebimab")


def build(
    corpus: Corpus, folder: Path, embedder: WordEmbedder | None = None, on: date = ON, market: str = "US"
) -> build_module.BuildReport:
    return build_index(corpus, folder, embedder or WordEmbedder(), market=market, on=on, clock=lambda: NOW)


def test_a_build_can_be_opened_and_counts_what_it_holds(tmp_path: Path) -> None:
    register = [RegisterEntry("T-TWO", "Placebimab prolonged survival.", ("f",), ("did they live longer?",))]
    report = build(make_corpus(*two_documents(), register=register), tmp_path)
    assert report.changed
    assert report.manifest.counts == {"documents": 2, "headings": 3, "passages": 3, "questions": 1, "statements": 3}
    index = open_index(tmp_path, embedder=WordEmbedder())
    assert list(index.documents) == ["T-ONE", "T-TWO"]
    assert [statement.text for statement in index.statements.values()][-1] == "Placebimab prolonged survival."
    assert index.documents["T-TWO"] == two_documents()[1]


def test_only_what_may_be_served_is_indexed(tmp_path: Path) -> None:
    one, two = two_documents()
    corpus = make_corpus(one, replace(two, status=DocumentStatus.DRAFT), make_document("X.", "T-CA", market=("CA",)))
    build(corpus, tmp_path)
    index = open_index(tmp_path, embedder=WordEmbedder())
    assert list(index.documents) == ["T-ONE"]
    assert index.servable("T-ONE", ON, "US")
    assert not index.servable("T-TWO", ON, "US")
    assert not index.servable("T-ONE", date(2025, 1, 1), "US")


def test_an_unchanged_corpus_embeds_and_writes_nothing(tmp_path: Path) -> None:
    corpus = make_corpus(*two_documents())
    build(corpus, tmp_path)
    before = sorted(path.as_posix() for path in tmp_path.rglob("*"))
    embedder = WordEmbedder()
    report = build(corpus, tmp_path, embedder)
    assert (report.changed, embedder.embedded) == (False, [])
    assert sorted(path.as_posix() for path in tmp_path.rglob("*")) == before


def test_one_changed_section_embeds_only_its_own_texts(tmp_path: Path) -> None:
    one, two = two_documents()
    build(make_corpus(one, two), tmp_path)
    embedder = WordEmbedder()
    changed = make_document(ONE.replace("rash in 5%", "rash in 6%"), "T-ONE")
    report = build(make_corpus(changed, two), tmp_path, embedder)
    assert report.changed
    assert sorted(embedder.embedded) == [
        "Testimab caused rash in 6%.",
        "Testimab in second line > Rash\nTestimab caused rash in 6%.",
    ]


def test_the_same_corpus_gives_the_same_version_and_ids_anywhere(tmp_path: Path) -> None:
    corpus = make_corpus(*two_documents())
    first, second = build(corpus, tmp_path / "a"), build(corpus, tmp_path / "b")
    assert first.manifest == second.manifest
    opened = [open_index(tmp_path / name, embedder=WordEmbedder()) for name in "ab"]
    assert list(opened[0].passages) == list(opened[1].passages)
    assert list(opened[0].statements) == list(opened[1].statements)


def test_a_day_on_which_a_document_expires_makes_a_new_index(tmp_path: Path) -> None:
    one, two = two_documents()
    corpus = make_corpus(one, replace(two, expires_date=date(2026, 3, 5)))
    assert build(corpus, tmp_path).manifest.holds_until == "2026-03-05"
    assert not build(corpus, tmp_path, on=date(2026, 3, 4)).changed
    assert build(corpus, tmp_path, on=date(2026, 3, 5)).changed
    assert list(open_index(tmp_path, embedder=WordEmbedder()).documents) == ["T-ONE"]


def test_another_market_or_model_makes_a_new_index(tmp_path: Path) -> None:
    corpus = make_corpus(*two_documents())
    build(corpus, tmp_path)
    wanted = Wanted.of(corpus, WordEmbedder.model, "US", ON)
    assert up_to_date(tmp_path, wanted) is not None
    assert up_to_date(tmp_path, replace(wanted, market="CA")) is None
    assert up_to_date(tmp_path, replace(wanted, model="another-model")) is None
    assert up_to_date(tmp_path, replace(wanted, corpus_sha256="another corpus")) is None
    assert up_to_date(tmp_path, replace(wanted, standing_sha256="another decision")) is None
    assert up_to_date(tmp_path / "nowhere", wanted) is None


class _Killed(BaseException):
    """Stands for a signal that ends the process."""


class _DyingEmbedder(WordEmbedder):
    def embed(self, texts: list[str]) -> Vectors:  # type: ignore[override]
        raise _Killed


def test_a_killed_build_leaves_the_index_that_was_there(tmp_path: Path) -> None:
    one, two = two_documents()
    build(make_corpus(one), tmp_path)
    before = read_current(tmp_path)
    with pytest.raises(_Killed):
        build(make_corpus(one, two), tmp_path, _DyingEmbedder())
    assert read_current(tmp_path) == before
    assert list(open_index(tmp_path, embedder=WordEmbedder()).documents) == ["T-ONE"]


def test_what_a_kill_left_on_disk_does_not_disturb_the_next_build(tmp_path: Path) -> None:
    one, two = two_documents()
    build(make_corpus(one), tmp_path)
    left = tmp_path / "generations" / ".left-behind.tmp"
    shutil.copytree(read_current(tmp_path)[0], left)
    (left / "manifest.json").unlink()
    build(make_corpus(one, two), tmp_path)
    assert len(open_index(tmp_path, embedder=WordEmbedder()).documents) == 2


def test_what_killed_builds_left_a_day_ago_is_cleared_away(tmp_path: Path) -> None:
    generations = tmp_path / "generations"
    for name, age_s in ((".old.tmp", 2 * 86_400), (".running.tmp", 60)):
        (generations / name).mkdir(parents=True)
        written_at = time.time() - age_s
        os.utime(generations / name, (written_at, written_at))
    build(make_corpus(*two_documents()), tmp_path)
    assert [path.name for path in generations.glob(".*")] == [".running.tmp"]


def test_an_open_index_goes_on_serving_while_another_is_built(tmp_path: Path) -> None:
    one, two = two_documents()
    build(make_corpus(one), tmp_path)
    index = open_index(tmp_path, embedder=WordEmbedder())
    build(make_corpus(one, two), tmp_path)
    assert index.search(SearchQuery("rash"))[0].passage.doc_id == "T-ONE"
    assert {result.passage.doc_id for result in index.search(SearchQuery("survival"))} == {"T-ONE"}


def test_old_generations_are_pruned_but_for_the_one_before(tmp_path: Path) -> None:
    one, two = two_documents()
    for corpus in (make_corpus(one), make_corpus(two), make_corpus(one, two)):
        build(corpus, tmp_path)
    assert len(list((tmp_path / "generations").iterdir())) == 2


def test_a_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="run `medinfo index build`"):
        open_index(tmp_path)


def test_an_index_of_another_corpus_or_model_is_refused(tmp_path: Path) -> None:
    corpus = make_corpus(*two_documents())
    build(corpus, tmp_path)
    assert open_index(tmp_path, corpus, WordEmbedder()).corpus_version == corpus.sha256[:16]
    with pytest.raises(IndexStale, match=r"documents have changed .* run `medinfo index build`"):
        open_index(tmp_path, make_corpus(two_documents()[0]), WordEmbedder())
    other = WordEmbedder()
    other.model = "another-model"
    with pytest.raises(IndexStale, match="built with word-hash-64, not with another-model"):
        open_index(tmp_path, corpus, other)


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("manifest.json", lambda text: text.replace('"format": 2', '"format": 99'), "file format 99"),
        ("manifest.json", lambda text: text.replace('"max_passage_chars": 1200', '"max_passage_chars": 7'), "other chunking"),
        ("manifest.json", lambda text: text.replace('"model"', '"modell"'), "manifest .* is not valid"),
        ("manifest.json", lambda text: text[:20], "cannot be read"),
        ("content.jsonl", lambda text: text[:-9], "content of the index .* cannot be read"),
    ],
)
def test_a_damaged_or_older_index_is_refused_with_the_remedy(tmp_path: Path, name: str, change: object, expected: str) -> None:
    build(make_corpus(*two_documents()), tmp_path)
    path = read_current(tmp_path)[0] / name
    path.write_text(change(path.read_text()))  # type: ignore[operator]
    with pytest.raises(IndexStale, match=f"{expected}.*run `medinfo index build`"):
        open_index(tmp_path, embedder=WordEmbedder())


def test_the_manifest_says_what_it_was_built_from(tmp_path: Path) -> None:
    corpus = make_corpus(*two_documents())
    build(corpus, tmp_path)
    stored = json.loads((read_current(tmp_path)[0] / "manifest.json").read_text())
    assert stored["corpus_sha256"] == corpus.sha256
    assert stored["built_at"] == "2026-03-01T12:00:00.000000+00:00"
    assert stored["parameters"]["max_passage_chars"] == 1200


def test_an_empty_corpus_builds_an_index_that_finds_nothing(tmp_path: Path) -> None:
    build(make_corpus(make_document("X.", status=DocumentStatus.WITHDRAWN)), tmp_path)
    index = open_index(tmp_path, embedder=WordEmbedder())
    assert index.search(SearchQuery("rash")) == ()
    assert index.score_statements(SearchQuery("rash")) == ()
