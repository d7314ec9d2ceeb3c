"""The database's own clock, from the `Date` of its answers: a machine whose clock is wrong must not enforce deadlines (G8)."""

import time
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from .table import connection

_last: tuple[datetime, float] | None = None
_listening: object = None


def listen() -> None:
    """Notes the `Date` of every answer of the database from now on."""
    global _listening
    client: Any = connection().client
    if _listening is client:
        return
    client.meta.events.register("after-call.dynamodb", _note)
    _listening = client


def _note(http_response: Any, **_: object) -> None:
    global _last
    date = http_response.headers.get("Date")
    if date:
        _last = (parsedate_to_datetime(date), time.monotonic())


def database_now() -> datetime | None:
    """What the database's clock says now; None before its first answer. Good to a second."""
    if _last is None:
        return None
    seen, at = _last
    return seen + (datetime.resolution * int((time.monotonic() - at) * 1_000_000))
