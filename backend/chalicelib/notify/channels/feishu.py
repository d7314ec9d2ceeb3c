"""A group robot of Feishu (飞书) with a signing secret; answers HTTP 200 with a `code` even when it refuses."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.delivering import Letter, Undelivered

from .posting import code, post_json
from .robots import MOST_POSTS, cut

# Bad parameter, signature, address or keyword refused: no waiting cures it. Too often (11232, 9499) passes.
_FINAL = frozenset({19001, 19021, 19022, 19024})


def signature(secret: str, seconds: int) -> str:
    """HMAC-SHA256 of nothing under "timestamp, line break, secret" (the reverse of DingTalk), in base64."""
    key = f"{seconds}\n{secret}".encode()
    return base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()


@dataclass(frozen=True)
class Feishu:
    """`hook` is the last part of the robot's webhook address, `secret` its signing secret ("" without one)."""

    hook: str = field(repr=False)
    secret: str = field(default="", repr=False)
    endpoint: str = "https://open.feishu.cn/open-apis/bot/v2/hook"
    clock: Callable[[], float] = time.time
    tells_repeats: bool = False
    joined_bytes: int = 6000
    most_posts: int | None = MOST_POSTS

    def send(self, letter: Letter) -> None:
        """Posts the text. Raises Undelivered."""
        content: dict[str, Any] = {
            "msg_type": "text",
            "content": {"text": cut(letter.text, self.joined_bytes)},
        }
        if self.secret:
            seconds = int(self.clock())
            content |= {"timestamp": str(seconds), "sign": signature(self.secret, seconds)}
        answer = post_json(f"{self.endpoint}/{self.hook}", content, "feishu")
        error = answer.get("code", answer.get("StatusCode"))
        if error != 0:
            raise Undelivered(f"feishu: code {code(error)}", final=error in _FINAL)
