"""Files that travel with a backup of the database: copied into the same zip with their checksums, put back in one go.

Nothing of a backup is trusted: a name that is not a plain path below one of the parts asked for, or a file that does not match
its checksum, refuses the whole backup before anything is touched. Links are not followed.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from assistant.errors import BadInput

Parts = Mapping[str, Path]
"""Where each part lies: the name it has in the backup to the file or folder on disk."""


def pack_files(bundle: zipfile.ZipFile, parts: Parts) -> dict[str, str]:
    """Write every file of the parts that exist to the zip; return SHA-256 by name, in order of names."""
    sums = {}
    for name, path in sorted(parts.items()):
        for file in sorted(_files_of(path)):
            inner = name if file == path else f"{name}/{file.relative_to(path).as_posix()}"
            body = file.read_bytes()
            bundle.writestr(inner, body)
            sums[inner] = hashlib.sha256(body).hexdigest()
    return sums


def unpack_files(bundle: zipfile.ZipFile, sums: Mapping[str, str], parts: Parts, folder: Path) -> None:
    """Write the files of a backup below `folder` and check each.

    Raises:
        BadInput: a name does not belong to a part, or a file does not match its checksum.
    """
    for name, expected in sums.items():
        if not _belongs(name, parts):
            raise BadInput(f"The backup holds {name!r}, which is no file of medinfo: it was not made by `medinfo backup`.")
        body = bundle.read(name)
        if hashlib.sha256(body).hexdigest() != expected:
            raise BadInput(f"The backup is damaged: {name} does not match its checksum.")
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)


def place_files(folder: Path, parts: Parts, at: datetime) -> list[Path]:
    """Move what was unpacked to where it belongs; what was there is kept beside it. Return the paths that were set aside."""
    aside = []
    for name, path in sorted(parts.items()):
        if not (folder / name).exists():
            continue
        if path.exists():
            kept = path.with_name(f"{path.name}.before-restore-{at:%Y%m%dT%H%M%S}")
            path.rename(kept)
            aside.append(kept)
        path.parent.mkdir(parents=True, exist_ok=True)
        (folder / name).rename(path)
    return aside


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        return [file for file in path.rglob("*") if file.is_file() and not file.is_symlink()]
    return [path] if path.is_file() else []


def _belongs(name: str, parts: Parts) -> bool:
    pure = PurePosixPath(name)
    is_plain = not pure.is_absolute() and ".." not in pure.parts and "\\" not in name and str(pure) == name
    return is_plain and pure.parts[0] in parts
