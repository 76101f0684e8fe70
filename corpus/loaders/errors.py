"""Why a file cannot be brought in. Every refusal says what to do; nothing of a refused file is kept."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The kinds of refusal, as they stand in the JSON report."""

    UNSUPPORTED = "unsupported"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    EMPTY = "empty"
    NEEDS_OCR = "needs_ocr"
    TOO_LARGE = "too_large"
    HOSTILE = "hostile"
    TIMEOUT = "timeout"


class LoadRefused(Exception):
    """A file that is not brought in: `refusal` for programs, the message for people with the remedy."""

    def __init__(self, refusal: Refusal, message: str) -> None:
        self.refusal = refusal
        self.message = message
        super().__init__(message)
