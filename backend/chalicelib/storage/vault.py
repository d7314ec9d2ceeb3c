"""Keeps what is personal unreadable at rest, and findable all the same: sealing, and keyed hashes to look up by.

One key of SHOUNUO_VAULT_KEY is the root of both; from it HKDF (RFC 5869) makes one key for each purpose. What is sealed is sealed
by AES-256-GCM (NIST SP 800-38D). What is sealed names what it is
(a telephone, the secret of an app), so that one thing cannot be passed off as another.

While a new root takes an old one's place (:mod:`chalicelib.domain.keyring`) there are several. The first byte of what is sealed
says which generation sealed it; a keyed hash says it before a dot, but for the first, which says nothing. The root in front seals
and is looked up by, every other one still opens, and pointers stand under the hashes of all of them.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import cache
from typing import Any

from chalicelib.domain.keyring import keys_in

_NONCE_BYTES = 12
_TAG_BYTES = 16
_LOOKUP_BYTES = 18  # 144 bits: 24 signs


class Unreadable(Exception):
    """What was sealed cannot be opened: it was changed, is something else, or was sealed with another key."""


@cache
def _roots() -> dict[int, bytes]:
    """The roots by generation, the one in use first."""
    name = "SHOUNUO_VAULT_KEY"
    return {key.generation: key.secret for key in keys_in(os.environ.get(name, ""), name)}


def generation() -> int:
    """The generation of the root in use."""
    return next(iter(_roots()))


def generations() -> tuple[int, ...]:
    """The generations of all roots that are there, the one in use first."""
    return tuple(_roots())


@cache
def _key_for(purpose: str, generation: int) -> bytes:
    return _derived(_roots()[generation], f"shounuo {purpose} 1".encode())


def _derived(root: bytes, info: bytes) -> bytes:
    """32 bytes by RFC 5869 with SHA-256 and no salt: one step of its expansion is all that they take."""
    extracted = hmac.digest(bytes(hashlib.sha256().digest_size), root, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def _cipher(generation: int, nonce: bytes, what: str) -> Any:
    """AES-256-GCM with this nonce, `what` authenticated beside the text."""
    from Cryptodome.Cipher import AES  # here: most runs open and seal nothing

    cipher = AES.new(_key_for("seal", generation), AES.MODE_GCM, nonce=nonce, mac_len=_TAG_BYTES)
    cipher.update(what.encode())
    return cipher


def seal(text: str, what: str) -> str:
    """`text` made unreadable; `what` names what it is and is needed to open it."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed, tag = _cipher(generation(), nonce, what).encrypt_and_digest(text.encode())
    return base64.urlsafe_b64encode(bytes([generation()]) + nonce + sealed + tag).decode().rstrip("=")


def unseal(sealed: str, what: str) -> str:
    """What :func:`seal` made unreadable. Raises Unreadable."""
    try:
        raw = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        if not raw or raw[0] not in _roots():
            raise Unreadable("an unknown generation")
        nonce, text, tag = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES : -_TAG_BYTES], raw[-_TAG_BYTES:]
        if len(raw) < 1 + _NONCE_BYTES + _TAG_BYTES:
            raise Unreadable("too short")
        opened: bytes = _cipher(raw[0], nonce, what).decrypt_and_verify(text, tag)
        return opened.decode()
    except ValueError as error:  # what was changed, and what is no text
        raise Unreadable("not sealed by this key as this") from error


def sealed_by(sealed: str) -> int:
    """The generation that sealed something; 0 for what was never sealed."""
    try:
        return base64.urlsafe_b64decode(sealed[:4])[0]
    except (ValueError, IndexError):
        return 0


def lookup(what: str, text: str) -> str:
    """A keyed hash to look `text` up by: the same for the same text, and telling nothing without the key."""
    return _lookup(what, text, generation())


def lookups(what: str, text: str) -> tuple[str, ...]:
    """The keyed hashes of `text` by every root, that of :func:`lookup` first: under each of them a pointer must stand."""
    return tuple(_lookup(what, text, one) for one in generations())


def _lookup(what: str, text: str, generation: int) -> str:
    digest = hmac.new(_key_for(f"lookup {what}", generation), text.encode(), hashlib.sha256).digest()
    hashed = base64.urlsafe_b64encode(digest[:_LOOKUP_BYTES]).decode().rstrip("=")
    return hashed if generation == 1 else f"{generation}.{hashed}"


def hashed_by(hashed: str) -> int:
    """The generation that made a keyed hash."""
    generation, dot, _ = hashed.partition(".")
    return int(generation) if dot and generation.isascii() and generation.isdecimal() else 1


def phone_key(phone: str) -> str:
    """The keyed hash of a telephone, whatever stands between its digits."""
    return lookup("phone", _digits(phone))


def phone_keys(phone: str) -> tuple[str, ...]:
    """The keyed hashes of a telephone by every root, that of :func:`phone_key` first."""
    return lookups("phone", _digits(phone))


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())
