"""Call-backs for tests: what ended in the month before the one that it is, and the draw among it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chalicelib.actions.confirm import confirm
from chalicelib.actions.resolve import resolve
from chalicelib.domain.events import Role
from chalicelib.domain.months import last_day, month_at, moved
from chalicelib.domain.standards import Rulebook
from tests.cases import SHANGHAI, file_one, request


def month_before(now: datetime | None = None) -> str:
    """The month before the one that it is in Shanghai."""
    return moved(month_at(now or datetime.now(UTC), str(SHANGHAI)), -1)


def settled(
    book: Rulebook,
    community: str,
    category: str = "B4",
    nth: int = 0,
    by: tuple[Role, str] | None = None,
) -> str:
    """The number of a case of the month before that its resident confirmed within the hour; settled by the desk, or by `by`."""
    day = last_day(month_before()) - timedelta(days=3)
    at = datetime(day.year, day.month, day.day, 10, nth, tzinfo=SHANGHAI)
    number = file_one(book, category, at, community=community).number
    desk = next(one.id for one in book.communities[community].people.values() if one.role == "desk")
    role, person = by or (Role.DESK, desk)
    asked = request(book, at + timedelta(minutes=20), role, person, community=community)
    resolve(asked, number, "已经说过他们了。")
    confirm(request(book, at + timedelta(minutes=40)), number)
    return number


def draw() -> None:
    """Has the scheduled function draw now."""
    from chalicelib import wiring
    from chalicelib.jobs.draw_call_backs import draw_call_backs

    now = wiring.now()
    draw_call_backs(wiring.call_draws, wiring.figures, wiring.cases, wiring.rulebook(), now)
