"""One-time codes: six digits that reach one telephone by SMS, live five minutes and bear five tries."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

KEPT = timedelta(minutes=5)
TRIES = 5
DIGITS = 6
DOORS = frozenset({"resident", "staff"})

_FULL_WIDTH = str.maketrans("０１２３４５６７８９　－", "0123456789 -")
_CODE = re.compile(rf"\d{{{DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A code on its way: where to, what it is, in which language."""

    phone: str
    code: str
    language: str


def typed(text: str) -> str | None:
    """The code that somebody typed, with full-width digits and whatever stands between them made plain; None if it is none."""
    digits = re.sub(r"[\s\-.]", "", text.translate(_FULL_WIDTH))
    return digits if digits.isascii() and _CODE.fullmatch(digits) else None


def code_from(secret: str) -> str:
    """The six digits that follow from a secret text: all equally likely, to 1 part in 10^12."""
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest()[:8])
    return f"{number % 10**DIGITS:0{DIGITS}d}"
