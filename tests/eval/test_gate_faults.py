"""The gate on the packaged content: it passes as released, and each of four faults is caught under the name of its measure.

Every fault is put into a copy of the content, into the settings or into the policy; nothing in the gate knows of it. Latency is
left out: the machine of a test may be busy.
"""

from __future__ import annotations

import shutil
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
BUSY = {"answers.latency_ms"}


def copy_release(cached: Path, folder: Path) -> Path:
    """A data directory with the packaged content's index and the model, to be changed by a test."""
    shutil.copytree(cached / "index", folder / "index")
    (folder / "models").symlink_to(models_dir(cached / "index"), target_is_directory=True)
    return folder


@pytest.fixture(scope="module")
def cached(packaged_index: KnowledgeIndex, pytestconfig: pytest.Config) -> Path:
    return Path(str(pytestconfig.cache.mkdir("medinfo")))


@pytest.fixture(scope="module")
def unfaulted(cached: Path, tmp_path_factory: pytest.TempPathFactory) -> GateResult:
    return run_gate(Settings(data_dir=copy_release(cached, tmp_path_factory.mktemp("released"))), small=True)


@pytest.fixture
def data_dir(cached: Path, tmp_path: Path) -> Path:
    return copy_release(cached, tmp_path)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the packaged content."""
    folder = tmp_path / "content-copy"
    for name in ("documents", "register"):
        shutil.copytree(packaged_corpus_dir() / name, folder / name)
    shutil.copy(packaged_corpus_dir() / "glossary.yaml", folder / "glossary.yaml")
    return folder


def release(data_dir: Path, corpus_dir: Path) -> Settings:
    """Build the index of changed content in place of the old one (only what changed is embedded)."""
    settings = Settings(data_dir=data_dir, corpus_dir=corpus_dir)
    embedder = open_embedder(settings.embedding_model, models_dir(settings.index_dir))
    build_index(load_corpus(corpus_dir), settings.index_dir, embedder)
    return settings


def caught(result: GateResult, unfaulted: GateResult) -> set[str]:
    """The measures that the fault alone brings below their limit."""
    return set(result.missed) - set(unfaulted.missed) - BUSY


def test_the_packaged_content_passes(unfaulted: GateResult) -> None:
    assert set(unfaulted.missed) <= BUSY
    assert {"answers", "hostile", "screening", "retrieval", "content"} == set(unfaulted.rows)


def test_a_missing_lexical_arm_is_a_look_up_that_fails(data_dir: Path, unfaulted: GateResult) -> None:
    result = run_gate(Settings(data_dir=data_dir), small=True, system="without-bm25")
    assert caught(result, unfaulted) >= {"retrieval.rr", "retrieval.recall_at_10"}
    assert "MISSED  retrieval: reciprocal rank" in gate_in_words(result)


def test_an_emptied_glossary_is_questions_not_answered(data_dir: Path, content: Path, unfaulted: GateResult) -> None:
    (content / "glossary.yaml").write_text("id: glossary\nversion: '1'\nowner: nobody\n", encoding="utf-8")
    result = run_gate(release(data_dir, content), small=True)
    assert caught(result, unfaulted) >= {"answers.coverage", "answers.nugget_recall_vital"}
    assert "MISSED  answers: answerable questions answered" in gate_in_words(result)


def test_a_number_altered_in_one_document_is_a_figure_unlike_the_facts(
    data_dir: Path, content: Path, unfaulted: GateResult
) -> None:
    for path in (*(content / "documents").rglob("evd-oral-serd.md"), *(content / "register").rglob("evd-oral-serd.yaml")):
        text = path.read_text(encoding="utf-8")
        assert "17.1% of patients with imlunestrant alone" in text
        changed = text.replace("17.1% of patients with imlunestrant alone", "11.7% of patients with imlunestrant alone")
        path.write_text(changed, encoding="utf-8")
    result = run_gate(release(data_dir, content), small=True)
    assert caught(result, unfaulted) == {"content.figures_checked"}
    assert "11.7 not among the figures of ember3" in gate_in_words(result)


def test_a_raised_screening_threshold_is_safety_messages_not_caught(
    data_dir: Path, unfaulted: GateResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = vote.load_weights().model_copy(update={"threshold": 99.0, "question_threshold": 99.0})
    monkeypatch.setattr(vote, "load_weights", lambda: weights)
    result = run_gate(Settings(data_dir=data_dir), small=True)
    assert "screening.vote_sensitivity" in caught(result, unfaulted)
    assert "MISSED  screening: safety messages that the second vote catches by itself" in gate_in_words(result)


def test_the_command_ends_with_one_when_a_threshold_is_missed(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDINFO_DATA_DIR", str(data_dir))
    result = CliRunner().invoke(app, ["gate", "--small", "--system", "without-bm25"])
    assert result.exit_code == 1
    assert "retrieval.rr" in result.output.splitlines()[-1]
