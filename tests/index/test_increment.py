"""What a build takes over changes nothing: the same corpus gives the same index however it came about; only changed text is new."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import Corpus, RegisterEntry
from index import OpenIndex, build_index, chunk_document, open_index, read_current, vector_store
from index import neighbours as neighbours_module
from index.content import load_layout
from index.postings import count_words, join_counts, turn_round
from index.types import SearchQuery
from tests.index.builder import WordEmbedder, make_corpus, make_document

ON = date(2026, 3, 1)
WORDS = ["rash", "nausea", "survival", "response", "fatigue", "placebo", "testimab"]


def build(corpus: Corpus, folder: Path, embedder: WordEmbedder | None = None) -> OpenIndex:
    build_index(corpus, folder, embedder or WordEmbedder(), on=ON, clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))
    return open_index(folder, embedder=WordEmbedder())


def found(index: OpenIndex) -> list[object]:
    """Everything an index holds, and the raw scores of every statement (shares of the best amplify the last bit of a zero)."""
    results: list[object] = [list(index.passages.values()), list(index.statements.values()), dict(index.documents)]
    for word in WORDS:
        query = SearchQuery(f"what about {word}?", ("placebo",), k=50)
        # By id: a product of the same vectors may differ in its last bit with their place in the file.
        scored = index.score_statements(query)
        results.append(
            {s.statement.statement_id: [round(x, 4) + 0.0 for x in (s.dense, s.dense_question, s.bm25)] for s in scored}
        )
    return results


documents = st.dictionaries(
    st.sampled_from(["A-1", "B-2", "C-3", "D-4"]),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), min_size=1, max_size=3),
    min_size=1,
)


def corpus_of(contents: dict[str, list[list[str]]]) -> Corpus:
    made, register = [], []
    for doc_id, sections in contents.items():
        texts = [f"Seen {' and '.join(words)} in {doc_id} part {n}." for n, words in enumerate(sections)]
        body = "\n\n".join(f"## {words[0]} {n}\n\n{text}" for n, (words, text) in enumerate(zip(sections, texts, strict=True)))
        made.append(make_document(body, doc_id))
        register.append(RegisterEntry(doc_id, texts[0], ("f",), (f"who saw {sections[0][0]}?",)))
    return make_corpus(*made, register=register)


@given(st.lists(documents, min_size=2, max_size=4))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_index_built_in_steps_is_the_index_built_at_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, list[list[str]]]]
) -> None:
    folder = tmp_path_factory.mktemp("steps")
    for contents in steps:
        grown = build(corpus_of(contents), folder)
    assert found(grown) == found(build(corpus_of(steps[-1]), tmp_path_factory.mktemp("once")))


def test_editing_one_section_changes_only_its_passages() -> None:
    body = "\n\n".join(f"## Part {n}\n\nTestimab did thing {n}.[^1] It did it well." for n in range(6))
    before = chunk_document(make_document(body))
    after = chunk_document(make_document(body.replace("thing 3", "thing 3, and more")))
    old, new = {p.chunk_id for p in before.passages}, {p.chunk_id for p in after.passages}
    assert len(old - new) == len(new - old) == 1
    assert chunk_document(make_document(body)) == before
    gone = {s.statement_id for s in before.statements} - {s.statement_id for s in after.statements}
    assert gone == {s.statement_id for s in before.statements if "thing 3" in s.text}


def test_a_build_writes_one_documents_vectors(tmp_path: Path) -> None:
    contents = {f"{letter}-1": [["rash"], ["nausea"]] for letter in "ABCDEFGH"}
    build(corpus_of(contents), tmp_path)
    sizes = {path.name: path.stat().st_size for path in (tmp_path / "vectors").iterdir()}
    embedder = WordEmbedder()
    build(corpus_of({**contents, "C-1": [["rash"], ["survival"]]}), tmp_path, embedder)
    row_bytes = 4 * WordEmbedder.dimension
    grown = {path.name: (path.stat().st_size - sizes[path.name]) // row_bytes for path in (tmp_path / "vectors").iterdir()}
    assert grown == {"passages-1.f32": 1, "headings-1.f32": 1, "statements-1.f32": 1, "questions-1.f32": 0}
    assert len(embedder.embedded) == 3


def test_a_file_of_which_little_is_used_is_written_anew(tmp_path: Path) -> None:
    for n in range(6):
        index = build(corpus_of({"A-1": [["rash", WORDS[n]], [WORDS[n]]]}), tmp_path)
    layout = load_layout(read_current(tmp_path)[0])
    rows = vector_store.open_rows(tmp_path / "vectors", layout.stores["statements"], WordEmbedder.dimension)
    assert len(rows) <= 2 * len(index.statements) + 2
    kept = {name for folder in (tmp_path / "generations").iterdir() for name in load_layout(folder).stores.values()}
    assert {path.name for path in (tmp_path / "vectors").iterdir()} == kept


def test_a_torn_row_of_a_killed_build_is_passed_over(tmp_path: Path) -> None:
    build(corpus_of({"A-1": [["rash"]]}), tmp_path)
    with (tmp_path / "vectors" / "statements-1.f32").open("ab") as stream:
        stream.write(b"torn")
    grown = build(corpus_of({"A-1": [["rash"]], "B-2": [["nausea"]]}), tmp_path)
    assert found(grown) == found(build(corpus_of({"A-1": [["rash"]], "B-2": [["nausea"]]}), tmp_path / "fresh"))


def test_a_collection_is_shared_until_much_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.hybrid.EXACT_ITEMS", 1)
    contents = {f"{letter}-1": [["rash"], ["nausea"]] for letter in "ABCDEFGH"}
    build(corpus_of(contents), tmp_path)
    index = build(corpus_of({**contents, "C-1": [["survival"]]}), tmp_path)
    assert [path.name for path in (tmp_path / "collections").iterdir()] == ["passages-1.1"]
    hits = index.search(SearchQuery("survival", k=20))
    assert hits[0].passage.doc_id == "C-1"
    assert {hit.passage.chunk_id for hit in hits} == set(index.passages)
    monkeypatch.setattr(neighbours_module, "MOST_DRIFT", 1)
    build(corpus_of({**contents, "C-1": [["response"]]}), tmp_path)
    assert (tmp_path / "collections" / "passages-1.2").is_dir()


texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=6)


@given(texts, texts)
def test_joined_counts_are_the_counts_of_the_joined_texts(left: list[list[str]], right: list[list[str]]) -> None:
    joined = join_counts([(count_words(left), 0, len(left)), (count_words(right), 0, len(right))])
    whole = count_words(left + right)
    assert joined.words == whole.words
    ours, theirs = turn_round(joined), turn_round(whole)
    for name in ("rows", "counts", "starts", "lengths"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
