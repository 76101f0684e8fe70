"""The assistant under test: what its record carries besides the contract's answer."""

from __future__ import annotations

from assistant.settings import Settings
from eval.answer_measures import judge_answer
from eval.datasets import QuestionItem
from eval.served import AssistantSystem
from index.types import KnowledgeIndex


def test_answers_that_came_from_approved_answers_are_told_apart(packaged_index: KnowledgeIndex) -> None:
    system = AssistantSystem("ours", packaged_index, Settings())
    found = []
    for text in ("What limits SERDs?", "What was median PFS in EMERALD?", "What is the capital of France?"):
        item = QuestionItem(id="q", kind="evidence", turns=(text,), answerable=True, nuggets=(), facts=())
        record = system.ask(item.turns).record
        found.append((record.get("approved_answer", {}).get("answer_id"), judge_answer(item, record, system.sources).scores))
    assert [scores["approved_answer"].value for _, scores in found] == [1.0, 0.0, None]
    assert [name for name, _ in found] == ["AA-SERD-LIMITATIONS", None, None]
