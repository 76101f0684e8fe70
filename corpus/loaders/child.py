"""The process that parses one file: the file on standard input, the result as JSON on standard output, nothing else.

Before a parser is imported, memory, processor time, files and output are limited, and an audit hook refuses connections,
programs, files opened for writing and files outside Python's own folders. Run by `corpus.loaders.sandbox` only.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import sysconfig
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.types import ParsedDocument

REFUSED_CODE = 3
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "urllib.",
    "http.",
    "ftplib.",
    "shutil.",
)


def main() -> None:
    """Parse what stands on standard input; arguments: name, memory in bytes, processor seconds, output bytes."""
    name, memory, seconds, output = sys.argv[1], *(int(value) for value in sys.argv[2:5])
    _limit(memory, seconds, output)
    from corpus.loaders.reading import parse_bytes

    _forbid_everything_else()
    try:
        parsed = parse_bytes(sys.stdin.buffer.read(), name)
    except LoadRefused as refused:
        _refuse(refused.refusal, refused.message)
    except MemoryError:
        _refuse(Refusal.TOO_LARGE, "it needs more memory than parsing may take; split it")
    except RecursionError:
        _refuse(Refusal.HOSTILE, "its parts are nested out of all measure; export it again")
    sys.stdout.buffer.write(TypeAdapter(ParsedDocument).dump_json(parsed))


def _refuse(refusal: Refusal, message: str) -> None:
    sys.stdout.write(json.dumps({"refusal": refusal.value, "message": message}))
    sys.stdout.flush()
    sys.exit(REFUSED_CODE)


def _limit(memory: int, seconds: int, output: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Python ignores this signal, and a result that is too long would look like a broken parser.
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _forbid_everything_else() -> None:
    readable = tuple({str(Path(path).resolve()) for path in (*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix)})
    own = str(Path(__file__).resolve().parents[1])

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is refused while a file is parsed")
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = arguments[0] if isinstance(arguments[0], str) else arguments[0].decode(errors="replace")
            is_written = any(letter in str(arguments[1] or "r") for letter in "wax+")
            if is_written or not str(Path(path).absolute()).startswith(
                (*readable, own, "/usr/", "/lib", "/etc/mime.types", "/proc/self")
            ):
                raise PermissionError(f"{path} is not opened while a file is parsed")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
