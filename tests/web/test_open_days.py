"""Open days at the edge: booked and asked by residents, seen and answered at the desk, public without a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from chalicelib.domain.open_days import OpenDay
from chalicelib.domain.standards import Text
from infra.local.server import Origin
from tests.people import owed
from tests.web.client import PROGRAM, Reply, Visitor
from tests.web.homes import NEIGHBOUR, PHONE, membership, moves_in, moves_out, signed_in

HOME = membership()
DAY = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%d}"
MINE, DESK = "/api/v1/my/open-days", "/api/v1/staff/open-days"


@pytest.fixture(autouse=True)
def days(monkeypatch: pytest.MonkeyPatch, table: str) -> Iterator[None]:
    """An open day in a month in one community, and another one elsewhere; the published ones will be over one day."""
    from chalicelib import wiring

    on = date.fromisoformat(DAY)
    made = tuple(
        OpenDay(id, community, on, Text("会客室", "Meeting room"), 20, (time(14), time(14, 20)))
        for id, community in (("here", "river-view"), ("there", "osmanthus-lane"))
    )
    book = replace(wiring.rulebook(), open_days=made)
    monkeypatch.setattr(wiring, "rulebook", lambda: book)
    moves_in(HOME, membership("2605", phone=NEIGHBOUR, name="邻居"))
    yield


def due_messages() -> list[object]:
    """What the outbox hands over on the day before, rendered."""
    from chalicelib import wiring
    from chalicelib.storage.outbox import SHARDS

    until = datetime.now(UTC) + timedelta(days=31)
    owed = [one.message for shard in range(SHARDS) for one in wiring.outbox.pending(shard, until)]
    reminders = [one for one in owed if one.template == "open_day_reminder"]
    return [parcel.letters for parcel in wiring.post_office(until).prepare(reminders)]


def test_a_slot_is_booked_once_and_the_desk_sees_who_comes(
    origin: Origin, staff: Callable[..., Visitor]
) -> None:
    me, neighbour = signed_in(origin), signed_in(origin, NEIGHBOUR)
    reply = me.post_json(f"{MINE}/here/book", {"slot": "14:00"})
    assert reply.status == 200, reply.text
    assert [one["state"] for one in reply.json()["slots"]] == ["mine", "free"]
    assert me.post_json(f"{MINE}/here/book", {"slot": "14:00"}).status == 200
    taken = neighbour.post_json(f"{MINE}/here/book", {"slot": "14:00"})
    assert taken.status == 409 and "刚刚被约走" in taken.json()["detail"]
    assert me.post_json(f"{MINE}/here/book", {"slot": "14:20"}).status == 409
    assert me.post_json(f"{MINE}/here/book", {"slot": "9:99"}).status == 409
    assert me.post_json(f"{MINE}/here/book", {}).status == 422
    (seen,) = staff("desk").get(DESK).json()["items"]
    assert [(one["slot"], one["home"]) for one in seen["bookings"]] == [("14:00", HOME.home.id)]
    text = staff("manager", html=True).get("/api/staff/open-days").text
    assert "东楼" in text and "2604" in text and PHONE not in text


def test_forty_residents_at_once_are_noted_or_told_to_come_again(origin: Origin) -> None:
    homes = [membership(f"{3000 + n}", phone=f"000-0000-{3000 + n}") for n in range(40)]
    moves_in(*homes)
    visitors = [signed_in(origin, one.member.phone or "") for one in homes]

    def ask(visitor: Visitor) -> Reply:
        return visitor.post_json(f"{MINE}/here/ask", {"words": "电梯什么时候换？"})

    with ThreadPoolExecutor(40) as pool:
        replies = list(pool.map(ask, visitors))
    assert {reply.status for reply in replies} <= {200, 503}, [reply.text for reply in replies]
    assert all(reply.headers["retry-after"] == "5" for reply in replies if reply.status == 503)
    noted = sum(reply.status == 200 for reply in replies)
    from chalicelib import wiring

    assert len(wiring.open_days.load("here").questions) == noted > 8


def test_whoever_is_overtaken_every_time_is_told_to_come_again(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chalicelib import wiring
    from chalicelib.domain.keeping import Stale

    def overtaken(*_: object) -> None:
        raise Stale("here")

    monkeypatch.setattr(wiring.open_days, "load", overtaken)
    reply = signed_in(origin).post_json(f"{MINE}/here/book", {"slot": "14:00"})
    assert (reply.status, reply.headers["retry-after"]) == (503, "5")


def test_nobody_else_learns_who_comes(origin: Origin, staff: Callable[..., Visitor]) -> None:
    signed_in(origin).post_json(f"{MINE}/here/book", {"slot": "14:00"})
    for visitor, path in (
        (Visitor(origin, dict(PROGRAM)), "/api/v1/open-days"),
        (signed_in(origin, NEIGHBOUR), MINE),
    ):
        reply = visitor.get(path)
        assert reply.status == 200 and HOME.home.id not in reply.text and "taken" in reply.text
    assert staff("desk", "osmanthus-lane").get(DESK).json()["items"][0]["bookings"] == []
    assert signed_in(origin).post_json(f"{MINE}/there/book", {"slot": "14:00"}).status == 404
    assert staff("desk").post_json(f"{DESK}/there/answer", {"question": "x", "words": "y"}).status == 404


def test_a_question_is_public_once_it_is_answered_and_never_says_who_asked(
    origin: Origin, staff: Callable[..., Visitor]
) -> None:
    me, anybody = signed_in(origin), Visitor(origin, dict(PROGRAM))
    for _ in range(2):  # said twice it counts once
        assert me.post_json(f"{MINE}/here/ask", {"words": "车库的灯\n什么时候修？"}).status == 200
    [heard] = [one for one in owed() if one.template == "open_day_question"]
    assert heard.to.startswith("desk:") and "车库" not in str(heard)
    assert "车库的灯" not in anybody.get("/api/v1/open-days").text
    assert "车库的灯" not in signed_in(origin, NEIGHBOUR).get(MINE).text
    desk = staff("manager")
    (seen,) = desk.get(DESK).json()["items"]
    question = seen["questions"][0]["question"]
    assert desk.post_json(f"{DESK}/here/answer", {"question": question, "words": " "}).status == 422
    assert desk.post_json(f"{DESK}/here/answer", {"question": "nothing", "words": "好"}).status == 409
    assert desk.post_json(f"{DESK}/here/answer", {"question": question, "words": "下周。"}).status == 200
    said = anybody.get("/api/v1/open-days").text
    assert "车库的灯" in said and "下周。" in said
    for secret in (HOME.home.id, "2604", "江晴", PHONE):
        assert secret not in said


def test_the_page_works_without_scripts_and_keeps_what_was_written(origin: Origin) -> None:
    page = signed_in(origin, html=True)
    shown = page.get("/api/my/open-days")
    assert shown.status == 200 and 'name="slot" value="14:00"' in shown.text
    reply = page.post_form("/api/my/open-days/here/book", {"slot": "14:00", "language": "zh"})
    assert reply.status == 303
    shown = page.get("/api/my/open-days?done=book")
    assert "您约了 14:00" in shown.text and "约好了" in shown.text
    refused = page.post_form("/api/my/open-days/here/book", {"slot": "14:20", "language": "zh"})
    assert refused.status == 409 and "已经约了一个时段" in refused.text
    long = "问" * 501
    refused = page.post_form("/api/my/open-days/here/ask", {"words": long, "language": "zh"})
    assert refused.status == 422 and long in refused.text and "太长" in refused.text
    assert page.post_form("/api/my/open-days/here/cancel", {"language": "zh"}).status == 303
    assert "您约了" not in page.get("/api/my/open-days").text


def test_the_reminder_finds_whoever_still_comes_and_nobody_else(origin: Origin) -> None:
    me = signed_in(origin)
    me.post_json(f"{MINE}/here/book", {"slot": "14:00"})
    ((letter,),) = due_messages()  # type: ignore[misc]
    assert letter.to == PHONE and "总经理开放日" in letter.text and "会客室" in letter.text
    assert "14:00" in letter.text and "2604" not in letter.text
    me.post_json(f"{MINE}/here/cancel", {})
    assert due_messages() == [()]
    neighbour = signed_in(origin, NEIGHBOUR)
    neighbour.post_json(f"{MINE}/here/book", {"slot": "14:00"})
    assert sorted(len(one) for one in due_messages()) == [0, 1]  # type: ignore[arg-type]
    moves_out(membership("2605", phone=NEIGHBOUR, name="邻居"), datetime.now(UTC))
    assert due_messages() == [(), ()]


def test_too_many_steps_in_an_hour_are_refused(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_ALLOWANCE_FACTOR", "1")
    me = signed_in(origin)
    statuses = [me.post_json(f"{MINE}/here/cancel", {}).status for _ in range(21)]
    assert statuses == [409] * 20 + [429]


def test_who_takes_their_data_along_or_has_it_deleted_finds_the_open_day_in_it(
    origin: Origin, staff: Callable[..., Visitor]
) -> None:
    from chalicelib import wiring
    from chalicelib.actions.attend_open_day import attend
    from chalicelib.domain import open_days as rules

    me = signed_in(origin)
    me.post_json(f"{MINE}/here/book", {"slot": "14:00"})
    for words in ("答了的", "没答的"):
        me.post_json(f"{MINE}/here/ask", {"words": words})
    desk = staff("manager")
    first = desk.get(DESK).json()["items"][0]["questions"][0]["question"]
    desk.post_json(f"{DESK}/here/answer", {"question": first, "words": "好"})
    held = me.get("/api/v1/my/data").json()
    assert held["open_days"] == [{"day": "here", "slots": ["14:00"], "questions": ["答了的", "没答的"]}]
    day = wiring.rulebook().open_days[0]
    visitor = rules.Visitor(HOME.home.id, HOME.member.id)
    left = attend(wiring.open_days, day, lambda book: rules.without(book, visitor))
    assert left.bookings == () and [one.words for one in left.questions] == ["答了的"]
    assert left.questions[0].visitor.home == ""
