"""The vault keeps to its standards, so that what any release sealed is opened by the next, whatever library does the work."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chalicelib.storage import vault

ROOT = bytes.fromhex("5b" * 32)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_VAULT_KEY", ROOT.hex())
    vault._roots.cache_clear()
    vault._key_for.cache_clear()


def derived(info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=info).derive(ROOT)


def test_keys_are_derived_as_rfc_5869_says() -> None:
    """Its third example has no salt and no info; of its 42 bytes the first 32 are one step."""
    made = vault._derived(b"\x0b" * 22, b"")
    assert made.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert vault._key_for("seal", 1) == derived(b"shounuo seal 1")


def test_another_implementation_of_aes_gcm_opens_what_is_sealed_and_is_opened() -> None:
    theirs = AESGCM(derived(b"shounuo seal 1"))
    sealed = vault.seal("138 0000 0000", "phone")
    raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    assert raw[:1] == b"\x01"
    assert theirs.decrypt(raw[1:13], raw[13:], b"phone").decode() == "138 0000 0000"
    made = b"\x01" + b"n" * 12 + theirs.encrypt(b"n" * 12, "电话".encode(), b"phone")
    assert vault.unseal(base64.urlsafe_b64encode(made).decode(), "phone") == "电话"


def test_nothing_is_opened_that_was_changed_cut_short_or_is_something_else() -> None:
    sealed = vault.seal("138", "phone")
    raw = bytearray(base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4)))
    for at in range(len(raw)):
        changed = bytes(raw[:at]) + bytes([raw[at] ^ 1]) + bytes(raw[at + 1 :])
        with pytest.raises(vault.Unreadable):
            vault.unseal(base64.urlsafe_b64encode(changed).decode(), "phone")
    for length in range(len(raw)):
        with pytest.raises(vault.Unreadable):
            vault.unseal(base64.urlsafe_b64encode(bytes(raw[:length])).decode(), "phone")
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed, "secret of an app")
    assert vault.unseal(vault.seal("", "phone"), "phone") == ""
