"""Keeps what is personal unreadable at rest, and findable all the same: sealing, and keyed hashes to look up by.

One key, SHOUNUO_VAULT_KEY, is the root of both; from it HKDF (RFC 5869) makes one key for each purpose. What is sealed is sealed
by AES-256-GCM (NIST SP 800-38D). What is sealed names what it is
(a telephone, the secret of an app), so that one thing cannot be passed off as another. The first byte says which generation of
keys sealed it: a second one can be added beside it before the old one goes.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import cache
from typing import Any

_GENERATION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16
_LOOKUP_BYTES = 18  # 144 bits: 24 signs


class Unreadable(Exception):
    """What was sealed cannot be opened: it was changed, is something else, or was sealed with another key."""


@cache
def _root() -> bytes:
    key = bytes.fromhex(os.environ.get("SHOUNUO_VAULT_KEY", ""))
    if len(key) < 32:
        raise RuntimeError("SHOUNUO_VAULT_KEY must hold at least 32 bytes in hexadecimal")
    return key


@cache
def _key_for(purpose: str) -> bytes:
    return _derived(_root(), f"shounuo {purpose} 1".encode())


def _derived(root: bytes, info: bytes) -> bytes:
    """32 bytes by RFC 5869 with SHA-256 and no salt: one step of its expansion is all that they take."""
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), root, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _cipher(nonce: bytes, what: str) -> Any:
    """AES-256-GCM with this nonce, `what` authenticated beside the text."""
    from Cryptodome.Cipher import AES  # here: most runs open and seal nothing

    cipher = AES.new(_key_for("seal"), AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
    cipher.update(what.encode())
    return cipher


def seal(text: str, what: str) -> str:
    """`text` made unreadable; `what` names what it is and is needed to open it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed, tag = _cipher(nonce, what).encrypt_and_digest(text.encode())
    return base64.urlsafe_b64encode(_GENERATION + nonce + sealed + tag).decode().rstrip("=")


def unseal(sealed: str, what: str) -> str:
    """What :func:`seal` made unreadable. Raises Unreadable."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        if raw[:1] != _GENERATION:
            raise Unreadable("an unknown generation")
        nonce, text, tag = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES : -_TAG_BYTES], raw[-_TAG_BYTES:]
        if len(raw) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise Unreadable("too short")
        opened: bytes = _cipher(nonce, what).decrypt_and_verify(text, tag)
        return opened.decode()
    except ValueError as error:  # what was changed, and what is no text
        raise Unreadable("not sealed by this key as this") from error


def lookup(what: str, text: str) -> str:
    """A keyed hash to look `text` up by: the same for the same text, and telling nothing without the key."""
    digest = hmac.new(_key_for(f"lookup {what}"), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_LOOKUP_BYTES]).decode().rstrip("=")


def phone_key(phone: str) -> str:
    """The keyed hash of a telephone, whatever stands between its digits."""
    return lookup("phone", "".join(sign for sign in phone if sign.isdigit()))
