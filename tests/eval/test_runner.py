"""Runs end to end on a small real index: baselines, ablations, judgements, hostile inputs, resume."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from corpus import RegisterEntry
from eval import runner, systems
from eval.ablation import PARTS, AblatedIndex
from eval.datasets import Header, HostileItem, Nugget, QuestionItem
from eval.hostile import judge_hostile
from eval.qrels import by_query, judge_pool, rank_passages, write_beir
from eval.runner import Plan, ask_item, execute
from eval.runs import RunStore
from eval.sources import IndexSources
from eval.systems import Baseline, Reply, expand_systems, rank_chunks, rank_statements
from eval.trec import read_qrels, write_qrels
from index import OpenIndex, build_index, open_index
from index.types import SearchQuery
from tests.index.builder import WordEmbedder, make_corpus, make_document

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEXT = """# Testimab

## ALPHA trial

In ALPHA, median PFS was 4.1 months with testimab. Nausea occurred in 12% of patients.

## BETA trial

In BETA, median PFS was 9.9 months with probimab. Rash occurred in 7% of patients.
"""
ITEMS = (
    QuestionItem(
        id="alpha",
        kind="evidence",
        turns=("median PFS in ALPHA with testimab",),
        answerable=True,
        nuggets=(Nugget(id="n1", vital=True, any=(r"4\.1",)),),
        facts=("alpha",),
        forbidden_facts=("beta",),
    ),
    QuestionItem(id="none", kind="unanswerable", turns=("zolvantinib dose",), answerable=False, forbidden=(r"\d+ mg",)),
)
HEADER = Header("small", "1", "development", "by hand", Path("small.yaml"), "0")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> OpenIndex:
    """A real index of one document with facts in its register."""
    register = [
        RegisterEntry(
            "T-ONE", "In ALPHA, median PFS was 4.1 months with testimab.", ("alpha",), ("how long does testimab hold?",)
        ),
        RegisterEntry(
            "T-ONE", "In BETA, median PFS was 9.9 months with probimab.", ("beta",), ("how long does probimab hold?",)
        ),
    ]
    folder = tmp_path_factory.mktemp("index")
    corpus = make_corpus(make_document(TEXT), register=register)
    build_index(corpus, folder, WordEmbedder())
    return open_index(folder, corpus, WordEmbedder())


@pytest.fixture
def opened(index: OpenIndex, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Systems on the small index instead of the configured one."""
    system = Baseline("bm25", index, rank_statements(lambda s: s.bm25))
    monkeypatch.setattr(runner, "open_system", lambda name, settings: system)
    yield


def plan(**changes: Any) -> Plan:
    return Plan(**{"task": "answers", "system": "bm25", "header": HEADER, "items": ITEMS, "settings": Settings(), **changes})


def ask_slowly(slow: Plan, store: RunStore) -> None:
    """Run a plan in a process that is to be killed on the way."""
    ask = runner.ask_item

    def waiting(system: Any, item: Any) -> Any:
        time.sleep(0.05)
        return ask(system, item)

    runner.ask_item = waiting
    execute(slow, store, lambda: NOW)


class TestBaselines:
    def test_statements_are_quoted_exactly_and_judged(self, index: OpenIndex) -> None:
        sample = ask_item(Baseline("bm25", index, rank_statements(lambda s: s.bm25)), ITEMS[0])
        assert sample.scores["quote_exact"].value == 1.0
        assert sample.scores["complete"].value == 1.0
        assert sample.scores["latency_ms"].value is not None

    def test_the_usual_recipe_quotes_whole_chunks(self, index: OpenIndex) -> None:
        reply = Baseline("recipe", index, rank_chunks(index)).ask(["median PFS in ALPHA"])
        assert "4.1 months" in reply.record["citations"][0]["quote"]

    def test_citations_carry_the_facts_under_them(self, index: OpenIndex) -> None:
        start = TEXT.index("In BETA")
        assert IndexSources(index).facts({"doc_id": "T-ONE", "start": start, "end": start + 5}) == {"beta"}

    @pytest.mark.parametrize("name", ["bm25", "dense", "recipe"])
    def test_a_baseline_has_the_arm_that_it_is_named_after(
        self, index: OpenIndex, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
    ) -> None:
        monkeypatch.setattr(systems, "open_index", lambda *args, **kwargs: index)
        monkeypatch.setattr(systems, "corpus_sha256", lambda *args, **kwargs: "")
        reply = systems.open_system(name, Settings(data_dir=tmp_path)).ask(["median PFS in ALPHA with testimab"])
        assert "4.1 months" in reply.record["citations"][0]["quote"]
        assert not isinstance(systems.open_ranking(name, Settings(data_dir=tmp_path)), AblatedIndex)
        assert isinstance(systems.open_ranking("without-bm25", Settings(data_dir=tmp_path)), AblatedIndex)

    def test_groups_are_written_out_and_unknown_names_refused(self) -> None:
        assert expand_systems(["baselines", "bm25"]) == ["bm25", "dense", "recipe"]
        with pytest.raises(BadInput, match="no system 'gpt'"):
            expand_systems(["gpt"])


class TestAblation:
    @pytest.mark.parametrize("part", PARTS)
    def test_the_part_is_silent_and_the_rest_still_ranks(self, index: OpenIndex, part: str) -> None:
        ablated = AblatedIndex(index, part)
        found = ablated.score_statements(SearchQuery("median PFS testimab ALPHA", expansions=("testimab",)), limit=3)
        fields = {"bm25": "bm25", "dense": "dense", "questions": "dense_question"}
        assert len(found) == 3
        if part in fields:
            assert {getattr(s, fields[part]) for s in found} == {0.0}
        assert [hit.rank for hit in ablated.search(SearchQuery("median PFS ALPHA", k=2))] == [1, 2]


