"""Keys of the channels: from the environment, or from the secret store (AWS Systems Manager), never from a file.

A key is called `sms/id` or `robot/order-group`. In the environment it stands as SHOUNUO_SECRET_ROBOT_ORDER_GROUP; in the store as
the encrypted parameter `<SHOUNUO_SECRETS>/robot/order-group`, where SHOUNUO_SECRETS names the folder.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .posting import SECONDS

KEPT_SECONDS = 300.0


class StoreSilent(LookupError):
    """The secret store did not answer; nobody knows whether the key is there."""


@dataclass
class Secrets:
    """Asks for a key once in five minutes, so that a changed one is taken up without a new deployment."""

    folder: str = field(default_factory=lambda: os.environ.get("SHOUNUO_SECRETS", "").rstrip("/"))
    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[float, str | None]] = field(default_factory=dict, repr=False)
    _client: Any = field(default=None, repr=False)

    def get(self, name: str) -> str | None:
        """The key, None when there is none. Raises StoreSilent; while the store is silent, a key known before goes on."""
        found = os.environ.get("SHOUNUO_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper()))
        if found or not self.folder:
            return found or None
        at, value = self._known.get(name, (-KEPT_SECONDS, None))
        if name not in self._known or self.clock() - at >= KEPT_SECONDS:
            try:
                value = self._from_store(name)
            except StoreSilent:
                if value is None:
                    raise
            self._known[name] = (self.clock(), value)
        return value

    def need(self, name: str) -> str:
        """The key. Raises LookupError when there is none."""
        found = self.get(name)
        if found is None:
            raise LookupError(f"the secret {name} is not set")
        return found

    def _from_store(self, name: str) -> str | None:
        import botocore.session
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        if self._client is None:
            config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 2})
            self._client = botocore.session.get_session().create_client("ssm", config=config)
        try:
            answer = self._client.get_parameter(Name=f"{self.folder}/{name}", WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            return None
        except (BotoCoreError, ClientError) as error:
            raise StoreSilent(name) from error
        return str(answer["Parameter"]["Value"])
