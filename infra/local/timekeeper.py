"""Runs the scheduled functions of the Chalice app at their pace: the same functions that EventBridge calls in the cloud.

Each has a thread of its own, so that none runs twice at once and a slow one keeps no other waiting.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalice import Chalice
from chalice.app import ScheduledEventConfig
from chalice.local import LambdaContext

from infra.local.console import say
from infra.local.timetable import Cron, Rate, parse

SECONDS_OF_A_FUNCTION = 900
log = logging.getLogger("shounuo.local")


# Set by the app when somebody waits for a code: the messages go out at once instead of with the next minute.
HURRIED = "deliver_messages"
_hurry = threading.Event()


def hurry() -> None:
    """What the app calls (SHOUNUO_HURRY); the keeper of that function runs it soon."""
    _hurry.set()


@dataclass(frozen=True)
class Scheduled:
    """A scheduled function of the app: its name, when it runs, and how it is called."""

    name: str
    when: Rate | Cron
    handler: Callable[[dict[str, Any], Any], Any]


def scheduled_functions(app: Chalice) -> list[Scheduled]:
    """All scheduled functions of the app, in the order in which they stand in it."""
    found = []
    for source in app.event_sources:
        if isinstance(source, ScheduledEventConfig):
            expression = source.schedule_expression
            text = expression if isinstance(expression, str) else expression.to_string()
            found.append(Scheduled(source.name, parse(text), app.handler_map[source.name]))
    return found


def run_once(function: Scheduled, now: datetime, at: datetime | None = None) -> bool:
    """Call a scheduled function with an event like EventBridge's and say in one line how it went; False if it failed.

    `at` is the moment it shall believe in, for `make tick`.
    """
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "region": "local",
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [f"arn:aws:events:local:000000000000:rule/{function.name}"],
        "detail": {"at": at.astimezone(UTC).isoformat()} if at else {},
    }
    began = time.monotonic()
    try:
        result = function.handler(event, LambdaContext(function.name, 256, SECONDS_OF_A_FUNCTION * 1000))
    except Exception as failure:
        reason = traceback.format_exception_only(failure)[-1].strip().splitlines()[0]
        report(function, began, f"FAILED: {reason}")
        log.debug("%s failed", function.name, exc_info=True)
        return False
    report(function, began, "" if result is None else json.dumps(result, ensure_ascii=False, default=str))
    return True


def report(function: Scheduled, began: float, outcome: str) -> None:
    """The one line about a run."""
    milliseconds = (time.monotonic() - began) * 1000
    say(f"{datetime.now():%H:%M:%S} {function.name} {milliseconds:.0f} ms {outcome}".rstrip())  # noqa: DTZ005


class Timekeeper:
    """Keeps time for all scheduled functions of an app until it is stopped."""

    def __init__(self, app: Chalice) -> None:
        self.functions = scheduled_functions(app)
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(
                target=self.keep, args=(function,), name=f"timekeeper-{function.name}", daemon=True
            )
            for function in self.functions
        ]

    def start(self) -> None:
        """Begin; a function with a rate runs at once."""
        for thread in self.threads:
            thread.start()

    def stop(self, seconds: float = 10) -> None:
        """Begin no new run, and wait for those under way."""
        self.stopping.set()
        deadline = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0, deadline - time.monotonic()))

    def wait(self, function: Scheduled, seconds: float) -> bool:
        """Wait at most so long; True when it is time to run or to stop."""
        if function.name != HURRIED:
            return self.stopping.wait(seconds)
        # Whoever stops the keeper does not set this event, so it is looked at more often.
        hurried = _hurry.wait(min(seconds, 1))
        _hurry.clear()
        return hurried or self.stopping.is_set()

    def keep(self, function: Scheduled) -> None:
        """Run one function again and again."""
        last: datetime | None = None
        while not self.stopping.is_set():
            now = datetime.now(UTC)
            due = function.when.next_after(last, now)
            # Waited for in short pieces: a machine that slept, or whose clock was set, is noticed.
            while (left := (due - datetime.now(UTC)).total_seconds()) > 0:
                if self.wait(function, min(left, 20)):
                    break
            if self.stopping.is_set():
                return
            last = datetime.now(UTC)
            run_once(function, last)
