"""The assistant for LangChain programs: a retriever over the built index, and a tool that asks a running service.

The tool goes through the service, so that questions are screened, stored and audited like any others and a report opens a case.
The retriever reads documents only: it answers nothing and records nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
from langchain_core.tools import BaseTool, ToolException
from langchain_core.tools.base import ArgsSchema
from pydantic import BaseModel, Field, SecretStr

from assistant.settings import Settings
from corpus import corpus_sha256
from index import open_index
from index.langchain import PassageRetriever

Json = dict[str, Any]
MODEL_ID = "medinfo"
TIMEOUT_S = 60.0

__all__ = ["MedicalInformationTool", "PassageRetriever", "open_retriever"]


class AskInput(BaseModel):
    """What the tool takes."""

    question: str = Field(description="the question of a healthcare professional, in the asker's own words")
    conversation_id: str | None = Field(default=None, description="of the answer that this question follows")


class MedicalInformationTool(BaseTool):
    """Asks the service. The content is the whole text to show (notices, answer, sources); the artifact is the answer as JSON.

    A refusal (wrong key, too many questions, service down) comes back as the content of a failed call.
    """

    name: str = "ask_medical_information"
    description: str = (
        "Answers a question of a healthcare professional with cited statements of approved documents, or declines. Show the "
        "text unchanged, notices first. Send reports of what happened to a patient here too, in the asker's own words."
    )
    args_schema: ArgsSchema | None = AskInput
    response_format: str = "content_and_artifact"  # type: ignore[assignment]
    handle_tool_error: bool | str | Callable[[ToolException], str] | None = True
    service: str = Field(description="address of the service, for example https://medinfo.example.org")
    api_key: SecretStr = Field(description="API key with the scope ask")
    timeout_s: float = Field(default=TIMEOUT_S, gt=0, description="time an answer may take")

    def _run(self, question: str, conversation_id: str | None = None, **_: Any) -> tuple[str, Json]:
        try:
            with httpx.Client(timeout=self.timeout_s) as http:
                return _read(http.post(self._url, json=_body(question, conversation_id), headers=self._headers))
        except httpx.HTTPError as error:
            raise ToolException(f"The medical information service cannot be reached: {type(error).__name__}.") from error

    async def _arun(self, question: str, conversation_id: str | None = None, **_: Any) -> tuple[str, Json]:
        try:
            async with httpx.AsyncClient(timeout=self.timeout_s) as http:
                return _read(await http.post(self._url, json=_body(question, conversation_id), headers=self._headers))
        except httpx.HTTPError as error:
            raise ToolException(f"The medical information service cannot be reached: {type(error).__name__}.") from error

    @property
    def _url(self) -> str:
        return self.service.rstrip("/") + "/v1/chat/completions"

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.api_key.get_secret_value()}"}


def open_retriever(settings: Settings | None = None, k: int = 5) -> PassageRetriever:
    """Return a retriever over the built index; documents that may not be served on the day are left out.

    Args:
        settings: where the index is; the environment's when left out.
        k: number of passages.

    Raises:
        IndexProblem: there is no index, or it does not fit the documents.
    """
    chosen = settings or Settings()
    index = open_index(chosen.index_dir, corpus_sha256(chosen.corpus_dir), model=chosen.embedding_model)
    return PassageRetriever(index=index, k=k, market=chosen.market, today=lambda: datetime.now(UTC).date())


def _body(question: str, conversation_id: str | None) -> Json:
    body: Json = {"model": MODEL_ID, "messages": [{"role": "user", "content": question}]}
    return body if conversation_id is None else body | {"metadata": {"conversation_id": conversation_id}}


def _read(response: httpx.Response) -> tuple[str, Json]:
    try:
        body = response.json()
        if response.is_success:
            return body["choices"][0]["message"]["content"], body["medinfo"]
        message = body["error"]["message"]
    except (ValueError, LookupError, TypeError) as error:
        raise ToolException(f"The medical information service sent no answer (status {response.status_code}).") from error
    raise ToolException(str(message))
