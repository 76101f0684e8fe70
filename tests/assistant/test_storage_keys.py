"""Keys: where they come from, who may read them, and what a sealed original withstands."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.errors import BadInput, Unavailable
from assistant.storage import Sealer, derive_key, load_key
from tests.assistant.storage_tools import KEY, sealer


def test_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "case.key"
    first = load_key(None, path, "MEDINFO_CASE_KEY")
    assert len(first) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(None, path, "MEDINFO_CASE_KEY") == first


def test_starting_together_gives_one_key(tmp_path: Path) -> None:
    path = tmp_path / "case.key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: load_key(None, path, "MEDINFO_CASE_KEY"), range(16)))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["case.key"]


def test_key_file_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.key"
    load_key(None, path, "MEDINFO_CASE_KEY")
    path.chmod(0o640)
    with pytest.raises(BadInput, match="chmod 600"):
        load_key(None, path, "MEDINFO_CASE_KEY")


@pytest.mark.parametrize("text", [KEY.hex(), base64.b64encode(KEY).decode(), f" {KEY.hex()}\n"])
def test_key_from_the_environment(tmp_path: Path, text: str) -> None:
    assert load_key(SecretStr(text), tmp_path / "unused", "MEDINFO_CASE_KEY") == KEY
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("text", ["", "short", KEY.hex()[:-2], "zz" * 32])
def test_unsuitable_keys_are_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_key(SecretStr(text), tmp_path / "unused", "MEDINFO_CASE_KEY")
    assert "openssl rand" in caught.value.message
    assert not text or text not in caught.value.message


@given(st.text())
def test_sealed_text_comes_back(text: str) -> None:
    sealed = sealer().seal(text, case_id="MI-1", message_id="msg_1")
    assert sealer().open(sealed, case_id="MI-1", message_id="msg_1") == text


def test_sealed_text_cannot_be_moved_changed_or_opened_with_another_key() -> None:
    sealed = sealer().seal("Jane Roe", case_id="MI-1", message_id="msg_1")
    assert b"Jane" not in sealed
    assert sealed != sealer().seal("Jane Roe", case_id="MI-1", message_id="msg_1")
    with pytest.raises(Unavailable):
        sealer().open(sealed, case_id="MI-2", message_id="msg_1")
    with pytest.raises(Unavailable):
        sealer().open(sealed[:-1] + bytes([sealed[-1] ^ 1]), case_id="MI-1", message_id="msg_1")
    with pytest.raises(Unavailable):
        Sealer(bytes(32)).open(sealed, case_id="MI-1", message_id="msg_1")


def test_purposes_never_share_a_key() -> None:
    assert derive_key(KEY, "tokens") != derive_key(KEY, "chain heads") != KEY
