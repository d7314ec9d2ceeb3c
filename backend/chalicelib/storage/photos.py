"""The photo store: a private bucket with two shelves, and the few calls of S3 that it takes.

incoming/<case>/<upload>  what a phone sent under a signed policy. Never shown; deleted as soon as it was drawn anew. What was
                          never said to be there goes within a day, by the bucket's own rule.
kept/<case>/<digest>.jpg  what was drawn anew (:mod:`chalicelib.decoding`), named after its own content. Shown by
                          links that live ten minutes. What no case or post has a day later is forgotten.

SHOUNUO_PHOTOS names the bucket: where it is not set, there are no photos. SHOUNUO_PHOTOS_ENDPOINT names the store of one machine.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ParamSpec, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.keeping import PhotosUnavailable
from chalicelib.domain.photos import Photo
from chalicelib.domain.picture import MOST_BYTES, NoPicture

from . import personal
from .patience import time_left

TYPE = "image/jpeg"
UPLOAD_SECONDS = 300
LOOK_SECONDS = 600
KEPT = "kept/"
LOOKED_AFTER = timedelta(days=1)
UPLOAD_ID = re.compile(r"[0-9a-f]{32}")
_ABSENT = (
    403,
    404,
    416,
)  # without the right to list, S3 answers 403 for what is not there; 416 for what is empty

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upload:
    """A way to send one photo: post `fields`, then the file, to `url`."""

    id: str
    url: str
    fields: dict[str, str]


def _told(call: Callable[P, T]) -> Callable[P, T]:
    """The call with what the store says turned into PhotosUnavailable."""

    @functools.wraps(call)
    def answered(*args: P.args, **named: P.kwargs) -> T:
        try:
            return call(*args, **named)
        except (BotoCoreError, ClientError) as error:
            raise PhotosUnavailable(f"the photo store did not answer ({_why(error)})") from error

    return answered


def _why(error: BotoCoreError | ClientError) -> str:
    """The store's own word for it, as AccessDenied: whoever reads the log must know whether waiting helps."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__


def is_set_up() -> bool:
    """Whether there is a store for photos."""
    return bool(_bucket())


def upload_for(number: str) -> Upload:
    """A way to send one photo of a case within five minutes: key, type and size are fixed by the policy that is signed."""
    upload = secrets.token_hex(16)
    made = _client().generate_presigned_post(
        _bucket(),
        _incoming(number, upload),
        Fields={"Content-Type": TYPE},
        Conditions=[{"Content-Type": TYPE}, ["content-length-range", 1, MOST_BYTES]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return Upload(upload, made["url"], made["fields"])


@_told
def keep(number: str, upload: str, at: datetime) -> Photo:
    """Draws what was uploaded anew and keeps that. Raises NoPicture, and then the upload is gone; Unavailable.

    Before it lies there it is on the list of what is to be forgotten, for a day after `at`: whoever is cut off before the case
    or the post has noted it leaves nothing behind (:func:`chalicelib.storage.forgetting.forget`).

    The store has checked the policy, but a policy knows no content, and not every store checks the size.
    """
    from chalicelib.decoding.asking import drawn_anew  # here: few requests bring a photo

    content = _received(number, upload)
    try:
        made = drawn_anew(content, time_left())
    except NoPicture:
        forget_upload(number, upload)
        raise
    key = f"{KEPT}{number}/{hashlib.sha256(made).hexdigest()[:32]}.jpg"
    personal.put_on_list(personal.forget_place(at + LOOKED_AFTER, personal.PHOTO, key))
    _client().put_object(Bucket=_bucket(), Key=key, Body=made, ContentType=TYPE)
    return Photo(key, len(made), upload)


@_told
def forget_upload(number: str, upload: str) -> None:
    """Deletes what was uploaded, if it is still there."""
    _client().delete_object(Bucket=_bucket(), Key=_incoming(number, upload))


@_told
def remove(keys: Iterable[str]) -> None:
    """Deletes photos; one that is gone already counts as deleted."""
    for key in keys:
        _client().delete_object(Bucket=_bucket(), Key=key)


def address(key: str) -> str:
    """Where a kept photo can be looked at, for ten minutes. What was never drawn anew has no address: "".

    A link that is opened by itself saves the picture as a file: nothing of the store is ever shown as a page.
    """
    if not key.startswith(KEPT) or not is_set_up():
        return ""
    shown_as = {"ResponseContentType": TYPE, "ResponseContentDisposition": 'attachment; filename="photo.jpg"'}
    signed: str = _client().generate_presigned_url(
        "get_object", {"Bucket": _bucket(), "Key": key, **shown_as}, ExpiresIn=LOOK_SECONDS
    )
    return signed


def _received(number: str, upload: str) -> bytes:
    """What was uploaded, never more than a photo may have. Raises NoPicture when nothing was."""
    if not UPLOAD_ID.fullmatch(upload):
        raise NoPicture("no upload is called so")
    try:
        found = _client().get_object(
            Bucket=_bucket(), Key=_incoming(number, upload), Range=f"bytes=0-{MOST_BYTES}"
        )
        content: bytes = found["Body"].read()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in _ABSENT:
            raise NoPicture("nothing arrived") from None
        raise
    return content


def _incoming(number: str, upload: str) -> str:
    return f"incoming/{number}/{upload}"


def _bucket() -> str:
    return os.environ.get("SHOUNUO_PHOTOS", "")


@cache
def _client() -> Any:
    """The store's client, made when the first photo is asked for."""
    endpoint = os.environ.get("SHOUNUO_PHOTOS_ENDPOINT") or None
    return botocore.session.get_session().create_client(
        "s3",
        region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "cn-north-1",
        endpoint_url=endpoint,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if endpoint else "virtual"},
            connect_timeout=1,
            read_timeout=3,
            retries={"total_max_attempts": 2},
        ),
    )
