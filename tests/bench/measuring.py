"""Measures pairs of things side by side: in turns, so that both see the same machine, and by their medians."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from chalicelib.storage import table


@dataclass(frozen=True)
class Row:
    """A line of the table: what was measured, the figures, the goal, and whether it was reached (None: no goal)."""

    what: str
    figures: str
    goal: str
    reached: bool | None


def milliseconds(act: Callable[[], object]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def in_turns(
    rounds: int, first: Callable[[int], object], second: Callable[[int], object], warm: int = 3
) -> tuple[float, float]:
    """The median milliseconds of each of the two, taken in turns, which goes first changing; `warm` rounds are not counted."""
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(rounds + warm):
        pair = [(times[0], first), (times[1], second)]
        for kept, act in pair if n % 2 else reversed(pair):
            took = milliseconds(lambda act=act, n=n: act(n))
            if n >= warm:
                kept.append(took)
    return median(times[0]), median(times[1])


@contextmanager
def heard() -> Iterator[list[str]]:
    """What is asked of the database meanwhile: the operations in order, with "consistent" behind a consistent Query."""
    asked: list[str] = []
    events: Any = table.connection().client.meta.events

    def hear(params: dict[str, Any], model: Any, **_: object) -> None:
        consistent = b'"ConsistentRead": true' in params["body"] or b'"ConsistentRead":true' in params["body"]
        asked.append(model.name + (" consistent" if model.name == "Query" and consistent else ""))

    events.register("before-call.dynamodb", hear)
    try:
        yield asked
    finally:
        events.unregister("before-call.dynamodb", hear)


def counted(asked: list[str]) -> str:
    """The operations as words: "8 Query consistent, 1 BatchGetItem"."""
    return ", ".join(f"{asked.count(name)} {name}" for name in dict.fromkeys(asked)) or "none"
