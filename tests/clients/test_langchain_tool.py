"""The LangChain tool passes LangChain's own standard tests against the service, and shows what every client shows."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

from assistant.langchain import MedicalInformationTool, open_retriever
from assistant.settings import Settings
from tests.clients.conftest import QUESTIONS, Served
from tests.clients.expectations import check_text


class _Standard:
    """What the standard tests are about."""

    @pytest.fixture(autouse=True)
    def _open(self, served: Served) -> None:
        self._served = served

    @property
    def tool_constructor(self) -> type[BaseTool]:
        return MedicalInformationTool

    @property
    def tool_constructor_params(self) -> dict[str, Any]:
        return {"service": self._served.url, "api_key": self._served.key}

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return {"question": QUESTIONS["answer"]}


class TestStandardUnit(_Standard, ToolsUnitTests):
    """LangChain's standard unit tests."""


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:.*is not an async function.*")
class TestStandard(_Standard, ToolsIntegrationTests):
    """LangChain's standard integration tests."""


def invoke(tool: BaseTool, **arguments: Any) -> Any:
    """Call a tool as an agent does."""
    return tool.invoke({"type": "tool_call", "id": "1", "name": tool.name, "args": arguments})


@pytest.fixture
def tool(served: Served) -> MedicalInformationTool:
    """The tool with a valid key."""
    return MedicalInformationTool(service=served.url, api_key=served.key)


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer_citations_notice_and_decline(tool: BaseTool, served: Served, name: str) -> None:
    message = invoke(tool, question=QUESTIONS[name])
    check_text(served, name, message.content, message.artifact)


def test_a_conversation_goes_on(tool: BaseTool) -> None:
    first = invoke(tool, question=QUESTIONS["answer"]).artifact
    second = invoke(tool, question="Source for that?", conversation_id=first["conversation_id"]).artifact
    assert second["conversation_id"] == first["conversation_id"] and second["outcome"] == "answered"


def test_a_refusal_is_the_content_of_a_failed_call(served: Served) -> None:
    message = invoke(MedicalInformationTool(service=served.url, api_key="mik_wrong"), question="a")
    assert message.status == "error" and "API key is not valid" in message.content
    unreachable = invoke(MedicalInformationTool(service="http://127.0.0.1:9", api_key="k"), question="a")
    assert unreachable.status == "error" and "cannot be reached" in unreachable.content


def test_the_key_is_not_shown(tool: BaseTool, served: Served) -> None:
    assert served.key not in repr(tool)


def test_the_retriever_reads_the_built_index(packaged_index: Any, pytestconfig: pytest.Config) -> None:
    retriever = open_retriever(Settings(data_dir=pytestconfig.cache.mkdir("medinfo")), k=3)
    found = retriever.invoke("ESR1 testing at progression")
    assert len(found) == 3
    assert all(packaged_index.passages[document.id].text == document.page_content for document in found)
