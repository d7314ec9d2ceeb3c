"""Posts are reminded of, ended and forgotten by the clock: once, however often, however late and wherever it is cut off."""

from datetime import date, datetime, timedelta

import pytest

from chalicelib.actions.renew_post import renew_post
from chalicelib.domain.keeping import PhotosUnavailable, PostDue
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.clock import ClockRefused
from chalicelib.jobs.expire_posts import Counts, expire_posts
from chalicelib.storage import census, posts
from chalicelib.wiring import rulebook
from tests.cases import local
from tests.people import owed
from tests.posts import public_one, request, stands

pytestmark = pytest.mark.usefixtures("table")

REMIND, END = local("2026-12-17 09:00"), local("2026-12-21 00:00")


def templates() -> list[str]:
    return sorted(message.template for message in owed())


def test_each_is_told_once_in_order_however_often_the_clock_comes() -> None:
    ids = [public_one(title=f"灯 {n}").id for n in range(3)]
    assert expire_posts(posts, None, REMIND - timedelta(seconds=1)) == Counts()
    for _ in range(2):
        expire_posts(posts, None, REMIND)
    assert templates().count("post_ending") == 3
    renew_post(request(at=REMIND), ids[0], date(2027, 1, 10))
    for _ in range(2):
        expire_posts(posts, None, END)
    assert [stands(id).state for id in ids] == ["published", "expired", "expired"]
    assert templates().count("post_expired") == 2
    assert posts.board("osmanthus-lane")[0][0].id == ids[0]
    assert check_everything(census, rulebook(), END).violations == []


def test_a_day_too_late_it_ends_what_is_over_and_says_so_without_reminding_first() -> None:
    id = public_one().id
    counts = expire_posts(posts, None, END + timedelta(days=1))
    assert (counts.expired, counts.reminded, counts.failed) == (1, 0, 0)
    assert stands(id).ended_at == END + timedelta(days=1)
    assert "post_ending" not in templates()


def test_a_dry_run_saves_nothing_and_a_wrong_clock_changes_nothing() -> None:
    id = public_one().id
    assert expire_posts(posts, None, END, dry_run=True).expired == 1
    with pytest.raises(ClockRefused):
        expire_posts(posts, None, END, skew_seconds=lambda: 500.0)
    assert stands(id).state == "published"


def test_its_time_is_bounded_and_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [public_one().id for _ in range(4)]
    while expire_posts(posts, None, END, seconds=0).unfinished:
        pass
    assert [stands(id).state for id in ids] == ["expired"] * 4

    def with_a_stray(shard: int, *more: object) -> list[PostDue]:
        return [PostDue("P260101-000000", "x")] if shard == 0 else []

    monkeypatch.setattr(posts, "due", with_a_stray)
    assert expire_posts(posts, None, END).failed == 1  # it keeps nothing else waiting


def test_the_photos_of_what_is_forgotten_go_before_its_words() -> None:
    from chalicelib.actions.post_request import change_post
    from chalicelib.domain import posting
    from chalicelib.domain.photos import Photo

    id = public_one().id
    key = f"kept/{id}/{'0' * 32}.jpg"
    change_post(request(), id, lambda post: posting.add_photo(post, request().by, Photo(key, 10, "1" * 32)))
    removed: list[str] = []
    answers = False

    class Store:
        def keep(self, number: str, upload: str, at: datetime) -> Photo:
            raise NotImplementedError

        def forget_upload(self, number: str, upload: str) -> None:
            raise NotImplementedError

        def remove(self, keys: object) -> None:
            assert not stands(id).erased
            if not answers:
                raise PhotosUnavailable
            removed.extend(keys)  # type: ignore[arg-type]

    expire_posts(posts, Store(), END)
    assert removed == []
    half_a_year, other = END + timedelta(days=180), public_one(at=REMIND).id
    counts = expire_posts(posts, Store(), half_a_year)
    assert (counts.failed, counts.refused, counts.forgotten, counts.expired) == (1, 1, 0, 1), (
        "who is to be told is told all the same"
    )
    assert not stands(id).erased and stands(other).state == "expired"
    answers = True
    assert expire_posts(posts, Store(), half_a_year).failed == 0
    assert removed == [key] and stands(id).erased
