"""Cases for tests: filed through the real rules or the real actions, at a moment of the test's choosing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.actions.file_case import file_case
from chalicelib.actions.request import Request
from chalicelib.domain.calendar import YearDays
from chalicelib.domain.case import Case
from chalicelib.domain.change import By, Change
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.filing import Report, file
from chalicelib.domain.keeping import Contact, RequestKey
from chalicelib.domain.standards import Rulebook

SHANGHAI = ZoneInfo("Asia/Shanghai")
COMMUNITY = "osmanthus-lane"
OTHER_COMMUNITY = "river-view"
CONTACT = Contact(name="演示业主", phone="000-0000-0999", home="3 单元 201", excerpt="厨房水管爆了")
RESIDENT = Actor(Role.RESIDENT)
NUMBER = "261124-000001"


def local(text: str) -> datetime:
    """A moment written as Shanghai's clocks show it: "2026-11-24 10:00" or with seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


TUESDAY_TEN = local("2026-11-24 10:00")


def building_of(book: Rulebook, community: str = COMMUNITY) -> str:
    """The first building of a community."""
    return next(iter(book.communities[community].buildings))


def report(book: Rulebook, category: str = "C1", community: str = COMMUNITY, **changes: object) -> Report:
    """A plain report of that category."""
    values: dict[str, object] = {
        "community": community,
        "building": building_of(book, community),
        "category": category,
        "place": "home",
        "words": "厨房水管爆了，水流到客厅",
    }
    return Report(**{**values, **changes})  # type: ignore[arg-type]


def by(role: Role = Role.RESIDENT, at: datetime = TUESDAY_TEN, id: str = "") -> By:
    """Somebody acting at a moment."""
    return By(Actor(role, id), at, "00" * 8)


def filed(book: Rulebook, category: str = "C1", at: datetime = TUESDAY_TEN, number: str = NUMBER) -> Change:
    """The change that files such a case."""
    return file(report(book, category), number, by(at=at), book)


def case(book: Rulebook, category: str = "C1", at: datetime = TUESDAY_TEN, number: str = NUMBER) -> Case:
    """Such a case, just filed."""
    return filed(book, category, at, number).after


def request(
    book: Rulebook,
    at: datetime = TUESDAY_TEN,
    role: Role = Role.RESIDENT,
    person: str = "",
    key: str | None = None,
    body: str = "body",
    seen: int | None = None,
    community: str | None = None,
) -> Request:
    """A request against the real store."""
    from chalicelib.storage import cases as store

    kept = RequestKey("anyone", key, body, at) if key else None
    if role is not Role.RESIDENT and community is None:
        community = COMMUNITY
    return Request(Actor(role, person), at, book, store, community=community, key=kept, seen=seen)


def file_one(book: Rulebook, category: str = "C1", at: datetime = TUESDAY_TEN, **changes: object) -> Case:
    """A case filed through the action into the real store."""
    return file_case(request(book, at), report(book, category, **changes), CONTACT).case


def unannounced(book: Rulebook, year: int = 2027) -> Rulebook:
    """The rulebook while nothing is known of a year but the days that the law sets free (2027's), and nothing of the years after:
    whatever staff have entered since."""
    days = YearDays(year, frozenset(date(year, *day) for day in STATUTORY), frozenset(), False, "the law")
    calendars = {
        zone: replace(one, years={**{y: known for y, known in one.years.items() if y < year}, year: days})
        for zone, one in book.calendars.items()
    }
    return replace(book, calendars=calendars)


STATUTORY = (
    (1, 1),
    *((2, day) for day in (5, 6, 7, 8)),
    (4, 5),
    (5, 1),
    (5, 2),
    (6, 9),
    (9, 15),
    *((10, day) for day in (1, 2, 3)),
)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
