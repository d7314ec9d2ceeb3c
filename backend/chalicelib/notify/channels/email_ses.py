"""E-mail by Amazon SES (API v2). SES cannot tell a repeat: after a lost answer a letter may arrive twice."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from functools import cached_property
from typing import Any

from chalicelib.domain.delivering import Letter, Undelivered

from .posting import SECONDS, code

_FINAL = frozenset({"MessageRejected", "BadRequestException"})


@dataclass(frozen=True)
class Ses:
    """`sender` is an address that SES knows as ours, with a name before it if there is one, as 守诺 <portal@example.com>.

    The rest comes from the environment of AWS.
    """

    sender: str
    region: str | None = None
    tells_repeats: bool = False
    joined_bytes: int = 0
    most_posts: int | None = None

    def send(self, letter: Letter) -> None:
        """Sends the letter as plain text. Raises Undelivered."""
        from botocore.exceptions import BotoCoreError, ClientError

        # SES takes a name in signs of ASCII only: in the encoded words of RFC 2047.
        sender = formataddr(parseaddr(self.sender))
        body = {"Text": {"Data": letter.text, "Charset": "UTF-8"}}
        subject = {"Data": letter.subject, "Charset": "UTF-8"}
        try:
            self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [letter.to]},
                Content={"Simple": {"Subject": subject, "Body": body}},
            )
        except ClientError as error:
            name = error.response.get("Error", {}).get("Code", "unknown")
            raise Undelivered(f"ses: {code(name)}", final=name in _FINAL) from None
        except BotoCoreError as error:
            raise Undelivered(f"ses: {type(error).__name__}") from None

    @cached_property
    def _client(self) -> Any:
        # Imported when the first letter is sent: a cold start that sends none does not pay for it.
        import botocore.session
        from botocore.config import Config

        config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"total_max_attempts": 1})
        return botocore.session.get_session().create_client("sesv2", region_name=self.region, config=config)
