"""The log: one JSON object per line, with what is needed to find a request again and never with what was in it.

Names, telephones, addresses, links and tokens never reach it: only the route's pattern is logged, not the address; a failure is
told by the kinds of its exceptions and where they were raised, not by their words: libraries print the value that was wrong.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from types import TracebackType

# These print requests, replies or bodies at DEBUG, or exceptions with their values.
_NOISY = ("botocore", "boto3", "urllib3", "pynamodb", "chalice")

log = logging.getLogger("portal")


class OneLine(logging.Formatter):
    """A record as one JSON object on one line; a traceback without values."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record: its `said` dictionary, or its message where it comes from elsewhere."""
        line: dict[str, object] = {"level": record.levelname, "logger": record.name}
        said = getattr(record, "said", None)
        line |= said if isinstance(said, dict) else {"message": _message(record)[:400]}
        if record.exc_info and record.exc_info[1] is not None:
            line["failure"] = without_values(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True, default=str)


def _message(record: logging.LogRecord) -> str:
    """Our own messages in full (they name ids only); of others the words without the values that belong in them."""
    ours = record.name.partition(".")[0] in ("chalicelib", "portal")
    return record.getMessage() if ours else str(record.msg)


def without_values(error: BaseException) -> list[str]:
    """A failure as kinds and places: "ValueError at chalicelib/web/forms.py:42 in check", the cause after it."""
    lines: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(lines) < 12:
        lines.append(f"{type(seen).__name__} at {_places(seen.__traceback__)}")
        seen = seen.__cause__ or seen.__context__
    return lines


def _places(tb: TracebackType | None) -> str:
    frames = traceback.extract_tb(tb)[-4:]
    return " < ".join(
        f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} in {frame.name}"
        for frame in reversed(frames)
    )


def set_up() -> None:
    """Send what the portal logs to standard output, one JSON object a line, and let the talkative libraries say less."""
    if not any(isinstance(handler.formatter, OneLine) for handler in log.handlers):
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(OneLine())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        log.propagate = False
        jobs = logging.getLogger("chalicelib")
        jobs.addHandler(handler)
        jobs.propagate = False
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)


def say(level: int = logging.INFO, error: BaseException | None = None, **said: object) -> None:
    """Write one line."""
    log.log(
        level, "", extra={"said": said}, exc_info=(type(error), error, error.__traceback__) if error else None
    )
