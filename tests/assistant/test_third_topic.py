"""A topic that nobody thought of when the rules were written: a folder without register answers, abstains and keeps to itself."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from corpus import load_corpus, packaged_corpus_dir
from index import build_index, open_index
from index.types import KnowledgeIndex
from tests.assistant.test_second_topic import ask

DOCUMENT = """---
id: HF-DRUGS
title: Medicines for chronic heart failure
type: evidence
topic: heart-failure
version: "1.0"
status: approved
review: demonstration
effective_date: 2026-11-22
review_due: 2027-05-22
market: [US]
audience: hcp
owner: Medical Information
references:
  - {n: 1, citation: "US prescribing information of the products named"}
sources: ["Openly known facts"]
---
# Medicines for chronic heart failure

## Beta blockers
Carvedilol (Coreg), bisoprolol and metoprolol succinate are beta blockers used in heart failure.[^1]

### Dose of carvedilol
The starting dose of carvedilol in heart failure is 3.125 mg twice daily for two weeks.[^1]

### Route of carvedilol
Carvedilol tablets are taken by mouth with food.[^1]

## Sacubitril/valsartan
Sacubitril/valsartan is contraindicated in patients with a history of angioedema related to an ACE inhibitor or ARB.[^1]

### Boxed warning of sacubitril/valsartan
Sacubitril/valsartan has a boxed warning for fetal toxicity.[^1]

## SGLT2 inhibitors
Dapagliflozin (Farxiga) and empagliflozin (Jardiance) are SGLT2 inhibitors.[^1]

### Dose of dapagliflozin
The dose of dapagliflozin in heart failure is 10 mg orally once daily.[^1]
"""
GLOSSARY = """
id: glossary-heart-failure
version: "1.0"
owner: Medical Information
terms:
  - {id: heart_failure, preferred: heart failure, group: setting, forms: [HF, HFrEF, chronic heart failure]}
  - {id: beta_blocker, preferred: beta blocker, group: class, forms: [beta blockers, beta-blocker]}
  - {id: arni, preferred: ARNI, group: class, forms: [angiotensin receptor-neprilysin inhibitor]}
  - {id: sglt2i, preferred: SGLT2 inhibitor, group: class, forms: [SGLT2 inhibitors, SGLT2i]}
drugs:
  - {id: carvedilol, preferred: carvedilol, brands: [Coreg], classes: [beta_blocker]}
  - {id: bisoprolol, preferred: bisoprolol, classes: [beta_blocker]}
  - {id: metoprolol, preferred: metoprolol succinate, classes: [beta_blocker], forms: [metoprolol]}
  - {id: sacubitril_valsartan, preferred: sacubitril/valsartan, brands: [Entresto], classes: [arni], forms: [sacubitril]}
  - {id: dapagliflozin, preferred: dapagliflozin, brands: [Farxiga], classes: [sglt2i]}
  - {id: empagliflozin, preferred: empagliflozin, brands: [Jardiance], classes: [sglt2i]}
not_covered: {drugs: [vericiguat, ivabradine]}
"""
ANSWERED = [
    ("What is the starting dose of carvedilol?", "3.125 mg twice daily"),
    ("dose of dapagliflozin", "10 mg orally once daily"),
    ("Farxiga dose", "10 mg orally once daily"),
    ("How is carvedilol given?", "by mouth"),
    ("carvedilol with food?", "with food"),
    ("contraindications of Entresto", "angioedema"),
    ("Does sacubitril/valsartan have a boxed warning?", "fetal toxicity"),
    ("Which drugs are SGLT2 inhibitors?", "empagliflozin"),
]
DECLINED = [
    "What is the dose of bisoprolol?",
    "What is the dose of vericiguat?",
    "half-life of carvedilol",
    "boxed warning of dapagliflozin",
    "Does dapagliflozin treat breast cancer?",
]
OF_THE_FIRST = ["What are the limitations of SERDs?", "What was the PFS in EMERALD?", "How is fulvestrant given?"]


@pytest.fixture(scope="module")
def served(
    packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Assistant]:
    """The third topic alone, and beside the first one."""
    topic = tmp_path_factory.mktemp("topic")
    for name, text in (("documents/heart-failure/hf-drugs.md", DOCUMENT), ("glossaries/heart-failure.yaml", GLOSSARY)):
        (topic / name).parent.mkdir(parents=True)
        (topic / name).write_text(text, encoding="utf-8")
    return {
        "alone": _serve((topic,), tmp_path_factory.mktemp("alone"), packaged_index, None),
        "both": _serve((packaged_corpus_dir(), topic), tmp_path_factory.mktemp("both"), packaged_index, pytestconfig),
    }


def _serve(folders: tuple[Path, ...], folder: Path, packaged: KnowledgeIndex, config: pytest.Config | None) -> Assistant:
    if config is not None:
        shutil.copytree(config.cache.mkdir("medinfo") / "index", folder / "index")
    corpus = load_corpus(folders)
    build_index(corpus, folder / "index", packaged.embedder)
    settings = Settings(data_dir=folder, corpus_dir=folders[0], extra_corpus_dirs=folders[1:])
    return Assistant(open_index(folder / "index", corpus, packaged.embedder), settings)


def cited(answer: Answer) -> set[str]:
    return {citation.doc_id for citation in answer.citations}


@pytest.mark.parametrize("how", ["alone", "both"])
@pytest.mark.parametrize(("question", "expected"), ANSWERED)
def test_it_answers_from_its_own_document(served: dict[str, Assistant], how: str, question: str, expected: str) -> None:
    answer = ask(served[how], question)
    assert answer.outcome is Outcome.ANSWERED
    assert expected in answer.text
    assert cited(answer) == {"HF-DRUGS"}


@pytest.mark.parametrize("how", ["alone", "both"])
@pytest.mark.parametrize("question", DECLINED)
def test_what_it_does_not_state_is_declined(served: dict[str, Assistant], how: str, question: str) -> None:
    answer = ask(served[how], question)
    assert (answer.outcome, answer.citations) == (Outcome.DECLINED, ())


@pytest.mark.parametrize("question", OF_THE_FIRST)
def test_the_first_topic_is_answered_beside_it_only_and_from_its_own_documents(
    served: dict[str, Assistant], packaged_assistant: Assistant, question: str
) -> None:
    assert ask(served["alone"], question).outcome is Outcome.DECLINED
    together, before = ask(served["both"], question), ask(packaged_assistant, question)
    # How common a word is changes with the documents beside it, so what comes behind the first statements may change places.
    assert together.citations[0].quote == before.citations[0].quote
    assert "HF-DRUGS" not in cited(together)
