"""Ids: unguessable, safe in an address, and for cases short enough to be read out on the phone."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable

# Crockford's base 32: no I, L, O or U, so that nothing is misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_SYMBOLS = 20
CASE_SYMBOLS = 10

NewId = Callable[[str], str]


def new_id(prefix: str) -> str:
    """Return a new id such as `ans_7k3m9qxd…`; for the prefix `MI`, a case number such as `MI-7K3M9-QXD20`."""
    if prefix == "MI":
        symbols = _symbols(CASE_SYMBOLS)
        return f"MI-{symbols[:5]}-{symbols[5:]}"
    return f"{prefix}_{_symbols(ID_SYMBOLS).lower()}"


def derived_id(prefix: str, *parts: str) -> str:
    """Return the same id for the same parts, so that what a client sends twice is stored once."""
    digest = hashlib.sha256("\x00".join(parts).encode()).hexdigest()
    return f"{prefix}_{digest[:ID_SYMBOLS]}"


def _symbols(count: int) -> str:
    # 32 symbols, so the low five bits of a random byte pick one without bias.
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(count))
