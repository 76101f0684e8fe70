"""Keys and the sealing of case originals (AES-256-GCM).

A key comes from the environment (32 bytes as base64 or hex) or from a file that only its owner may read, made on first use.
Keys are never stored in the database or in a backup. Sealed bytes are `nonce (12) | ciphertext and tag`; the ids they belong
to are authenticated with them, so that an original cannot be moved to another case.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from assistant.errors import BadInput, Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
OWNER_ONLY = 0o600


def load_key(setting: SecretStr | None, path: Path, name: str) -> bytes:
    """Return the 32-byte key given in `setting`, else the one in `path`, made there (mode 0600) when there is none.

    Args:
        name: the environment variable to name in messages.
    """
    if setting is not None:
        return _decode(setting.get_secret_value(), name)
    if not path.exists():
        _create_key_file(path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise BadInput(f"The key file {path} can be read by others (mode {mode:o}): run chmod 600 {path}.")
    return _decode(path.read_text(encoding="ascii"), str(path))


def _decode(text: str, name: str) -> bytes:
    text = text.strip()
    for decode in (bytes.fromhex, lambda value: base64.b64decode(value, validate=True)):
        try:
            key = decode(text)
        except (ValueError, binascii.Error):
            continue
        if len(key) == KEY_BYTES:
            return key
    raise BadInput(f"{name} must hold {KEY_BYTES} bytes in hex or base64; make one with: openssl rand -hex {KEY_BYTES}")


def _create_key_file(path: Path) -> None:
    """Write a new key so that two processes starting together end up with the same one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY)
    try:
        os.write(handle, secrets.token_hex(KEY_BYTES).encode("ascii"))
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def derive_key(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose only, so that no two uses share one (HMAC-SHA256 as a key derivation, one block)."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()


class Sealer:
    """Seals and opens case originals with one key; `key_id` names the key without giving it away."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.key_id = hashlib.sha256(b"medinfo case key" + key).hexdigest()[:16]

    def seal(self, text: str, *, case_id: str, message_id: str) -> bytes:
        """Return the sealed text, bound to its case and message."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), _binding(case_id, message_id))

    def open(self, sealed: bytes, *, case_id: str, message_id: str) -> str:
        """Return the text; `Unavailable` when the key is another one or the bytes were changed or moved."""
        try:
            opened = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _binding(case_id, message_id))
        except InvalidTag as error:
            raise Unavailable("The original cannot be opened with this key: restore the key file that sealed it.") from error
        return opened.decode()


def _binding(case_id: str, message_id: str) -> bytes:
    return f"{case_id}|{message_id}".encode()
