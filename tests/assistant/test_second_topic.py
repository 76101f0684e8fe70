"""A second topic is a folder: it answers from its own documents with no change in code, and neither topic answers the other."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.screening import screen
from assistant.settings import Settings
from assistant.types import Answer, Outcome, Question
from corpus import load_corpus, packaged_corpus_dir
from index import build_index, open_index
from index.types import KnowledgeIndex

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "plaque-psoriasis"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PSORIASIS = [
    ("What does secukinumab target?", "bind interleukin 17A"),
    ("Which drugs are IL-23 inhibitors?", "p19 subunit"),
    ("side effects of IL-17 inhibitors", "Candida infections"),
    ("Does Siliq have a boxed warning?", "suicidal ideation"),
    ("What did ECLIPSE compare?", "guselkumab with secukinumab"),
    ("what does PASI 90 mean", "at least 75% and 90%"),
    ("Is TB screening needed before IL-17 inhibitors?", "evaluated for tuberculosis"),
    ("bimekizumab mechanism", "interleukin 17F"),
    ("Which trial compared ixekizumab with ustekinumab?", "IXORA-S"),
    ("What is the route of administration of guselkumab?", "injected under the skin"),
    ("Is infliximab given intravenously?", "infused into a vein"),
    ("Is Cosentyx approved in the US?", "approved in the United States"),
    ("Do IL-17 inhibitors cause Crohn's disease?", "Inflammatory bowel disease"),
    ("Must TB be ruled out before guselkumab?", "evaluated for tuberculosis"),
    ("Does adalimumab block TNF?", "tumor necrosis factor"),
]
BREAST_CANCER = [
    "What are the limitations of SERDs?",
    "How is fulvestrant given?",
    "Is olaparib approved?",
    "What was the PFS in EMERALD?",
    "What is a visceral crisis?",
    "How common are ESR1 mutations after aromatase inhibitors?",
]
OF_NEITHER = [
    "Does apremilast cause diarrhea?",
    "What is the overall survival with guselkumab?",
    "PASI 90 with elacestrant",
    "What is the dose of ustekinumab?",
]


def ask(assistant: Assistant, text: str) -> Answer:
    screening = screen((text,))
    return assistant.answer(Question(screening.masked, "con", AT), screening)


@pytest.fixture(scope="module")
def assistants(
    packaged_index: KnowledgeIndex, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Assistant]:
    """The second topic alone, and both together; vectors of the first are taken over."""
    made = {}
    for name, folders in (("alone", (EXAMPLE,)), ("both", (packaged_corpus_dir(), EXAMPLE))):
        folder = tmp_path_factory.mktemp(name)
        if name == "both":
            shutil.copytree(Path(str(pytestconfig.cache.mkdir("medinfo"))) / "index", folder / "index")
        corpus = load_corpus(folders)
        build_index(corpus, folder / "index", packaged_index.embedder)
        index = open_index(folder / "index", corpus, packaged_index.embedder)
        made[name] = Assistant(index, Settings(data_dir=folder, corpus_dir=folders[0], extra_corpus_dirs=folders[1:]))
    return made


def topics(assistant: Assistant, answer: Answer) -> set[str]:
    return {"plaque-psoriasis" if citation.doc_id.startswith("PSO-") else "hr-her2-mbc" for citation in answer.citations}


@pytest.mark.parametrize("served", ["alone", "both"])
@pytest.mark.parametrize(("question", "expected"), PSORIASIS)
def test_the_second_topic_answers_from_its_own_documents(
    assistants: dict[str, Assistant], served: str, question: str, expected: str
) -> None:
    answer = ask(assistants[served], question)
    assert answer.outcome is Outcome.ANSWERED
    assert expected in answer.text
    assert topics(assistants[served], answer) == {"plaque-psoriasis"}
    assert "OUT-OF-SCOPE" not in answer.safety.codes


@pytest.mark.parametrize("question", BREAST_CANCER)
def test_the_first_topic_answers_beside_it_as_it_does_alone(
    assistants: dict[str, Assistant], packaged_assistant: Assistant, question: str
) -> None:
    together, alone = ask(assistants["both"], question), ask(packaged_assistant, question)
    assert together.outcome is Outcome.ANSWERED
    assert topics(assistants["both"], together) == {"hr-her2-mbc"}
    assert [citation.quote for citation in together.citations] == [citation.quote for citation in alone.citations]


@pytest.mark.parametrize("question", BREAST_CANCER)
def test_the_second_topic_alone_declines_what_the_first_one_answers(assistants: dict[str, Assistant], question: str) -> None:
    answer = ask(assistants["alone"], question)
    assert answer.outcome is Outcome.DECLINED
    assert answer.citations == ()


@pytest.mark.parametrize("question", [question for question, _ in PSORIASIS if question != "Which drugs are IL-23 inhibitors?"])
def test_the_first_topic_alone_declines_what_the_second_one_answers(packaged_assistant: Assistant, question: str) -> None:
    answer = ask(packaged_assistant, question)
    assert answer.outcome is Outcome.DECLINED
    assert answer.citations == ()


@pytest.mark.parametrize("question", OF_NEITHER)
def test_what_neither_topic_states_is_declined(assistants: dict[str, Assistant], question: str) -> None:
    assert ask(assistants["both"], question).outcome is Outcome.DECLINED
