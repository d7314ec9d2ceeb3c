"""One HTTPS post, answered within three seconds or given up; failures hold no address, because addresses hold keys."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import urllib3

from chalicelib.domain.delivering import Undelivered

SECONDS = 3.0
LONGEST_ANSWER = 64 * 1024
_CODE = re.compile(r"[A-Za-z0-9._:-]{1,60}")


def post(url: str, body: bytes, headers: Mapping[str, str], who: str) -> tuple[int, bytes]:
    """Status and body of the answer, whatever the status. Raises Undelivered, not final, when there is none."""
    try:
        with _pool().request(
            "POST",
            url,
            body=body,
            headers=dict(headers),
            timeout=urllib3.Timeout(total=SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        ) as answer:
            return answer.status, answer.read(LONGEST_ANSWER)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        # The library's own words repeat the address, and with it the key or the telephone.
        raise Undelivered(f"{who}: {type(error).__name__}") from None


def post_json(url: str, content: Mapping[str, Any], who: str) -> dict[str, Any]:
    """The JSON object that answers a JSON post with status 200. Raises Undelivered."""
    body = json.dumps(content, ensure_ascii=False).encode()
    status, answer = post(url, body, {"Content-Type": "application/json; charset=utf-8"}, who)
    if status != 200:
        raise Undelivered(f"{who}: HTTP {status}")
    return read_object(answer, who)


def read_object(answer: bytes, who: str) -> dict[str, Any]:
    """The JSON object in an answer. Raises Undelivered when it is none."""
    try:
        content = json.loads(answer)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise Undelivered(f"{who}: the answer is no JSON object")
    return content


def code(value: object) -> str:
    """A provider's code as it may be shown: free text, which may repeat a telephone, becomes "unknown"."""
    text = str(value)
    return text if _CODE.fullmatch(text) and not re.search(r"\d{7,}", text) else "unknown"


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=4)
