"""How the portal has a stranger's bytes decoded: by the function that SHOUNUO_DECODE_FUNCTION names, in this process without it.

What comes back was made by a program that a stranger may have taken over. So it is believed no more than what was sent: it is
plain data within bounds, or there is no answer.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.list_file import (
    MOST_BYTES,
    MOST_CELL,
    MOST_COLUMNS,
    MOST_SHEET_ROWS,
    UNDECODABLE,
    Row,
    Unfit,
)
from chalicelib.domain.picture import NoPicture

from .bounds import LIST, MOST_ANSWER, MOST_PAYLOAD, MOST_TEXT, PHOTO

# Silence is not asked again. A try begins while LATEST are left, and what it costs beyond that is a request lost.
CONNECT_SECONDS, ANSWER_SECONDS = 1, 4
LATEST = 2.0  # of the six seconds in which a request begins its tries, so many have to be left
_JPEG = b"\xff\xd8\xff"
# What every decoder decodes that is well: one grey point, and a list of one cell.
_HARMLESS = {
    PHOTO: "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP////////////////////////////////////////////////////////////////////////////"
    "//////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z",
    LIST: b64encode(b"1").decode("ascii"),
}


class _Died(Exception):
    """The decoder came to its end while it was at it."""


def drawn_anew(content: bytes, seconds_left: float) -> bytes:
    """The photo as a JPEG of our own making (:func:`.pictures.drawn_anew`). Raises NoPicture and Unavailable."""
    answer = _answer(PHOTO, content, seconds_left)
    if "unfit" in answer:
        raise NoPicture("no JPEG that can be drawn anew")
    made = _bytes_of(answer.get("made"))
    if not made.startswith(_JPEG):
        raise Unavailable("the decoder gave no JPEG")
    return made


def rows_of(content: bytes, seconds_left: float) -> list[Row]:
    """The rows of a list (:func:`.lists.rows_of`). Raises Unfit and Unavailable."""
    if len(content) > MOST_BYTES:
        raise Unfit("too_large")  # said here: Lambda would take no event of that size
    answer = _answer(LIST, content, seconds_left)
    if (code := answer.get("unfit")) is not None:
        raise Unfit(code if code in UNDECODABLE else "unreadable")
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(_bytes_of(answer.get("rows")), MOST_TEXT * 4)
        rows = [Row(number, tuple(cells)) for number, cells in json.loads(text)]
    except (zlib.error, ValueError, TypeError, RecursionError):
        raise Unavailable("the decoder gave no rows") from None
    if not rows or len(rows) > MOST_SHEET_ROWS or not all(map(_is_sound, rows)):
        raise Unavailable("the decoder gave no rows that a list may have")
    return rows


def _is_sound(row: Row) -> bool:
    return (
        type(row.number) is int
        and len(row.cells) <= MOST_COLUMNS
        and all(type(cell) is str and len(cell) <= MOST_CELL for cell in row.cells)
    )


def _answer(kind: str, content: bytes, seconds_left: float) -> dict[str, Any]:
    """What the decoder says. Raises Unavailable where it says nothing in time, or nothing that can be understood."""
    event = {"kind": kind, "content": b64encode(content).decode("ascii")}
    name = os.environ.get("SHOUNUO_DECODE_FUNCTION")
    if not name:
        # Here: few requests bring a file, and the decoders take a while to load.
        from .answering import decode

        return dict(decode(event, None))
    if seconds_left < LATEST:
        raise Unavailable("no time left for the decoder")
    until = time.monotonic() + seconds_left - LATEST
    try:
        return _invoked(name, event)
    except _Died:
        if time.monotonic() < until and _is_well(name, kind):
            return {"unfit": "it ends a decoder that is well"}
        raise Unavailable("the decoder failed") from None


def _is_well(name: str, kind: str) -> bool:
    """Whether the decoder decodes what is harmless: then what it died of is to blame, and would only kill it again."""
    try:
        return "unfit" not in _invoked(name, {"kind": kind, "content": _HARMLESS[kind]})
    except _Died:
        return False


def _invoked(name: str, event: dict[str, str]) -> dict[str, Any]:
    """What that function says. Raises _Died where it came to its end, Unavailable where nothing comes that can be understood."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        said = _client().invoke(
            FunctionName=name, InvocationType="RequestResponse", Payload=json.dumps(event).encode()
        )
        if said.get("FunctionError"):
            raise _Died
        answer = json.loads(said["Payload"].read(MOST_PAYLOAD + 1))
    except (BotoCoreError, ClientError, OSError, ValueError, RecursionError) as error:
        raise Unavailable(f"the decoder did not answer ({type(error).__name__})") from error
    if not isinstance(answer, dict):
        raise Unavailable("the decoder gave no answer")
    return answer


def _bytes_of(said: object) -> bytes:
    """Raises Unavailable for what is no base64 or more than an answer may have."""
    try:
        content = b64decode(said, validate=True) if isinstance(said, str) else b""
    except ValueError:
        content = b""
    if not 0 < len(content) <= MOST_ANSWER:
        raise Unavailable("the decoder gave no content")
    return content


@cache
def _client() -> Any:
    import botocore.session
    from botocore.config import Config

    config = Config(
        connect_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS, retries={"total_max_attempts": 1}
    )
    return botocore.session.get_session().create_client("lambda", config=config)
