"""What can be done to a post when, and what the clock has to do with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from chalicelib.domain import posting
from chalicelib.domain.chain import faults
from chalicelib.domain.change import By
from chalicelib.domain.photos import Photo
from chalicelib.domain.post import Content, Post, PostChange, apply, from_json, to_json
from chalicelib.domain.refusals import Refused
from tests.cases import HOUR, TUESDAY_TEN, local
from tests.posts import DESK, HERE, LAMP, RESIDENT

Step = Callable[[Post, By], PostChange | None]
UNTIL = date(2026, 12, 20)


def by(at: datetime = TUESDAY_TEN, desk: bool = False) -> By:
    return By(DESK if desk else RESIDENT, at, "00" * 8)


def photo(nth: int) -> Photo:
    return Photo(f"kept/P261124-000001/{nth:032}.jpg", 1000, f"{nth:032}")


STEPS: dict[str, Step] = {
    "edit": lambda post, by: posting.edit(post, replace(LAMP, title="转让落地灯"), by),
    "add_photo": lambda post, by: posting.add_photo(post, by, photo(1)),
    "renew": lambda post, by: posting.renew(post, date(2027, 1, 10), by),
    "withdraw": posting.withdraw,
    "report": posting.report,
    "approve": posting.approve,
    "refuse": lambda post, by: posting.refuse(post, by, "twice"),
    "ask_change": lambda post, by: posting.ask_change(post, by, "photographs", "请换一张"),
    "keep": posting.keep,
    "take_down": lambda post, by: posting.take_down(post, by, "misleading"),
}


def made(*steps: str, at: datetime = TUESDAY_TEN, content: Content = LAMP) -> Post:
    """A post that went through these steps, one an hour."""
    post = posting.file("P261124-000001", HERE, content, by(at)).after
    for nth, name in enumerate(steps, 1):
        change = STEPS[name](post, by(at + nth * HOUR))
        assert change is not None
        post = change.after
    return post


POSSIBLE = {
    (): {"edit", "add_photo", "withdraw", "approve", "refuse", "ask_change"},
    ("ask_change",): {"edit", "add_photo", "withdraw"},
    ("refuse",): {"edit", "add_photo", "withdraw"},
    ("approve",): {"edit", "add_photo", "renew", "withdraw", "report", "take_down"},
    ("approve", "edit"): {"edit", "add_photo", "renew", "withdraw", "report", "take_down", "approve", "refuse", "ask_change"},
    ("approve", "edit", "refuse"): {"edit", "add_photo", "renew", "withdraw", "report", "take_down"},
    ("approve", "report"): {"edit", "add_photo", "renew", "withdraw", "report", "take_down", "keep"},
    ("withdraw",): set(),
    ("approve", "take_down"): set(),
}  # fmt: skip


@pytest.mark.parametrize("before", POSSIBLE, ids=" ".join)
def test_each_step_is_possible_just_where_it_makes_sense(before: tuple[str, ...]) -> None:
    post = made(*before)
    possible = set()
    for name, step in STEPS.items():
        try:
            change = step(post, by(TUESDAY_TEN + 9 * HOUR))
        except Refused:
            continue
        possible.add(name)
        assert change is not None and from_json(to_json(change.after)) == change.after
    assert possible == POSSIBLE[before]
    author = {"edit", "renew", "withdraw"}
    assert set(posting.verbs_of_author(post, TUESDAY_TEN + 9 * HOUR)) == possible & author
    desk = {"approve", "refuse", "ask_change", "keep", "take_down"}
    assert set(posting.verbs_of_desk(post)) == possible & desk


def test_what_is_public_is_what_was_approved_last() -> None:
    post = made("approve", "edit")
    assert post.live == LAMP and post.draft is not None and post.draft.title == "转让落地灯"
    assert made("approve", "edit", "refuse").live == LAMP
    approved = made("approve", "edit", "approve")
    assert approved.live == post.draft and approved.draft is None
    assert approved.published == made("approve").published  # a change does not climb the list


def test_a_change_keeps_only_photos_that_the_post_has_and_three_are_the_most() -> None:
    post = made()
    for nth in range(3):
        post = posting.add_photo(post, by(), photo(nth)).after
    with pytest.raises(Refused) as refused:
        posting.add_photo(post, by(), photo(9))
    assert refused.value.reason == "too_many_photos"
    wanted = replace(LAMP, photos=(photo(2).key, "kept/P000000-000000/stolen.jpg", photo(0).key))
    changed = posting.edit(post, wanted, by()).after
    assert changed.draft is not None and changed.draft.photos == (photo(2).key, photo(0).key)


def test_it_ends_when_its_last_day_is_over_where_it_stands() -> None:
    post = made("approve")
    end = local("2026-12-21 00:00")
    assert post.ends == end and post.timers() == {"expire": end, "remind": local("2026-12-17 09:00")}
    assert post.is_public(end - timedelta(milliseconds=1)) and not post.is_public(end)
    assert posting.on_time(post, by(local("2026-12-17 08:59"))) is None
    found = posting.on_time(post, by(local("2026-12-17 09:00")))
    assert found is not None and found[0] == "remind"
    [message] = found[1].messages
    assert message.template == "post_ending" and message.facts["until"] == "2026-12-20"
    assert "remind" not in found[1].after.timers()
    ended = posting.on_time(found[1].after, by(end))
    assert ended is not None and ended[0] == "expire"
    assert ended[1].messages[0].at == local("2026-12-21 09:00")  # not in the middle of the night


def test_a_late_clock_ends_it_without_reminding_and_a_short_life_is_not_reminded_of() -> None:
    late = posting.on_time(made("approve"), by(local("2026-12-23 15:00")))
    assert late is not None and late[0] == "expire" and late[1].messages[0].at == local("2026-12-23 15:00")
    short = made("approve", content=replace(LAMP, until=date(2026, 11, 26)))
    assert list(short.timers()) == ["expire"]
    never = posting.on_time(made("refuse"), by(local("2026-12-21 00:00")))
    assert never is not None and never[1].messages == ()  # the desk had told its author


def test_a_waiting_change_keeps_it_on_the_board_and_a_renewal_is_reminded_of_anew() -> None:
    longer = replace(LAMP, until=date(2027, 1, 5))
    post = posting.edit(made("approve"), longer, by()).after
    assert post.until == date(2027, 1, 5)
    assert posting.refuse(post, by(desk=True), "twice").after.until == UNTIL
    found = posting.on_time(made("approve"), by(local("2026-12-17 09:00")))
    assert found is not None
    renewed = posting.renew(found[1].after, date(2027, 1, 10), by(local("2026-12-18 10:00"))).after
    assert renewed.timers()["remind"] == local("2027-01-07 09:00")


def test_for_thirty_days_an_ended_post_comes_back_by_a_renewal() -> None:
    found = posting.on_time(made("approve"), by(local("2026-12-21 00:00")))
    assert found is not None
    ended = found[1].after
    back = posting.renew(ended, date(2027, 2, 1), by(local("2027-01-20 00:00"))).after
    assert back.state == "published" and back.published == local("2027-01-20 00:00")
    for step in ("renew", "edit"):
        with pytest.raises(Refused):
            STEPS[step](ended, by(local("2027-01-20 00:00") + timedelta(milliseconds=1)))
    assert posting.edit(ended, LAMP, by(local("2027-01-01 00:00"))).after.state == "waiting"


def test_more_than_twenty_reports_are_not_counted_and_a_history_ends_at_sixty_events() -> None:
    post = made("approve")
    for _ in range(posting.MOST_REPORTS):
        change = posting.report(post, by())
        assert change is not None
        post = change.after
    assert posting.report(post, by()) is None and post.reports == 20
    assert posting.keep(post, by(desk=True)).after.reports == 0
    while post.version < posting.MOST_EVENTS:
        post = posting.edit(post, LAMP, by()).after
    with pytest.raises(Refused) as refused:
        posting.edit(post, LAMP, by())
    assert refused.value.reason == "post_too_often_changed"
    assert posting.report(post, by()) is None
    assert posting.approve(post, by(desk=True)).after.state == "published"


def test_what_is_erased_leaves_a_chain_that_verifies() -> None:
    events = [*posting.file("P261124-000001", HERE, LAMP, by()).events]
    post = apply(None, events[0])
    for name in ("approve", "edit"):
        change = STEPS[name](post, by())
        assert change is not None
        events += change.events
        post = change.after
    erased = posting.erase(post, by())
    events = [replace(one, words=None, salt=None) for one in (*events, *erased.events)]
    assert faults(events) == [] and "灯" not in str(events)
    again = None
    for event in events:
        again = apply(again, event)
    assert again == erased.after and again.newest is None
