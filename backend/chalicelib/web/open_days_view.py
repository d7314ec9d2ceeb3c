"""Open days as plain values: for anybody, for a resident, for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.open_days import OpenDay, OpenDayBook
from chalicelib.domain.standards import Text

from .my_views import Frame
from .page_views import Bar
from .story import Reader
from .words import moment_words


@dataclass(frozen=True)
class Slot:
    """A slot: its hours, and whether it is free, taken, one's own or over; `who` is who comes, for the desk."""

    value: str
    hours: str
    state: str
    who: str = ""


@dataclass(frozen=True)
class Asked:
    """A question with its answer. `mine` is whether the reader's home asked it."""

    id: str
    words: str
    state: str
    answer: str
    mine: bool = False


@dataclass(frozen=True)
class DayView:
    """One open day as its reader sees it."""

    id: str
    title: str
    place: str
    slots: Sequence[Slot]
    questions: Sequence[Asked]
    over: bool
    mine: str = ""


@dataclass(frozen=True)
class OpenDaysView:
    """A page of open days. `tried` is the day on which something was not carried out, with `words` as they were sent."""

    language: str
    days: Sequence[DayView]
    base: str
    notice: str = ""
    tone: str = "good"
    tried: str = ""
    words: str = ""
    frame: Frame | None = None
    bar: Bar | None = None
    title: str = ""


def day_view(
    day: OpenDay,
    book: OpenDayBook,
    reader: Reader,
    home: str = "",
    names: Mapping[str, str] | None = None,
) -> DayView:
    """A day for a reader: of a home ("" for anybody), or of the desk with the `names` of homes by their ids.

    Only the desk sees who comes and what waits; a home sees its own questions besides those that are answered.
    """
    community = reader.book.communities[day.community]
    zone = community.zone
    mine = book.of_home(home) if home else None
    slots = []
    for one in day.slots:
        value = f"{one:%H:%M}"
        begins = day.begins(one, zone)
        booked = book.of_slot(value)
        state = "free"
        if booked is not None:
            state = "mine" if booked is mine else "taken"
        elif begins <= reader.now:
            state = "over"
        who = names.get(booked.visitor.home, "") if names is not None and booked else ""
        slots.append(Slot(value, f"{value}–{begins + timedelta(minutes=day.minutes):%H:%M}", state, who))
    questions = [
        Asked(one.id, one.words, one.state, one.answer, bool(home) and one.visitor.home == home)
        for one in book.questions
        if names is not None or one.state == "answered" or (home and one.visitor.home == home)
    ]
    when = day_words(day, reader)
    name = community.name.in_language(reader.language)
    return DayView(
        id=day.id,
        title=f"{when}，{name}" if reader.language == "zh" else f"{when}, {name}",
        place=day.place.in_language(reader.language),
        slots=slots,
        questions=questions,
        over=day.begins(day.slots[-1], zone) <= reader.now,
        mine=mine.slot if mine else "",
    )


def day_words(day: OpenDay, reader: Reader) -> str:
    """The day as people say it: "12月12日（周六）"."""
    zone = reader.book.communities[day.community].zone
    noon = day.begins(day.slots[0], zone)
    far = datetime(noon.year, 1, 1, tzinfo=noon.tzinfo) - timedelta(days=30)
    said = moment_words(noon, max(far, noon - timedelta(days=30)), zone).in_language(reader.language)
    return said.removesuffix(f"{noon:%H:%M}").rstrip(" ,")


STATES: Mapping[str, Text] = {
    "waiting": Text("等待答复", "Waiting"),
    "answered": Text("已公开答复", "Answered in public"),
    "declined": Text("没有公开", "Not published"),
}
