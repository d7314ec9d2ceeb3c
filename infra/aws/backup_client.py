"""How a whole table is asked: by a client of its own, which waits and asks again where a visitor's request would give up."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from infra.local.console import LocalProblem

Item = dict[str, Any]
BATCH = 25  # what one BatchWriteItem takes
AT_ONCE = 8
TRIES = 12
LONGEST_PAUSE = 20.0  # seconds
# What goes by: DynamoDB is asked too much, or not well just now.
PASSING = (
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "InternalServerError",
    "ServiceUnavailable",
)
pause: Callable[[float], None] = time.sleep


def of_environment() -> Any:
    """A client for the table of the environment, as infra/portal.py sets it: AWS_REGION for a stage, an endpoint on this machine.

    The app's own client gives up after one try of two seconds, for somebody waits there; here somebody waits for the end.
    """
    import botocore.session
    from botocore.config import Config

    return botocore.session.get_session().create_client(
        "dynamodb",
        region_name=os.environ.get("AWS_REGION"),
        endpoint_url=os.environ.get("SHOUNUO_DYNAMODB_ENDPOINT") or None,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "adaptive", "total_max_attempts": 10},
            max_pool_connections=AT_ONCE,
        ),
    )


def patiently(ask: Callable[..., Any], **said: Any) -> Any:
    """Ask, and again while it goes by, for some two minutes beyond what the client tries itself.

    Raises LocalProblem where it does not go by, and where DynamoDB refuses.
    """
    why = ""
    for attempt in range(TRIES):
        try:
            return ask(**said)
        except ClientError as error:
            told = error.response.get("Error", {})
            why = str(told.get("Code"))
            if why not in PASSING:
                raise LocalProblem(f"DynamoDB refuses: {why}, {told.get('Message', '')}") from None
        except (NoConnection, HTTPClientError) as error:
            why = type(error).__name__
        if attempt < TRIES - 1:
            _wait(attempt)
    raise LocalProblem(f"DynamoDB did not answer in {TRIES} tries ({why}): run the same again later")


def write_all(client: Any, table: str, requests: Iterable[Item]) -> int:
    """All these PutRequests or DeleteRequests, several batches at once; gives how many they were."""
    done = 0
    source = iter(requests)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while several := list(islice(source, BATCH * AT_ONCE)):
            batches = [several[at : at + BATCH] for at in range(0, len(several), BATCH)]
            list(pool.map(lambda batch: _write(client, table, batch), batches))
            done += len(several)
    return done


def _write(client: Any, table: str, requests: list[Item]) -> None:
    """One batch, and what was left of it again until nothing is; it is given up only where no more of it is taken."""
    left, in_vain = requests, 0
    while left:
        told = patiently(client.batch_write_item, RequestItems={table: left})
        still = (told.get("UnprocessedItems") or {}).get(table, [])
        in_vain = in_vain + 1 if len(still) == len(left) else 0
        if in_vain == TRIES:
            raise LocalProblem(f"the table {table} takes no more just now: run the same again later")
        left = still
        if left:
            _wait(in_vain)


def _wait(attempt: int) -> None:
    pause(min(LONGEST_PAUSE, 0.1 * 2**attempt))
