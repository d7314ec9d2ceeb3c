"""Posts of the info board for tests: filed and worked on through the real actions."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.file_post import file_post
from chalicelib.actions.post_request import PostDone, PostRequest
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.post import Content, Post, Poster
from chalicelib.domain.posting import Place
from chalicelib.storage import posts
from tests.cases import TUESDAY_TEN

RESIDENT = Actor(Role.RESIDENT)
DESK = Actor(Role.DESK, "gui-desk")
HERE = Place("osmanthus-lane", "Asia/Shanghai", "zh")
PHONE = "000-0000-0701"
POSTER = Poster(PHONE, "1-2-302")
LAMP = Content(
    "second-hand",
    "转让台灯",
    "九成新，暖光，可以调亮度。",
    Decimal("35.50"),
    "000-0000-0701",
    date(2026, 12, 20),
)


def request(
    actor: Actor = RESIDENT, at: datetime = TUESDAY_TEN, key: str | None = None, seen: int | None = None
) -> PostRequest:
    """Somebody asks at a moment, under a key of their own where one is given."""
    made = RequestKey("test", key, "body", at) if key else None
    return PostRequest(actor, at, posts, lambda file: True, made, seen)


def file_one(at: datetime = TUESDAY_TEN, key: str | None = None, **changes: object) -> Post:
    """A post that waits for the desk."""
    return filed(at, key, **changes).post


def filed(at: datetime = TUESDAY_TEN, key: str | None = None, **changes: object) -> PostDone:
    """What filing a post gave."""
    content = replace(LAMP, **changes)  # type: ignore[arg-type]
    return file_post(request(at=at, key=key), HERE, content, POSTER)


def public_one(at: datetime = TUESDAY_TEN, **changes: object) -> Post:
    """A post that the desk approved at once."""
    return approve_post(request(DESK, at), file_one(at, **changes).id).post


def stands(id: str) -> Post:
    """The post as the store has it."""
    file = posts.load(id)
    assert file is not None
    return file.post
