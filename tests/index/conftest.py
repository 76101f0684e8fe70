"""Runs coroutine tests that come from elsewhere: LangChain's standard tests may not be overridden to mark them."""

from __future__ import annotations

import inspect

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the unmarked coroutine tests of this folder for pytest-asyncio."""
    for item in items:
        if item.path.parent.name == "index" and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio)
