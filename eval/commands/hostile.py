"""`medinfo eval hostile` (the command lives beside `answers`, which runs it)."""

from __future__ import annotations

from eval.commands.answers import hostile_app as app

__all__ = ["app"]