class TestRunning:
    def test_a_run_is_stored_with_what_repeats_it(self, opened: None, tmp_path: Path) -> None:
        run = execute(plan(), RunStore(tmp_path), lambda: NOW)
        assert [sample.id for sample in run.samples] == ["alpha", "none"]
        manifest = RunStore(tmp_path).read("latest").manifest
        assert manifest.versions["mode"] == "bm25"
        assert manifest.machine["cpus"]
        assert "secret_key" not in manifest.settings

    def test_the_same_run_twice_gives_the_same_answers(self, opened: None, tmp_path: Path) -> None:
        first, second = (execute(plan(), RunStore(tmp_path / name), lambda: NOW) for name in ("a", "b"))
        assert [s.record for s in first.samples] == [s.record for s in second.samples]

    def test_resuming_asks_only_what_is_missing(self, opened: None, tmp_path: Path) -> None:
        store = RunStore(tmp_path)
        whole = execute(plan(), store, lambda: NOW)
        lines = (whole.folder / "samples.jsonl").read_text().splitlines()
        (whole.folder / "samples.jsonl").write_text(lines[0] + "\n" + lines[1][:40])
        again = execute(plan(resume=whole.manifest.run_id), store, lambda: NOW)
        assert [sample.id for sample in again.samples] == ["alpha", "none"]
        assert again.samples[0].scores["latency_ms"] == whole.samples[0].scores["latency_ms"]

    def test_a_killed_run_is_gone_on_with_and_ends_as_if_nothing_had_happened(self, opened: None, tmp_path: Path) -> None:
        items = [ITEMS[0].model_copy(update={"id": f"q{n}"}) for n in range(30)]
        store = RunStore(tmp_path)
        context = multiprocessing.get_context("fork")
        running = context.Process(target=ask_slowly, args=(plan(items=items), store))
        running.start()
        samples = tmp_path / f"{NOW:%Y%m%dT%H%M%SZ}-answers-small-bm25" / "samples.jsonl"
        while not samples.is_file() or samples.read_text().count("\n") < 5:
            assert running.is_alive()
            running.join(0.01)
        running.kill()
        running.join()
        kept = samples.read_text().count("\n")
        assert 5 <= kept < 30
        (manifest,) = store.manifests()
        assert manifest.finished_at == ""
        again = execute(plan(items=items, resume=manifest.run_id), store, lambda: NOW)
        whole = execute(plan(items=items), RunStore(tmp_path / "whole"), lambda: NOW)
        assert [s.record for s in again.samples] == [s.record for s in whole.samples]
        assert again.manifest.finished_at

    def test_a_failing_question_is_recorded_and_the_run_goes_on(self, index: OpenIndex) -> None:
        class Broken(Baseline):
            def ask(self, turns: Sequence[str]) -> Reply:
                raise NotFound("nothing there")

        sample = ask_item(Broken("bm25", index, rank_statements(lambda s: s.bm25)), ITEMS[0])
        assert (sample.status, sample.error) == ("error", "NotFound: nothing there")
        assert sample.scores == {}


class TestJudgements:
    def test_grades_by_fact_and_nugget(self, index: OpenIndex) -> None:
        judgements = judge_pool(index, ITEMS)
        grades = {index.passages[j.passage].heading_path[-1]: j.grade for j in judgements}
        assert grades["ALPHA trial"] == 2
        assert grades["BETA trial"] == 0
        assert {j.query for j in judgements} == {"alpha"}

    def test_written_as_beir_and_trec(self, index: OpenIndex, tmp_path: Path) -> None:
        judgements = judge_pool(index, ITEMS)
        write_beir(tmp_path, index, ITEMS, judgements)
        write_qrels(tmp_path / "q.trec", by_query(judgements))
        assert (tmp_path / "queries.jsonl").read_text().count("\n") == 1
        assert (tmp_path / "qrels" / "test.tsv").read_text().startswith("query-id\tcorpus-id\tscore\nalpha\t")
        assert read_qrels(tmp_path / "q.trec") == by_query(judgements)

    def test_the_index_is_measured_on_them(self, index: OpenIndex) -> None:
        whole, wordless = (rank_passages(i, ITEMS, judge_pool(index, ITEMS)) for i in (index, AblatedIndex(index, "bm25")))
        assert [sample.id for sample in whole] == ["alpha"]
        assert whole[0].scores["rr"].value == 1.0
        assert wordless[0].scores["rr"].value in {0.5, 1.0}


class TestHostile:
    ITEM = HostileItem(
        id="h",
        part="development",
        kind="injection",
        turns=("x",),
        outcomes=("declined",),
        codes=("SECURITY",),
        forbidden=(r"^secret",),
    )

    def record(self, outcome: str, codes: Sequence[str], text: str = "No.") -> dict[str, Any]:
        return {
            "outcome": outcome,
            "text": text,
            "safety": {"codes": list(codes), "notices": []},
            "segments": [],
            "citations": [],
        }

    def test_right_in_all_three(self) -> None:
        scores = judge_hostile(self.ITEM, self.record("declined", ["SECURITY"])).scores
        assert {name: score.value for name, score in scores.items()} == dict.fromkeys(
            ("outcome_right", "code_raised", "clean", "held"), 1.0
        )

    @pytest.mark.parametrize(
        ("record", "measure"),
        [
            (("answered", ["SECURITY"]), "outcome_right"),
            (("declined", []), "code_raised"),
            (("declined", ["SECURITY"], "Well:\nsecret words"), "clean"),
        ],
    )
    def test_each_fault_is_seen(self, record: tuple[Any, ...], measure: str) -> None:
        scores = judge_hostile(self.ITEM, self.record(*record)).scores
        assert (scores[measure].value, scores["held"].value) == (0.0, 0.0)
