"""Trying again, within a budget: conflicts, throttles and lost connections are retried with jitter, everything else is not."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from botocore.exceptions import BotoCoreError, HTTPClientError
from pynamodb.exceptions import PynamoDBException, TransactWriteError

from chalicelib.domain.keeping import Unavailable

T = TypeVar("T")

# One try takes at most connect + read = 3 s, so the last one that may begin ends before 10 s.
REQUEST_SECONDS = 6.0
_FIRST_WAIT = 0.025
_LONGEST_WAIT = 1.0
_ends: ContextVar[float | None] = ContextVar("ends", default=None)

_PASSING = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "InternalFailure",
        "ServiceUnavailable",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_PASSING_REASONS = frozenset(
    {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded", "InternalServerError"}
)


@contextmanager
def budget(seconds: float = REQUEST_SECONDS) -> Iterator[None]:
    """All database calls within share `seconds` in which a try may begin; the whole is answered `seconds` + 3 s later."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def time_left() -> float:
    """Seconds in which another try may begin; a full request's worth outside of any budget."""
    ends = _ends.get()
    return REQUEST_SECONDS if ends is None else ends - time.monotonic()


def patiently(call: Callable[[], T]) -> T:
    """The result of `call`, tried again after passing failures until the budget is used up.

    `call` must be safe to repeat: a read, a transaction with its own token, or a put that knows itself again. Raises Unavailable
    when time runs out, and whatever `call` raises that no waiting would cure.
    """
    ends = _ends.get() or time.monotonic() + REQUEST_SECONDS
    wait = _FIRST_WAIT
    while True:
        if time.monotonic() >= ends:
            raise Unavailable("no time left for the database")
        try:
            return call()
        except (PynamoDBException, BotoCoreError, HTTPClientError) as error:
            if not is_passing(error):
                raise
            pause = random.uniform(wait / 2, wait)
            if time.monotonic() + pause >= ends:
                raise Unavailable(f"the database did not answer in time ({type(error).__name__})") from error
            time.sleep(pause)
            wait = min(wait * 2, _LONGEST_WAIT)


def is_passing(error: Exception) -> bool:
    """Whether waiting may cure the failure."""
    code = code_of(error)
    if isinstance(error, TransactWriteError) and code == "TransactionCanceledException":
        codes = {reason.code for reason in error.cancellation_reasons if reason is not None}
        # A failed condition decides: the change will never fit, whatever else went wrong beside it.
        return bool(codes) and codes <= _PASSING_REASONS
    if code is not None:
        return code in _PASSING
    return not isinstance(error, PynamoDBException) or isinstance(
        error.cause, BotoCoreError | HTTPClientError
    )


def code_of(error: Exception) -> str | None:
    """The database's own word for the failure; None when it said nothing, as after a lost connection.

    PynamoDB's `cause_response_code` fails there: botocore's errors of the connection have a `response` that is None.
    """
    response = getattr(getattr(error, "cause", None), "response", None)
    return response.get("Error", {}).get("Code") if response else None
