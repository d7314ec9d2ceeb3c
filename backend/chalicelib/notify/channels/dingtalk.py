"""A group robot of DingTalk (钉钉) with a signing secret; answers HTTP 200 with an `errcode` even when it refuses."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from chalicelib.domain.delivering import Letter, Undelivered

from .posting import code, post_json
from .robots import MOST_POSTS, cut

# Token or signature refused: the setting is wrong, and an engineer has to know at once. Too often (130101, 660026) passes.
_FINAL = frozenset({300001, 310000, 400101})


def signature(secret: str, milliseconds: int) -> str:
    """HMAC-SHA256 of "timestamp, line break, secret" under the secret, in base64."""
    said = f"{milliseconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(secret.encode(), said, hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class DingTalk:
    """`token` is the access token in the robot's webhook address, `secret` its signing secret ("" without one)."""

    token: str = field(repr=False)
    secret: str = field(default="", repr=False)
    endpoint: str = "https://oapi.dingtalk.com/robot/send"
    clock: Callable[[], float] = time.time
    tells_repeats: bool = False
    joined_bytes: int = 6000
    most_posts: int | None = MOST_POSTS

    def send(self, letter: Letter) -> None:
        """Posts the text. Raises Undelivered."""
        query = {"access_token": self.token}
        if self.secret:
            milliseconds = int(self.clock() * 1000)
            query |= {"timestamp": str(milliseconds), "sign": signature(self.secret, milliseconds)}
        content = {"msgtype": "text", "text": {"content": cut(letter.text, self.joined_bytes)}}
        answer = post_json(f"{self.endpoint}?{urlencode(query)}", content, "dingtalk")
        error = answer.get("errcode")
        if error != 0:
            raise Undelivered(f"dingtalk: errcode {code(error)}", final=error in _FINAL)
