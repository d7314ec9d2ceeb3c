"""What the function `decode` answers: plain data for a stranger's bytes. It has no rights, and nothing that could be stolen.

An event is {"kind": "photo" or "list", "content": base64}. An answer is {"made": base64}, {"unfit": why}, or for a list
{"rows": base64 of zlib of JSON [[number, [cell, ...]], ...]}. Lambda carries 6 MB each way: so much is what either may have.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib import journal
from chalicelib.domain.list_file import Row, Unfit
from chalicelib.domain.picture import NoPicture

from .bounds import LIST, MOST_ANSWER, MOST_TEXT, PHOTO
from .lists import rows_of
from .pictures import drawn_anew

journal.set_up()


def decode(event: Mapping[str, Any], context: object) -> dict[str, str]:
    """The answer to one event; what was sent is told to no log."""
    kind, content = event["kind"], b64decode(event["content"], validate=True)
    answer = {PHOTO: _photo, LIST: _list}[kind](content)
    if context is not None:  # a request on one machine has its own line
        journal.say(decoded=kind, bytes=len(content), answer=next(iter(answer)))
    return answer


def _photo(content: bytes) -> dict[str, str]:
    try:
        made = drawn_anew(content)
    except NoPicture as why:
        return {"unfit": str(why)}
    return {"made": _written(made)} if len(made) <= MOST_ANSWER else {"unfit": "too many bytes"}


def _list(content: bytes) -> dict[str, str]:
    try:
        rows = rows_of(content)
    except Unfit as why:
        return {"unfit": why.code}
    packed = _packed(rows)
    return {"unfit": "too_large"} if packed is None else {"rows": _written(packed)}


def _packed(rows: list[Row]) -> bytes | None:
    """The rows as they are sent back; None when that is more than can be."""
    if sum(len(cell) + 4 for row in rows for cell in row.cells) + 16 * len(rows) > MOST_TEXT:
        return None
    text = json.dumps([[row.number, row.cells] for row in rows], ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
    return packed if len(packed) <= MOST_ANSWER else None


def _written(content: bytes) -> str:
    return b64encode(content).decode("ascii")
