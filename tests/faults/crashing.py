"""Ends a process at a chosen call of the database: before it is sent, when it is on the wire, or when its reply has come.

Children are forked from the warmed test process, so that a crash costs milliseconds. They end by SIGKILL, as a Lambda does at its
time limit: nothing is flushed, nothing is cleaned up.
"""

import os
import signal
import traceback
from collections.abc import Callable
from enum import StrEnum
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from chalicelib.storage import table
from tests.faults.connecting import connect_afresh


class Moment(StrEnum):
    """When, within a call of the database."""

    BEFORE_SENDING = "before sending"
    UNANSWERED = "sent, reply unread"
    ANSWERED = "after the reply"


def calls_of(act: Callable[[], object]) -> int:
    """How many calls of the database `act` makes; it runs here and counts for real."""
    made: list[str] = []
    events: Any = table.connection().client.meta.events
    count = lambda request, **_: made.append(request.url)  # noqa: E731
    events.register("before-send.dynamodb", count)
    try:
        act()
    finally:
        events.unregister("before-send.dynamodb", count)
    return len(made)


def dies_at(call: int, moment: Moment, act: Callable[[], object]) -> bool:
    """Runs `act` in a child that is killed at its `call`-th call (from 1); False when it came to its end without getting there.

    Raises AssertionError when it ends in any other way.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            connect_afresh()
            _kill_at(call, moment)
            act()
            code = 0
        except BaseException:  # noqa: BLE001  said and done: nothing may go on in a forked child
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the child failed by itself"
    return False


def _kill_at(call: int, moment: Moment) -> None:
    events: Any = table.connection().client.meta.events
    made = 0

    def before(request: Any, **_: object) -> None:
        nonlocal made
        made += 1
        if made == call and moment is Moment.UNANSWERED:
            _send_and_leave(request)
        if made == call and moment is not Moment.ANSWERED:
            os.kill(os.getpid(), signal.SIGKILL)

    def after(**_: object) -> None:
        if made == call:
            os.kill(os.getpid(), signal.SIGKILL)

    events.register("before-send.dynamodb", before)
    events.register("after-call.dynamodb", after)


def _send_and_leave(request: Any) -> None:
    """Puts the whole request on the wire, as botocore would, and reads nothing."""
    url = urlsplit(request.url)
    headers = {k: v.decode() if isinstance(v, bytes) else v for k, v in request.headers.items()}
    HTTPConnection(url.netloc).request(request.method, url.path or "/", request.body, headers)
