"""What files say is kept by their hash: the same corpus comes back, a changed file is read anew, a broken cache does no harm."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import corpus.load as load_module
from corpus import CorpusError, corpus_sha256, load_corpus, parsed_files
from corpus.parsed_files import FileHashes, sha256_of
from tests.corpus.builder import BODY, document_text, write_document, write_register

ENTRIES = [{"statement": "Placebo helped 2%.", "facts": ["f"], "questions": ["what about placebo?"]}]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus of one document with its register."""
    write_document(tmp_path / "corpus", document_text())
    write_register(tmp_path / "corpus", ENTRIES)
    return tmp_path / "corpus"


def test_a_cached_corpus_is_the_corpus(root: Path, tmp_path: Path) -> None:
    plain = load_corpus(root)
    assert load_corpus(root, cache_dir=tmp_path / "cache") == plain
    assert load_corpus(root, cache_dir=tmp_path / "cache") == plain


def test_a_changed_file_is_read_anew(root: Path, tmp_path: Path) -> None:
    load_corpus(root, cache_dir=tmp_path / "cache")
    write_document(root, document_text(BODY.replace("12.5%", "13.5%"), title="Another title"))
    changed = load_corpus(root, cache_dir=tmp_path / "cache")
    assert changed.documents[0].title == "Another title"
    assert "13.5%" in changed.documents[0].text
    assert changed == load_corpus(root)


def test_a_register_is_checked_again_when_its_document_changes(root: Path, tmp_path: Path) -> None:
    load_corpus(root, cache_dir=tmp_path / "cache")
    write_document(root, document_text(BODY.replace("Placebo helped 2%.", "Placebo helped 3%.")))
    with pytest.raises(CorpusError, match="occurs 0 times"):
        load_corpus(root, cache_dir=tmp_path / "cache")


@pytest.mark.parametrize("name", ["documents.jsonl", "registers.jsonl", "hashes.json"])
def test_a_broken_cache_does_no_harm(root: Path, tmp_path: Path, name: str) -> None:
    cache = tmp_path / "cache"
    plain = load_corpus(root, cache_dir=cache)
    corpus_sha256(root, cache_dir=cache)
    (cache / name).write_bytes(b'{"half": ')
    assert load_corpus(root, cache_dir=cache) == plain
    assert corpus_sha256(root, cache_dir=cache) == plain.sha256


def test_a_file_is_not_read_again_while_its_times_stay(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("one")
    later = time.time() + 10
    first = FileHashes(tmp_path / "cache", clock=lambda: later)
    assert first.sha256(str(path), sha256_of) == sha256_of(b"one")
    first.save()
    read: list[bytes] = []
    again = FileHashes(tmp_path / "cache", clock=lambda: later)
    assert again.sha256(str(path), lambda data: read.append(data) or "x") == sha256_of(b"one")  # type: ignore[func-returns-value]
    assert read == []
    path.write_text("two")
    os.utime(path, (later, later))
    assert again.sha256(str(path), sha256_of) == sha256_of(b"two")


def test_a_file_changed_just_now_is_not_trusted_to_its_times(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("one")
    hashes = FileHashes(tmp_path / "cache", clock=time.time)
    hashes.sha256(str(path), sha256_of)
    hashes.save()
    assert not (tmp_path / "cache" / "hashes.json").exists()


def test_several_folders_are_one_corpus(root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_document(other, document_text(id="T-TWO"), "two.md")
    both = load_corpus([root, other])
    assert [document.doc_id for document in both.documents] == ["T-ONE", "T-TWO"]
    assert both.sha256 == corpus_sha256([root, other]) != load_corpus(root).sha256
    write_document(other, document_text(), "again.md")
    with pytest.raises(CorpusError, match="already the id"):
        load_corpus([root, other])


def counted_reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that loading opens from now on."""
    opened: list[str] = []
    read = load_module._read
    monkeypatch.setattr(load_module, "_read", lambda path: opened.append(Path(path).name) or read(path))  # type: ignore[func-returns-value]
    return opened


def test_files_whose_times_stay_are_not_opened_again(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_document(root, document_text(id="T-TWO"), "two.md")
    monkeypatch.setattr(parsed_files, "UNSETTLED_S", -1000.0)
    plain = load_corpus(root, cache_dir=tmp_path / "cache")
    opened = counted_reads(monkeypatch)
    assert load_corpus(root, cache_dir=tmp_path / "cache") == plain
    assert opened == []
    write_document(root, document_text(id="T-TWO", title="Another title"), "two.md")
    assert load_corpus(root, cache_dir=tmp_path / "cache").documents[1].title == "Another title"
    assert opened == ["two.md"]


def test_a_document_that_changes_again_and_again_does_not_fill_the_cache(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    sizes = []
    for number in range(parsed_files.MOST_STALE + 2):
        write_document(root, document_text(title=f"Title {number}"))
        assert load_corpus(root, cache_dir=cache).documents[0].title == f"Title {number}"
        sizes.append(len((cache / "documents.jsonl").read_bytes().splitlines()))
    assert sizes[:3] == [1, 2, 3]
    assert sizes[-1] == 1


def test_a_line_that_was_not_finished_is_written_anew(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    plain = load_corpus(root, cache_dir=cache)
    kept = (cache / "documents.jsonl").read_bytes()
    (cache / "documents.jsonl").write_bytes(kept + kept[: len(kept) // 2])
    assert load_corpus(root, cache_dir=cache) == plain
    assert (cache / "documents.jsonl").read_bytes() == kept
