"""SMS by Amazon SNS, for regions that have it (Beijing and Ningxia do not): sends the text itself."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.domain.delivering import Undelivered

from .posting import SECONDS, code

_FINAL = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut", "ValidationError"})


@dataclass(frozen=True)
class Sns:
    """The region has to be one with SMS."""

    region: str | None = None

    def send(self, phone: str, template_key: str, params: dict[str, str], text: str) -> None:
        """Sends the text. Raises Undelivered."""
        from botocore.exceptions import BotoCoreError, ClientError

        kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        try:
            self._client.publish(PhoneNumber=phone, Message=text, MessageAttributes=kind)
        except ClientError as error:
            name = error.response.get("Error", {}).get("Code", "unknown")
            raise Undelivered(f"sns: {code(name)}", final=name in _FINAL) from None
        except BotoCoreError as error:
            raise Undelivered(f"sns: {type(error).__name__}") from None

    @cached_property
    def _client(self) -> Any:
        import botocore.session
        from botocore.config import Config

        config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
        return botocore.session.get_session().create_client("sns", region_name=self.region, config=config)
