"""What follows an open case that no clock looks after, as events and heads keep it. When it begins: :mod:`.follow_up`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .moments import read, written


@dataclass(frozen=True, slots=True)
class Watch:
    """There was no progress in a case since `since`, when staff did the last thing to it or its clocks had told the last one whom
    they tell; `level` of the ladder for that comes at `at` (B0)."""

    since: datetime
    at: datetime
    level: str


def watch_to_json(watch: Watch) -> list[str]:
    """The watch as JSON values."""
    return [written(watch.since), written(watch.at), watch.level]


def watch_from_json(data: Sequence[str]) -> Watch:
    """The watch that :func:`watch_to_json` wrote."""
    since, at, level = data
    return Watch(read(since), read(at), level)
