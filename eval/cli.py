"""`medinfo eval`: the list of its sub-commands. Each is a Typer application in `eval.commands`, imported when it is called.

To add one: write `eval/commands/<name>.py` with a Typer application, and add its line to `COMMANDS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

COMMANDS: Mapping[str, str] = {
    "ablation": "eval.commands.ablation:app",
    "answers": "eval.commands.answers:app",
    "bench": "eval.commands.bench:app",
    "calibrate": "eval.commands.calibrate:app",
    "compare": "eval.commands.compare:app",
    "datasets": "eval.commands.datasets:app",
    "gate": "eval.commands.gate:app",
    "grounding": "eval.commands.grounding:app",
    "hostile": "eval.commands.answers:hostile_app",
    "judge": "eval.commands.judge:app",
    "list": "eval.commands.list:app",
    "passages": "eval.commands.passages:app",
    "qrels": "eval.commands.qrels:app",
    "retrieval": "eval.commands.retrieval:app",
    "screening": "eval.commands.screening:app",
    "show": "eval.commands.show:app",
    "trec": "eval.commands.trec:app",
}


class Registry(TyperGroup):
    """A group whose commands are the modules of `COMMANDS`."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in alphabetical order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and return one command; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = typer.main.get_command(getattr(import_module(module), name))
        command.name = cmd_name
        return command


app = typer.Typer(cls=Registry, no_args_is_help=True, help="Measure retrieval, answers and screening; compare runs.")


@app.callback()
def evaluate() -> None:
    """Measure retrieval, answers and screening; compare runs."""
