"""The secret tracking link of a case: made from its number by a keyed hash, so that it is stored nowhere and always at hand."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

_LINK = re.compile(r"(\d{6}-\d{6})-([a-z2-7]{26})")
SECRET_BYTES = 16  # 128 bits


def link_of(number: str, key: bytes) -> str:
    """The link of a case, one path segment: `261123-483920-` and 26 letters and digits."""
    digest = hmac.new(key, f"track:{number}".encode(), hashlib.sha256).digest()[:SECRET_BYTES]
    return f"{number}-{base64.b32encode(digest).decode().rstrip('=').lower()}"


def number_in(link: str, keys: Iterable[bytes]) -> str | None:
    """The number of the case that `link` opens by one of the keys; None for a link that none of them made."""
    found = _LINK.fullmatch(link)
    if found is None:
        return None
    number = found.group(1)
    return number if any(hmac.compare_digest(link_of(number, key), link) for key in keys) else None
