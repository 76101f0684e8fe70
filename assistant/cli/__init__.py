"""The `medinfo` command. Sub-commands are entry points of the group `medinfo.commands`, each loaded only when it is called.

Exit codes: 0 done, 1 a check or gate failed, 2 bad input or usage. Errors are one line on stderr that says what to do.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from assistant.errors import AssistantError

# Set before any library that reads them is imported: nothing is fetched at run time and nothing is reported home.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# Products of a few thousand rows gain nothing from threads, and lose ten times over where the processors are shared.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# What a command reads when it starts stays until it ends; the default would look through it hundreds of times.
gc.set_threshold(100_000, 50, 100)

COMMAND_GROUP = "medinfo.commands"


class CommandGroup(TyperGroup):
    """A group whose commands are entry points (a Typer app each)."""

    def _entry_points(self) -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group=COMMAND_GROUP)}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the command names in alphabetical order."""
        return sorted(self._entry_points())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and return one command; None when there is no such entry point."""
        point = self._entry_points().get(cmd_name)
        if point is None:
            return None
        command = typer.main.get_command(point.load())
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"medinfo, version {version('medinfo-assistant')}")
        raise typer.Exit


@app.callback()
def group(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Medical information assistant: cited answers, safety capture, governed content, evaluation.

    Example: medinfo ask "What are the limitations of SERDs?"
    """


def main() -> None:
    """Run the command line; known errors become one line on stderr and exit code 2."""
    try:
        app(prog_name="medinfo")
    except AssistantError as error:
        print(f"medinfo: {error.message}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
