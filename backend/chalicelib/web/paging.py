"""Where a list goes on: a position in the store, handed out as an opaque cursor and taken back only as it was given out."""

from __future__ import annotations

import base64
import binascii
import re

from chalicelib.domain.standards import Text

from . import body
from .exchange import Exchange
from .problems import Problem, bad_request

_D = "[0-9]"
MOMENT = rf"{_D}{{4}}-{_D}{_D}-{_D}{_D}T{_D}{_D}:{_D}{_D}:{_D}{_D}\.{_D}{{3}}Z"
QUEUE_POSITION = re.compile(rf"(?:{MOMENT}|9)#{_D}{{6}}-{_D}{{6}}")
STUCK_POSITION = re.compile(rf"{MOMENT}#[A-Za-z0-9_./:-]{{1,200}}")


def opaque(position: str) -> str:
    """The cursor of a position."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def position(asked: Exchange, known: re.Pattern[str]) -> str | None:
    """Where a page begins; None for the first. Raises Problem (400) for a cursor that was never given out."""
    return position_of(body.query_value(asked, "cursor", 400), known)


def position_of(cursor: str | None, known: re.Pattern[str]) -> str | None:
    """The position of a cursor. Raises Problem (400) for one that was never given out."""
    if not cursor:
        return None
    try:
        found = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        found = ""
    if not known.fullmatch(found):
        raise unknown_position()
    return found


def unknown_position() -> Problem:
    """A cursor that was never given out, or for another list (400)."""
    return bad_request(
        "cursor",
        Text("这一页的位置不对，请从头看起。", "This position is unknown. Please begin at the first page."),
    )
