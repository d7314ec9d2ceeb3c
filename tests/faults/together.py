"""Does several things at the same time, each in a process of its own, all let go at one moment."""

import os
import pickle
import traceback
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.faults.connecting import connect_afresh

T = TypeVar("T")


def together(acts: Sequence[Callable[[], T]]) -> list[T]:
    """What each of `acts` gives, in order. Raises AssertionError when one of them failed."""
    gate, opener = os.pipe()
    ready, said_ready = os.pipe()
    children = []
    for act in acts:
        answer, said = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(opener)
            _child(act, gate, said_ready, said)
        os.close(said)
        children.append((child, answer))
    for _ in acts:
        os.read(ready, 1)
    os.close(opener)  # everybody who waits at the gate now reads its end
    results: list[Any] = []
    for child, answer in children:
        with os.fdopen(answer, "rb") as stream:
            said_bytes = stream.read()
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0, "a process failed; its trace stands above"
        results.append(pickle.loads(said_bytes))
    for end in (gate, ready, said_ready):
        os.close(end)
    return results


def _child(act: Callable[[], object], gate: int, said_ready: int, said: int) -> None:
    code = 1
    try:
        connect_afresh()
        os.write(said_ready, b".")
        os.read(gate, 1)
        with os.fdopen(said, "wb") as stream:
            pickle.dump(act(), stream)
        code = 0
    except BaseException:  # noqa: BLE001  said and done: nothing may go on in a forked child
        traceback.print_exc()
    finally:
        os._exit(code)
