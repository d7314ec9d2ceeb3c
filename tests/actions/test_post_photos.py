"""A photo of a post lies in the store only while the post has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import pytest

from chalicelib.actions.add_post_photo import add_post_photo
from chalicelib.domain.photos import Photo
from chalicelib.domain.refusals import Refused
from chalicelib.storage import posts
from tests.posts import file_one, request

pytestmark = pytest.mark.usefixtures("table")


class Shelf:
    """A photo store; `meanwhile` happens while it keeps the next photo."""

    def __init__(self) -> None:
        self.kept: set[str] = set()
        self.meanwhile: Callable[[], object] = lambda: None

    def keep(self, number: str, upload: str, at: datetime) -> Photo:
        key = f"kept/{number}/{upload}.jpg"
        self.kept.add(key)
        happens, self.meanwhile = self.meanwhile, lambda: None
        happens()
        return Photo(key, 10, upload)

    def forget_upload(self, number: str, upload: str) -> None:
        """Uploads are not looked at here."""

    def remove(self, keys: Iterable[str]) -> None:
        self.kept -= set(keys)


def test_of_two_that_arrive_at_once_where_there_is_room_for_one_the_other_does_not_stay_in_the_store() -> (
    None
):
    id, shelf = file_one().id, Shelf()
    for number in range(2):
        add_post_photo(request(), id, f"{number:032x}", shelf)
    shelf.meanwhile = lambda: add_post_photo(request(), id, f"{7:032x}", shelf)
    with pytest.raises(Refused):
        add_post_photo(request(), id, f"{8:032x}", shelf)
    file = posts.load(id)
    assert file is not None
    assert shelf.kept == {str(one.data["key"]) for one in file.events if one.kind == "photo_added"}
    assert len(shelf.kept) == 3
