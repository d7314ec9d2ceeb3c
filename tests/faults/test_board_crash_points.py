"""Killed at any call of the database, a step on a post counts once and the clock tells once; at once, exactly one wins."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.edit_post import edit_post
from chalicelib.actions.file_post import file_post
from chalicelib.actions.post_request import PostDone
from chalicelib.actions.refuse_post import refuse_post
from chalicelib.actions.renew_post import renew_post
from chalicelib.actions.report_post import report_post
from chalicelib.actions.take_down_post import take_down_post
from chalicelib.actions.withdraw_post import withdraw_post
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.expire_posts import expire_posts
from chalicelib.storage import census, posts
from tests.cases import HOUR, TUESDAY_TEN, local
from tests.faults.crashing import Moment, calls_of, dies_at
from tests.people import owed
from tests.posts import DESK, HERE, LAMP, POSTER, RESIDENT, file_one, public_one, request, stands

pytestmark = pytest.mark.usefixtures("table")

LATER = TUESDAY_TEN + HOUR
END = local("2026-12-21 00:00")


def settle(book: Rulebook) -> None:
    time.sleep(0.05)  # what a dead process had put on the wire arrives
    assert check_everything(census, book, LATER).violations == []


def kinds(id: str) -> Counter[str]:
    file = posts.load(id)
    assert file is not None
    return Counter(event.kind for event in file.events)


Act = Callable[[str, str], PostDone]
VERBS: dict[str, tuple[Callable[[], str], str, Act]] = {
    "edit": (lambda: public_one().id, "edited", lambda id, key: edit_post(request(RESIDENT, LATER, key), id, LAMP)),
    "renew": (
        lambda: public_one().id,
        "renewed",
        lambda id, key: renew_post(request(RESIDENT, LATER, key), id, date(2027, 1, 9)),
    ),
    "withdraw": (lambda: public_one().id, "withdrawn", lambda id, key: withdraw_post(request(RESIDENT, LATER, key), id)),
    "report": (
        lambda: public_one().id,
        "reported",
        lambda id, key: report_post(request(RESIDENT, LATER), id, "somebody"),
    ),
    "approve": (lambda: file_one().id, "approved", lambda id, key: approve_post(request(DESK, LATER, key), id)),
    "refuse": (lambda: file_one().id, "refused", lambda id, key: refuse_post(request(DESK, LATER, key), id, "twice")),
    "take_down": (
        lambda: public_one().id,
        "taken_down",
        lambda id, key: take_down_post(request(DESK, LATER, key), id, "misleading"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_step_killed_anywhere_counts_once(rulebook: Rulebook, verb: str) -> None:
    ready, kind, act = VERBS[verb]
    first = ready()
    for call in range(1, calls_of(lambda: act(first, "counted")) + 1):
        for moment in Moment:
            id, key = ready(), f"{call}-{moment}"
            assert dies_at(call, moment, lambda id=id, key=key: act(id, key))  # type: ignore[misc]
            act(id, key)
            assert kinds(id)[kind] == 1
    settle(rulebook)


def test_filing_killed_anywhere_makes_one_post(rulebook: Rulebook) -> None:
    def post(key: str) -> PostDone:
        return file_post(request(key=key), HERE, LAMP, POSTER)

    assert calls_of(lambda: post("counted")) == 1
    for moment in Moment:
        assert dies_at(1, moment, lambda key=str(moment): post(key))  # type: ignore[misc]
        assert post(str(moment)).post.id == post(str(moment)).post.id
    assert len(posts.desk_list(HERE.community, "waiting")[0]) == 1 + len(Moment)
    settle(rulebook)


@pytest.mark.parametrize("days", [0, 180])
def test_the_clock_killed_anywhere_ends_and_forgets_once(rulebook: Rulebook, days: int) -> None:
    now = END + timedelta(days=days)

    def prepare() -> list[str]:
        ids = [public_one().id]
        if days:
            report_post(request(), ids[0], "somebody")
            expire_posts(posts, None, END)
        return ids

    prepare()
    for call in range(1, calls_of(lambda: expire_posts(posts, None, now)) + 1):
        for moment in Moment:
            ids = prepare()
            before = len(owed())
            dies_at(call, moment, lambda: expire_posts(posts, None, now))
            time.sleep(0.03)
            assert expire_posts(posts, None, now).failed == 0
            assert [stands(id).erased for id in ids] == [bool(days)]
            assert [kinds(id)["expired"] for id in ids] == [1]
            assert len(owed()) == before + (0 if days else 1)
    settle(rulebook)
