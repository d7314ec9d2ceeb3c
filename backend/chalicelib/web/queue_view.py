"""The queue's page, filled: a list of the open cases or what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from chalicelib import wiring
from chalicelib.domain.case import Case
from chalicelib.domain.keeping import Row
from chalicelib.domain.moments import written
from chalicelib.domain.rules import knows_complainants
from chalicelib.domain.standards import Text

from .clock_views import left_words
from .lists import DeskList
from .page_views import ListTab, QueueRow, QueueView, Urgency
from .staff_pages import QUEUE, bar_of
from .story import Reader, name_of
from .words import CLOCK, KIND, STATE

# What is due within this time is marked as near.
SOON = timedelta(minutes=30)


def of_list(
    rows: Sequence[Row],
    chosen: DeskList,
    lists: Sequence[DeskList],
    counts: Mapping[str, int],
    next_address: str,
    session: wiring.Session,
    reader: Reader,
) -> QueueView:
    """A page of one list. `counts` may be empty: a script fetches them after the page is there."""
    return QueueView(
        bar=bar_of(QUEUE, session, reader),
        now_iso=written(reader.now),
        title=reader.say(Text("待办工单", "Open cases")),
        rows=[row_view(row, reader, session) for row in rows],
        lists=[_tab(one, chosen, counts, reader) for one in lists],
        next_address=next_address,
        empty=reader.say(chosen.empty),
        refresh_seconds=30,
        refresh_seconds_alone=120,
    )


def of_search(
    rows: Sequence[Row],
    typed: str,
    lists: Sequence[DeskList],
    cursor: str,
    session: wiring.Session,
    reader: Reader,
) -> QueueView:
    """What a search found so far; `cursor` goes on looking, "" when everything was looked at."""
    if cursor:
        empty = Text(
            "前面的工单里没有找到，可以接着往后找。", "Not among those looked at so far; there are more."
        )
    elif not knows_complainants(session.actor):
        empty = Text(
            "待办的工单里没有找到。换个写法试试，例如房号只写“2-502”；投诉按房号找不到，请用单号或几个字找。",
            "Not found among the open cases. Try “2-502” for a home; complaints are found by their number or by words only.",
        )
    else:
        empty = Text(
            "待办的工单里没有找到。换个写法试试，例如房号只写“2-502”；已结束的工单请输入完整单号。",
            "Not found among the open cases. Try “2-502” for a home; an ended case is found by its whole number.",
        )
    return QueueView(
        bar=bar_of("", session, reader),
        now_iso=written(reader.now),
        title=reader.say(Text("搜索结果", "Found")),
        rows=[row_view(row, reader, session) for row in rows],
        lists=[_tab(one, None, {}, reader) for one in lists],
        next_address="",
        empty=reader.say(empty),
        typed=typed,
        go_on=cursor,
    )


def _tab(one: DeskList, chosen: DeskList | None, counts: Mapping[str, int], reader: Reader) -> ListTab:
    language = f"&lang={reader.language}" if reader.language == "en" else ""
    return ListTab(
        id=one.id,
        label=reader.say(one.name),
        address=f"{QUEUE}?list={one.id}{language}",
        chosen=chosen is not None and one.id == chosen.id,
        count=count_words(counts.get(one.id)),
    )


def count_words(count: int | None) -> str:
    """A count as the desk shows it; "" while it is not known."""
    if count is None:
        return ""
    return f"{count}" if count < wiring.queues.MOST_COUNTED else f"{wiring.queues.MOST_COUNTED - 1}+"


def row_view(row: Row, reader: Reader, session: wiring.Session | None = None) -> QueueRow:
    """One case as a row of a list."""
    case = row.case
    community = reader.book.communities[case.community]
    building = community.buildings.get(case.building)
    place = [reader.say(building.name) if building else case.building, row.home or ""]
    standard = reader.book.standards.get(case.category)
    next_clock = min((c for c in case.clocks if c.running), key=lambda c: c.due, default=None)
    mine = session is not None and case.in_charge == f"staff:{session.actor.id}"
    return QueueRow(
        number=case.number,
        address=f"/api/staff/cases/{case.number}",
        kind=reader.say(KIND[case.kind]),
        title=reader.say(standard.title) if standard else case.category,
        excerpt=row.excerpt or "",
        place=" ".join(part for part in place if part),
        in_charge=reader.say(
            Text("没人接（在值班台）", "Nobody yet (at the desk)")
            if case.fallback
            else Text("我", "Me")
            if mine
            else name_of(case.in_charge, community, reader.book)
        ),
        state=reader.say(STATE[case.state.value]),
        clock=reader.say(CLOCK[next_clock.kind]) if next_clock else "",
        due=reader.moment(next_clock.due, case) if next_clock else "",
        due_iso=written(next_clock.due) if next_clock else "",
        left=reader.say(left_words(next_clock, reader.now)) if next_clock else "",
        urgency=urgency_of(case, reader),
        urgent=case.severity == "urgent",
        major=case.severity == "major",
        paused=case.paused is not None,
        asked=case.asked is not None,
        unverified=not case.verified,
    )


def urgency_of(case: Case, reader: Reader) -> Urgency:
    """How near the next due moment is: the words beside it say the same, colour is never all."""
    due = case.due
    if due is None:
        return "none"
    if reader.now > due:
        return "late"
    return "soon" if due - reader.now <= SOON else "calm"
