"""Photos of a case at the edge: what a phone announces, and the pictures of a page with their links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from msgspec import Meta

from chalicelib import wiring
from chalicelib.domain.case import Case
from chalicelib.domain.events import Actor
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.photos import MOST_WORK_PHOTOS
from chalicelib.domain.picture import MOST_BYTES
from chalicelib.domain.rules import open_to
from chalicelib.domain.standards import Text

from .page_views import PhotoView
from .problems import Problem, invalid, not_found
from .said import Said
from .story import Reader
from .verbs import validated

_TAKEN: dict[object, Text] = {
    None: Text("住户拍的", "From the resident"),
    "before": Text("处理前", "Before the work"),
    "after": Text("处理后", "After the work"),
}
_TOO_LARGE = Text("照片太大了，最多 3 MB。", "The photograph is too large: 3 MB at most.")


class PhotoAnnounced(Said, kw_only=True):
    """What a phone says before it sends a photo."""

    size: Annotated[int, Meta(ge=1, le=MOST_BYTES)]
    type: Literal["image/jpeg"]


class PhotoOfWork(Said, kw_only=True):
    """What a phone of staff says when a photo is in the store: whether it shows how the place was found or how it was left.

    `account` is whose photo it is, where a phone has kept it for a while.
    """

    stage: Literal["before", "after"]
    account: Annotated[str, Meta(max_length=100)] | None = None


def announced(values: Mapping[str, Any]) -> PhotoAnnounced:
    """What a phone says before it sends a photo. Raises Problem."""
    try:
        return validated(PhotoAnnounced, values)
    except Problem as problem:
        if "size" in problem.errors:
            raise invalid({**problem.errors, "size": _TOO_LARGE}) from None
        raise


def needs_store() -> None:
    """Raises Problem (404) where there is no store for photos."""
    if not wiring.photos.is_set_up():
        raise not_found()


def room_for_work(case: Case, actor: Actor) -> int:
    """How many photos of the work `actor` may still add; 0 where there is no store for them."""
    may = wiring.photos.is_set_up() and "add_work_photo" in open_to(case, actor)
    return max(0, MOST_WORK_PHOTOS - case.work_photos) if may else 0


def views(file: CaseFile, reader: Reader) -> Sequence[PhotoView]:
    """The photos of a case in the order they came, with links that live ten minutes."""
    found = []
    for event in file.events:
        if event.kind == "photo_added" and (link := wiring.photos.address(str(event.data["key"]))):
            found.append(PhotoView(link, reader.say(_TAKEN[event.data.get("stage")])))
    return found


def no_picture() -> Problem:
    """What to tell about a photo that did not arrive or cannot be shown."""
    return invalid(
        {
            "photo": Text(
                "这张照片没有收到，或者打不开。请重新拍一张再传。",
                "This photograph did not arrive or cannot be opened. Please take another one and send it.",
            )
        }
    )
