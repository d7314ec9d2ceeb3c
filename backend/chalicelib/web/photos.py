"""Photos of a case: the phone sends them straight to a private bucket under a signed policy; here they are only noted.

No photo passes through a function: the policy fixes key, type and size, and what arrived is looked at again before the case says
that it has a photo. Where no bucket is set up (SHOUNUO_PHOTOS), there are no photos.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from chalicelib.domain.keeping import CaseFile, Unavailable
from chalicelib.domain.standards import Text

from .problems import invalid, not_found

MOST_BYTES = 3 * 1024 * 1024
TYPE: Literal["image/jpeg"] = "image/jpeg"
UPLOAD_SECONDS = 300
LOOK_SECONDS = 300
_JPEG = b"\xff\xd8\xff"
_ID = re.compile(r"[0-9a-f]{32}")


class PhotoAnnounced(BaseModel):
    """What a phone says before it sends a photo."""

    model_config = ConfigDict(extra="forbid", strict=True)

    size: int
    type: Literal["image/jpeg"]


@dataclass(frozen=True)
class Upload:
    """A way to send one photo: post `fields`, then the file, to `url`."""

    id: str
    url: str
    fields: dict[str, str]


def is_set_up() -> bool:
    """Whether there is a store for photos."""
    return bool(os.environ.get("SHOUNUO_PHOTOS"))


def bucket() -> str:
    """The bucket of the photos. Raises Problem (404) where there is none."""
    name = os.environ.get("SHOUNUO_PHOTOS", "")
    if not name:
        raise not_found()
    return name


def upload_for(number: str, size: int) -> Upload:
    """A way to send one photo of a case. Raises Problem for a size that the store would refuse."""
    if not 0 < size <= MOST_BYTES:
        raise invalid({"size": _too_large()})
    id = secrets.token_hex(16)
    made = _client().generate_presigned_post(
        bucket(),
        _key(number, id),
        Fields={"Content-Type": TYPE},
        Conditions=[{"Content-Type": TYPE}, ["content-length-range", 1, MOST_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(id, made["url"], made["fields"])


def arrived(number: str, id: str) -> tuple[str, int]:
    """The key and the size of a photo that lies in the store. Raises Problem when it does not or is none.

    The store has checked the policy, but a policy knows no content: size and first bytes are looked at here.
    """
    if not _ID.fullmatch(id):
        raise not_found()
    name, key = bucket(), _key(number, id)
    try:
        found = _client().get_object(Bucket=name, Key=key, Range="bytes=0-15")
        size = int(found["ContentRange"].rpartition("/")[2])
        if size > MOST_BYTES or not found["Body"].read(16).startswith(_JPEG):
            _client().delete_object(Bucket=name, Key=key)
            raise invalid({"photo": _no_photo()})
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in (403, 404, 416):
            raise invalid({"photo": _no_photo()}) from None
        raise Unavailable("the photo store did not answer") from error
    except BotoCoreError as error:
        raise Unavailable("the photo store did not answer") from error
    return key, size


def addresses(file: CaseFile) -> Sequence[str]:
    """Where the photos of a case can be looked at, for five minutes."""
    name = os.environ.get("SHOUNUO_PHOTOS", "")
    keys = [str(event.data["key"]) for event in file.events if event.kind == "photo_added"]
    if not name or not keys:
        return ()
    return [
        _client().generate_presigned_url(
            "get_object",
            {"Bucket": name, "Key": key, "ResponseContentType": TYPE},
            ExpiresIn=LOOK_SECONDS,
        )
        for key in keys
    ]


@cache
def _client() -> Any:
    """The store's client, made when the first photo is asked for; SHOUNUO_PHOTOS_ENDPOINT names the store of one machine."""
    endpoint = os.environ.get("SHOUNUO_PHOTOS_ENDPOINT") or None
    return botocore.session.get_session().create_client(
        "s3",
        region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "cn-north-1",
        endpoint_url=endpoint,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "virtual"},
            connect_timeout=1,
            read_timeout=2,
            retries={"total_max_attempts": 1},
        ),
    )


def _key(number: str, id: str) -> str:
    return f"{number}/{id}.jpg"


def _too_large() -> Text:
    return Text("照片太大了，最多 3 MB。", "The photograph is too large: 3 MB at most.")


def _no_photo() -> Text:
    return Text(
        "这张照片没有收到，或者不是 JPEG 图片，请再试一次。",
        "This photograph did not arrive or is no JPEG. Please try again.",
    )
