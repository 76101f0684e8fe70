"""The gate on the packaged content: it passes as released, and each of four faults is caught under the name of its measure.

Every fault is put into a copy of the content, into the settings or into the policy; nothing in the gate knows of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.screening import vote
from assistant.settings import Settings
from corpus import load_corpus
from corpus.load import packaged_corpus_dir
from eval.cli import app
from eval.commands.gate import gate_in_words
from eval.gate import GateResult, run_gate
from index import build_index, models_dir, open_embedder
from index.types import KnowledgeIndex

pytestmark = pytest.mark.slow


@pytest.fixture
def released(packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """A data directory with the packaged content's index and the model, to be changed by a test."""
    cached = Path(str(pytestconfig.cache.mkdir("medinfo")))
    shutil.copytree(cached / "index", tmp_path / "index")
    (tmp_path / "models").symlink_to(models_dir(cached / "index"), target_is_directory=True)
    return tmp_path


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the packaged content."""
    folder = tmp_path / "content"
    for name in ("documents", "register"):
        shutil.copytree(packaged_corpus_dir() / name, folder / name)
    shutil.copy(packaged_corpus_dir() / "glossary.yaml", folder / "glossary.yaml")
    return folder


def release(data_dir: Path, corpus_dir: Path) -> Settings:
    """Build the index of changed content in place of the old one (only what changed is embedded)."""
    settings = Settings(data_dir=data_dir, corpus_dir=corpus_dir)
    build_index(
        load_corpus(corpus_dir), settings.index_dir, open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    )
    return settings


def judge(settings: Settings, system: str = "ours") -> GateResult:
    return run_gate(settings, small=True, system=system)


def test_the_packaged_content_passes(released: Path) -> None:
    result = judge(Settings(data_dir=released))
    assert result.missed == ()
    assert gate_in_words(result).endswith("gate passed")


def test_a_missing_lexical_arm_is_a_look_up_that_fails(released: Path) -> None:
    result = judge(Settings(data_dir=released), "without-bm25")
    assert {"retrieval.rr", "retrieval.recall_at_10"} <= set(result.missed)
    assert "MISSED  retrieval: reciprocal rank" in gate_in_words(result)


def test_an_emptied_glossary_is_incomplete_answers(released: Path, content: Path) -> None:
    (content / "glossary.yaml").write_text("id: glossary\nversion: '1'\nowner: nobody\n", encoding="utf-8")
    result = judge(release(released, content))
    assert "answers.complete" in result.missed
    assert "answers.coverage" in result.missed
    assert "content.figures_checked" not in result.missed


def test_a_number_altered_in_one_document_is_a_figure_unlike_the_facts(released: Path, content: Path) -> None:
    for path in (*(content / "documents").rglob("evd-oral-serd.md"), *(content / "register").rglob("evd-oral-serd.yaml")):
        text = path.read_text(encoding="utf-8")
        assert "17.1% of patients with imlunestrant alone" in text
        changed = text.replace("17.1% of patients with imlunestrant alone", "11.7% of patients with imlunestrant alone")
        path.write_text(changed, encoding="utf-8")
    result = judge(release(released, content))
    assert result.missed == ("content.figures_checked",)
    assert "11.7 not among the figures of ember3" in gate_in_words(result)


@pytest.fixture
def deaf_vote(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The packaged weights with thresholds that no sentence reaches."""
    weights = vote.load_weights().model_copy(update={"threshold": 99.0, "question_threshold": 99.0})
    monkeypatch.setattr(vote, "load_weights", lambda: weights)
    yield


def test_a_raised_screening_threshold_is_safety_messages_not_caught(released: Path, deaf_vote: None) -> None:
    result = judge(Settings(data_dir=released))
    assert result.missed == ("screening.vote_sensitivity",)
    assert "MISSED  screening: safety messages that the second vote catches by itself" in gate_in_words(result)


def test_the_command_ends_with_one_when_a_threshold_is_missed(released: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(released))
    result = CliRunner().invoke(app, ["gate", "--small", "--system", "without-bm25"])
    assert result.exit_code == 1
    assert "retrieval.rr" in result.output.splitlines()[-1]
