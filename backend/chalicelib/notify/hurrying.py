"""Asks in the cloud for `deliver_messages` to run at once, without waiting for it."""

import logging
import os
from functools import cache
from typing import Any

log = logging.getLogger(__name__)

SECONDS = 2
# The event of such a run, as schedules/heartbeat.py reads it.
HURRIED = b'{"detail": {"hurried": true}}'


def hurry() -> None:
    """Invokes the function that SHOUNUO_DELIVER_FUNCTION names; without it, or when that fails, the next minute will do."""
    name = os.environ.get("SHOUNUO_DELIVER_FUNCTION")
    if not name:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        _client().invoke(FunctionName=name, InvocationType="Event", Payload=HURRIED)
    except (BotoCoreError, ClientError) as error:
        log.warning("deliver_messages could not be asked to hurry (%s)", type(error).__name__)


@cache
def _client() -> Any:
    import botocore.session
    from botocore.config import Config

    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
    return botocore.session.get_session().create_client("lambda", config=config)
