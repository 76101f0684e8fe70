"""Parses a file in a process of its own with limits on memory, time and output, without network and without other files.

What a hostile file does to a parser ends there: the caller gets a document or a refusal that says what to do, always within the
time limit.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.loaders.child import REFUSED_CODE
from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.reading import MAX_FILE_BYTES
from corpus.loaders.types import ParsedDocument

CHILD = "corpus.loaders.child"


@dataclass(frozen=True, slots=True)
class Limits:
    """What parsing one file may take."""

    memory_bytes: int = 2 * 2**30
    cpu_s: int = 240
    wall_s: float = 900.0
    output_bytes: int = 64 * 2**20


def parse_file(path: Path, limits: Limits | None = None) -> ParsedDocument:
    """Return the normalised document in a file.

    Raises:
        LoadRefused: with the kind of refusal and the remedy; nothing was written anywhere.
    """
    allowed = limits or Limits()
    _check_path(path)
    with path.open("rb") as source, tempfile.TemporaryFile() as result:
        try:
            code = subprocess.run(
                [
                    sys.executable,
                    "-I",
                    "-m",
                    CHILD,
                    path.name,
                    str(allowed.memory_bytes),
                    str(allowed.cpu_s),
                    str(allowed.output_bytes),
                ],
                stdin=source,
                stdout=result,
                stderr=subprocess.DEVNULL,
                timeout=allowed.wall_s,
                cwd=tempfile.gettempdir(),
                env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "0", "LANG": "C.UTF-8"},
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise LoadRefused(
                Refusal.TIMEOUT, f"parsing took longer than {allowed.wall_s:g} s; split it or export it again"
            ) from error
        result.seek(0)
        return _result(code, result.read(allowed.output_bytes + 1), allowed)


def _check_path(path: Path) -> None:
    if not path.is_file():
        raise LoadRefused(Refusal.UNSUPPORTED, "not a file that can be read; name a file or a folder of files")
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise LoadRefused(Refusal.TOO_LARGE, f"larger than {MAX_FILE_BYTES // 2**20} MB; split it")


def _result(code: int, output: bytes, allowed: Limits) -> ParsedDocument:
    if code == 0:
        try:
            return TypeAdapter(ParsedDocument).validate_json(output)
        except ValidationError as error:
            raise LoadRefused(Refusal.BROKEN, "the file cannot be read; export it again") from error
    if code == REFUSED_CODE:
        told = json.loads(output)
        raise LoadRefused(Refusal(told["refusal"]), told["message"])
    if code == -signal.SIGXCPU:
        raise LoadRefused(
            Refusal.TIMEOUT, f"parsing took more than {allowed.cpu_s} s of processor time; split it or export it again"
        )
    if code in (-signal.SIGXFSZ, -signal.SIGKILL):
        raise LoadRefused(Refusal.TOO_LARGE, "it holds more text than one document may; split it")
    raise LoadRefused(Refusal.BROKEN, "the file cannot be read (the parser failed on it); export it again")
