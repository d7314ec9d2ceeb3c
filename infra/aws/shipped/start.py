"""What Lambda starts: `start.<function>`, with all that the function needs loaded before the first event arrives.

Whatever is loaded with the first event instead is waited for by whoever asked, on a fraction of the machine that a start has.
"""

from __future__ import annotations

import gc

gc.disable()  # nothing that is loaded is ever garbage: looking for some costs a tenth of a start

import prepared  # type: ignore[import-not-found]  # noqa: E402, F401  before all else: what is loaded after it is made of it

API = "api_handler"
DECODE = "decode"
_TAKES_ANY_NAME = 0x08  # in the flags of a function's code: it takes **kwargs


def __getattr__(name: str) -> object:
    """A function by its name, when Lambda asks for it."""
    if name.startswith("_"):
        raise AttributeError(name)
    if name == DECODE:
        found = _decode()  # its archive has nothing of AWS
    else:
        _ask_shortly()
        found = _api() if name == API else _scheduled(name)
    gc.freeze()
    gc.enable()
    return found


def _api() -> object:
    from app import app

    from chalicelib import wiring

    wiring.rulebook()
    wiring.meet_database()
    return app


def _decode() -> object:
    from chalicelib.decoding.answering import decode

    return decode


def _scheduled(name: str) -> object:
    from chalicelib.schedules import runs

    if name not in runs.TAKES:
        raise AttributeError(name)
    runs.load(name)
    return getattr(runs, name)


def _ask_shortly() -> None:
    """Botocore asks of each of its 130 listeners whether it takes any name, and has its whole signature read for that."""
    import botocore.compat

    asked_fully = botocore.compat.accepts_kwargs

    def takes_any_name(listener: object) -> object:
        code = getattr(listener, "__code__", None)
        return asked_fully(listener) if code is None else bool(code.co_flags & _TAKES_ANY_NAME)

    botocore.compat.accepts_kwargs = takes_any_name
