"""Releases: built beside, judged, switched to, gone back from; refused ones leave what serves; killed ones too."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import BadInput, NotFound
from assistant.governance import ContentDesk, ReleaseRefused, Verdict, compare_parts, read_side, release_content, roll_back
from assistant.settings import Settings
from assistant.storage import AuditLog, Database
from corpus import CorpusError, read_ledger
from corpus.ledger import LiveLedger
from corpus.steps import Decision, Step
from index import open_index, read_current
from index.releases import live_release, read_releases
from index.types import Embedder, SearchQuery
from tests.corpus.builder import BODY, document_text, write_document
from tests.index.builder import WordEmbedder

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
KEY = bytes(range(32))
CHANGED = BODY.replace("12.5%", "13.5%")
PASSED = Verdict(True, "passed")


def passes(_folder: Path) -> Verdict:
    return PASSED


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """One approved document, embedded by words."""
    embedder: Embedder = WordEmbedder()
    monkeypatch.setattr("assistant.governance.releasing.open_embedder", lambda *_: embedder)
    write_document(tmp_path / "corpus", document_text())
    return Settings(data_dir=tmp_path / "data", corpus_dir=tmp_path / "corpus")


@pytest.fixture
def desk(settings: Settings) -> Iterator[ContentDesk]:
    settings.data_dir.mkdir()
    database = Database(settings.resolved_database_url)
    database.migrate()
    made = ContentDesk.of(settings, database, AuditLog(database, KEY), lambda: NOW)
    yield made
    database.close()


def release(settings: Settings, desk: ContentDesk, gate: object = passes) -> str:
    return release_content(settings, desk, gate, "Rob", clock=lambda: NOW).release_id  # type: ignore[arg-type]


def served(settings: Settings) -> str:
    index = open_index(settings.index_dir, embedder=WordEmbedder())
    return " ".join(statement.text for statement in index.statements.values())


def test_a_release_serves_and_is_on_record(settings: Settings, desk: ContentDesk) -> None:
    assert release(settings, desk) == "2026-03-01.1"
    assert "12.5%" in served(settings)
    live = live_release(settings.index_dir)
    assert live is not None
    assert (live.release_id, live.released_by, live.gate) == ("2026-03-01.1", "Rob", "passed")
    assert open_index(settings.index_dir, embedder=WordEmbedder()).manifest.release == "2026-03-01.1"


def test_the_gate_sees_the_candidate_while_the_old_release_serves(settings: Settings, desk: ContentDesk) -> None:
    release(settings, desk)
    write_document(settings.corpus_dir or Path(), document_text(CHANGED, version="2.0"))
    seen: list[str] = []

    def gate(folder: Path) -> Verdict:
        candidate = open_index(folder / "index", embedder=WordEmbedder())
        seen.extend([candidate.documents["T-ONE"].version, served(settings)])
        return PASSED

    release(settings, desk, gate)
    assert seen[0] == "2.0"
    assert "12.5%" in seen[1]
    assert "13.5%" in served(settings)
    assert not list(settings.data_dir.glob("candidate-*"))


def test_a_refused_release_leaves_what_serves_and_is_on_record(settings: Settings, desk: ContentDesk) -> None:
    release(settings, desk)
    before = read_current(settings.index_dir)
    write_document(settings.corpus_dir or Path(), document_text(CHANGED, version="2.0"))
    with pytest.raises(ReleaseRefused, match="recall"):
        release(settings, desk, lambda _folder: Verdict(False, "recall missed"))
    assert read_current(settings.index_dir) == before
    assert len(read_releases(settings.index_dir)) == 1
    assert len(list((settings.index_dir / "generations").iterdir())) == 1


def test_a_rollback_goes_back_and_what_was_withdrawn_stays_out(settings: Settings, desk: ContentDesk) -> None:
    release(settings, desk)
    write_document(settings.corpus_dir or Path(), document_text(CHANGED, version="2.0"))
    release(settings, desk)
    assert "13.5%" in served(settings)
    assert roll_back(settings, desk, "Rob", "wrong figure").release_id == "2026-03-01.1"
    assert "12.5%" in served(settings)
    with pytest.raises(BadInput, match="no earlier release"):
        roll_back(settings, desk, "Rob")
    assert roll_back(settings, desk, "Rob", to="2026-03-01.2").release_id == "2026-03-01.2"


def test_the_differences_of_two_releases_are_told_by_statement(settings: Settings, desk: ContentDesk) -> None:
    release(settings, desk)
    write_document(settings.corpus_dir or Path(), document_text(CHANGED + "\nA new sentence came.\n", version="2.0"))
    found = list(compare_parts(read_side("live", settings, desk), read_side("content", settings, desk)))
    assert [(each.change, each.doc_id) for each in found] == [
        ("front matter", "T-ONE"),
        ("changed", "T-ONE"),
        ("added", "T-ONE"),
    ]
    assert (found[0].section, found[0].before, found[0].after) == ("version", "1.0", "2.0")
    assert "12.5%" in found[1].before
    assert "13.5%" in found[1].after
    assert found[2].after == "A new sentence came."
    release(settings, desk)
    assert not list(compare_parts(read_side("live", settings, desk), read_side("content", settings, desk)))
    assert list(compare_parts(read_side("2026-03-01.1", settings, desk), read_side("live", settings, desk))) == found


def test_content_may_run_ahead_of_a_release(settings: Settings, desk: ContentDesk) -> None:
    release(settings, desk)
    write_document(settings.corpus_dir or Path(), document_text(CHANGED, version="2.0"))
    assert open_index(settings.index_dir, desk.corpus(), WordEmbedder()).documents["T-ONE"].version == "1.0"


def test_steps_are_on_record_with_their_decision(settings: Settings, desk: ContentDesk) -> None:
    waits: list[float] = []
    desk._wait = waits.append
    taken = desk.withdraw("T-ONE", Decision("Dan", NOW, "figure wrong"))
    assert [step.step for step in taken] == [Step.WITHDRAW]
    assert waits == [0.5]
    record = desk.history("T-ONE")[0]
    assert (record["by"], record["reason"], record["before"], record["after"]) == (
        "Dan",
        "figure wrong",
        "approved",
        "withdrawn",
    )
    assert desk._audit.verify().faults == ()


def test_a_lost_ledger_is_made_anew_from_the_audit_log(settings: Settings, desk: ContentDesk) -> None:
    desk._wait = lambda _seconds: None
    desk.withdraw("T-ONE", Decision("Dan", NOW, "figure wrong"))
    for step, name in ((Step.SUBMIT, "Ann"), (Step.APPROVE, "Ben"), (Step.APPROVE, "Cleo")):
        desk.take(step, "T-ONE", Decision(name, NOW))
    before = read_ledger(settings.ledger_path)
    settings.ledger_path.write_text("{")
    with pytest.raises(CorpusError, match="medinfo corpus recover"):
        read_ledger(settings.ledger_path)
    assert desk.recover() == before == read_ledger(settings.ledger_path)


@pytest.mark.slow
def test_a_release_killed_at_any_moment_leaves_the_old_one_serving(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """`kill -9` at points spread over the whole command; afterwards one whole release serves, and the next one succeeds."""
    models = Path(str(pytestconfig.cache.mkdir("medinfo"))) / "models"
    if models.is_dir():
        shutil.copytree(models, tmp_path / "data" / "models")
    write_document(tmp_path / "corpus", document_text())
    environment = os.environ | {"MEDINFO_DATA_DIR": str(tmp_path / "data"), "MEDINFO_CORPUS_DIR": str(tmp_path / "corpus")}
    command = [
        sys.executable,
        "-c",
        "from assistant.cli import main; main()",
        "corpus",
        "release",
        "--gate",
        "none",
        "--reason",
        "test",
    ]
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    whole_s = time.monotonic() - began
    index_dir = tmp_path / "data" / "index"
    for number, share in enumerate((0.3, 0.5, 0.65, 0.8, 0.9, 1.0), start=2):
        write_document(tmp_path / "corpus", document_text(BODY.replace("12.5%", f"{number}.5%"), version=f"{number}.0"))
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(share * whole_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        index = open_index(index_dir)
        live = live_release(index_dir)
        assert live is not None
        assert live.release_id == index.manifest.release
        assert index.documents["T-ONE"].text.count("5% of patients") == 1
    done = subprocess.run([*command, "--json"], env=environment, check=True, capture_output=True, text=True)
    assert json.loads(done.stdout)["released"] is True
    assert "7.5%" in open_index(index_dir).documents["T-ONE"].text


@pytest.mark.parametrize("left", ["2.0", None])
def test_withdrawing_takes_out_what_serves_though_the_folder_holds_another_version_or_none(
    settings: Settings, desk: ContentDesk, left: str | None
) -> None:
    write_document(settings.corpus_dir or Path(), document_text(id="T-TWO"), "two.md")
    release(settings, desk)
    path = next((settings.corpus_dir or Path()).glob("documents/*/t-one.md"))
    path.unlink() if left is None else path.write_text(document_text(CHANGED, version=left), encoding="utf-8")
    taken = desk.withdraw("t-one", Decision("Ada", NOW, "wrong figure"))
    assert [each.before.version for each in taken] == [version for version in (left, "1.0") if version]
    index = open_index(settings.index_dir, embedder=WordEmbedder(), ledger=LiveLedger(settings.ledger_path))
    assert {found.passage.doc_id for found in index.search(SearchQuery("how many did testimab help?", k=20))} == {"T-TWO"}
    with pytest.raises(BadInput, match="nothing to take out"):
        desk.withdraw("T-ONE", Decision("Ada", NOW, "again"))


def test_what_replaces_a_document_must_be_there(settings: Settings, desk: ContentDesk) -> None:
    with pytest.raises(NotFound, match="no document 'T-NONE'"):
        desk.take(Step.SUPERSEDE, "T-ONE", Decision("Ada", NOW, superseded_by="T-NONE"))
    write_document(settings.corpus_dir or Path(), document_text(id="T-TWO"), "two.md")
    with pytest.raises(NotFound, match="no version 9"):
        desk.take(Step.SUPERSEDE, "T-ONE", Decision("Ada", NOW, superseded_by="T-TWO@9"))
    taken = desk.take(Step.SUPERSEDE, "T-ONE", Decision("Ada", NOW, superseded_by="T-TWO@1.0"))
    assert taken.after.status.value == "superseded"
