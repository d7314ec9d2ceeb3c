"""A group robot of WeCom (企业微信): posts text; answers HTTP 200 with an `errcode` even when it refuses."""

from dataclasses import dataclass, field

from chalicelib.domain.delivering import Letter, Undelivered

from .posting import code, post_json
from .robots import MOST_POSTS, cut

# Invalid webhook, robot removed: no waiting brings it back. Too often (45009) passes.
_FINAL = frozenset({93000, 93004, 93008, 40058})


@dataclass(frozen=True)
class WeCom:
    """`key` is the key in the robot's webhook address."""

    key: str = field(repr=False)
    endpoint: str = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    tells_repeats: bool = False
    joined_bytes: int = 2048
    most_posts: int | None = MOST_POSTS

    def send(self, letter: Letter) -> None:
        """Posts the text. Raises Undelivered."""
        content = {"msgtype": "text", "text": {"content": cut(letter.text, self.joined_bytes)}}
        answer = post_json(f"{self.endpoint}?key={self.key}", content, "wecom")
        error = answer.get("errcode")
        if error != 0:
            raise Undelivered(f"wecom: errcode {code(error)}", final=error in _FINAL)
