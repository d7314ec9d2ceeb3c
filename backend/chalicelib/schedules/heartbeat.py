"""Around every scheduled function: its moment, its heartbeat, and an alarm where the clock cannot be trusted."""

from __future__ import annotations

import functools
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib import wiring
from chalicelib.domain.moments import to_milliseconds
from chalicelib.jobs.clock import ClockRefused

from .metrics import measured

log = logging.getLogger("portal.schedule")


class PhotosRefused(Exception):
    """A run did all that it could, but the store refused to delete photos whose day has come: somebody has to know of it."""


@dataclass(frozen=True)
class Run:
    """One run: the moment it believes in, whether it only tells what it would do, and whether somebody waits for it."""

    now: datetime
    dry_run: bool
    hurried: bool = False


def heartbeat(job: Callable[[Run], Any]) -> Callable[..., dict[str, Any]]:
    """The scheduled function of a job. It writes one line with the job's counts, also when the job failed, and gives the counts.

    It takes EventBridge's event as the cloud gives it, and as Chalice wraps it.

    A failure is raised again, so that the platform counts it; the next run goes on from the beginning. So it is where something
    was promised to be gone and could not be deleted (PhotosRefused), once the counts are told.
    """

    @functools.wraps(job)
    def scheduled(event: Any, context: object = None) -> dict[str, Any]:
        began = time.monotonic()
        run = run_of(event)
        line: dict[str, Any] = {"heartbeat": job.__name__, "at": run.now.isoformat(), "dry_run": run.dry_run}
        try:
            counts = as_counts(job(run))
        except ClockRefused as refused:
            line |= {"outcome": "clock refused", "seconds": round(refused.seconds), "ms": _since(began)}
            log.error("", extra={"said": line})
            if not run.dry_run:
                _alarm(refused, run)
            raise
        except Exception:
            log.error("", extra={"said": line | {"outcome": "failed", "ms": _since(began)}}, exc_info=True)
            raise
        line |= {"outcome": "done", "counts": counts, "ms": _since(began)} | measured(counts, run.now)
        log.info("", extra={"said": line})
        if counts.get("refused"):
            raise PhotosRefused(f"{counts['refused']} times")
        return counts

    return scheduled


def run_of(event: Any) -> Run:
    """What the event asks for. A moment of its own is believed on one machine only (SHOUNUO_ALLOW_TICK=1, set by `make tick`)."""
    told = event.get("detail") if isinstance(event, Mapping) else getattr(event, "detail", None)
    detail = told if isinstance(told, dict) else {}
    now = wiring.now()
    if os.environ.get("SHOUNUO_ALLOW_TICK") == "1" and isinstance(detail.get("at"), str):
        said = datetime.fromisoformat(detail["at"].replace("Z", "+00:00"))
        now = to_milliseconds(said if said.tzinfo else said.replace(tzinfo=UTC))
    return Run(now, detail.get("dry_run") is True, detail.get("hurried") is True)


def as_counts(result: Any) -> dict[str, Any]:
    """What a job says of itself, as a dictionary."""
    return asdict(result) if is_dataclass(result) and not isinstance(result, type) else dict(result)


def _alarm(refused: ClockRefused, run: Run) -> None:
    """Tells the engineers, once an hour: the message is named after the hour and lies at its beginning."""
    from chalicelib.domain.change import Message  # here: a run that goes well has nothing to tell

    hour = run.now.replace(minute=0, second=0, microsecond=0)
    wiring.outbox.owe(
        Message(
            id=f"clock/{hour:%Y%m%dT%H}",
            template="clock_refused",
            to="engineers",
            community="",
            case="",
            at=hour,
            facts={"late_by": round(abs(refused.seconds))},
        )
    )


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
