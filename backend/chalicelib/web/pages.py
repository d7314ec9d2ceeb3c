"""The pages about a case, filled: receipt, tracking, queue, and the case as staff see it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import segno

from chalicelib import wiring
from chalicelib.domain.keeping import CaseFile, Owed, Row
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Community, Text

from . import photos
from .buttons import Tried, resident_forms, staff_forms, tracking_path
from .page_views import (
    QueueRow,
    QueueView,
    ReceiptView,
    StaffCaseView,
    StuckRow,
    StuckView,
    TrackView,
)
from .story import (
    Reader,
    clock_views,
    contact_of,
    head_of,
    left_words,
    name_of,
    no_clock_words,
    timeline,
)
from .words import CLOCK, KIND, ROLE, STATE, moment_words

MAIN_VERBS = ("reply", "arrive", "resolve", "decide_extension", "resume")
QUEUE = "/api/staff/queue"
STUCK = "/api/staff/stuck"
LEAVE = "/api/staff/session/end"


def tracking_address(number: str) -> str:
    """The whole address of the tracking page, as it is shared."""
    return wiring.origin() + tracking_path(number)


@lru_cache(maxsize=64)
def qr_code(address: str) -> str:
    """The address as a QR code: an SVG without any style of its own."""
    svg: str = segno.make(address, error="q", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return svg


def receipt_view(file: CaseFile, reader: Reader) -> ReceiptView:
    """The page after filing."""
    head = head_of(file, reader)
    address = tracking_address(file.case.number)
    return ReceiptView(
        language=reader.language,
        now_iso=written(reader.now),
        number=file.case.number,
        title=head.title,
        clocks=clock_views(file, reader),
        no_clock=no_clock_words(file.case, reader),
        address=address,
        qr_svg=qr_code(address),
        telephone=contact_of(file.case, reader),
        sends_messages=file.case.tell_resident,
    )


def track_view(
    file: CaseFile, reader: Reader, notice: str = "", tone: str = "good", tried: Tried | None = None
) -> TrackView:
    """The tracking page."""
    case = file.case
    address = tracking_address(case.number)
    rating: Sequence[tuple[str, int]] = ()
    if case.rating is not None:
        labels = (Text("快慢", "Speed"), Text("态度", "Manner"), Text("效果", "Result"))
        rating = [(reader.say(label), score) for label, score in zip(labels, case.rating, strict=True)]
    return TrackView(
        language=reader.language,
        now_iso=written(reader.now),
        head=head_of(file, reader),
        clocks=clock_views(file, reader),
        no_clock=no_clock_words(case, reader),
        timeline=timeline(file, reader),
        in_charge=contact_of(case, reader),
        actions=resident_forms(case, reader, tried),
        address=address,
        qr_svg=qr_code(address),
        rating=rating,
        photos=photos.addresses(file),
        notice=notice,
        notice_tone="bad" if tone == "bad" else "good",
    )


def staff_view(
    file: CaseFile,
    reader: Reader,
    session: wiring.Session,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> StaffCaseView:
    """A case for those who work it."""
    case = file.case
    forms = staff_forms(case, reader, session.actor, tried)
    contact = [
        (reader.say(label), value)
        for label, value in (
            (Text("称呼", "Name"), file.contact.name),
            (Text("房号或位置", "Home or place"), file.contact.home),
        )
        if value
    ]
    asked = ""
    if case.asked is not None:
        until = reader.moment(case.asked.until, case)
        clock = CLOCK[case.asked.clock]
        words = next((event.words for event in file.events if event.seq == case.asked.seq), None) or ""
        asked = reader.say(
            Text(
                f"申请把“{clock.zh}”延到 {until}：{words}",
                f"Asked to extend “{clock.en}” until {until}: {words}",
            )
        )
    return StaffCaseView(
        language=reader.language,
        now_iso=written(reader.now),
        who=who_is(session, reader),
        head=head_of(file, reader),
        contact=contact,
        phone=file.contact.phone or "",
        clocks=clock_views(file, reader),
        timeline=timeline(file, reader),
        in_charge=contact_of(case, reader),
        main=[form for form in forms if form.verb in MAIN_VERBS],
        more=[form for form in forms if form.verb not in MAIN_VERBS],
        queue_address=QUEUE,
        photos=photos.addresses(file),
        asked=asked,
        notice=notice,
        notice_tone="bad" if tone == "bad" else "good",
    )


def queue_view(rows: Sequence[Row], next_address: str, session: wiring.Session, reader: Reader) -> QueueView:
    """A page of the staff queue."""
    community = reader.book.communities[session.community]
    return QueueView(
        language=reader.language,
        now_iso=written(reader.now),
        who=who_is(session, reader),
        community=reader.say(community.name),
        rows=[_queue_row(row, reader) for row in rows],
        scopes=_scopes(QUEUE, reader),
        next_address=next_address,
        leave_action=LEAVE,
    )


def stuck_view(owed: Sequence[Owed], next_address: str, session: wiring.Session, reader: Reader) -> StuckView:
    """A page of the messages that could not be sent."""
    community = reader.book.communities[session.community]
    return StuckView(
        language=reader.language,
        who=who_is(session, reader),
        community=reader.say(community.name),
        rows=[_stuck_row(one, community, reader) for one in owed],
        scopes=_scopes(STUCK, reader),
        next_address=next_address,
        leave_action=LEAVE,
    )


def _stuck_row(owed: Owed, community: Community, reader: Reader) -> StuckRow:
    message = owed.message
    sort, _, rest = message.to.partition(":")
    known = {"resident": ROLE["resident"], "engineers": ROLE["engineer"]}
    to = known.get(sort) or name_of(f"{sort}:{rest.rpartition('/')[2]}", community, reader.book)
    return StuckRow(
        number=message.case,
        address=f"/api/staff/cases/{message.case}" if message.case else "",
        to=reader.say(to),
        since=reader.say(moment_words(message.at, reader.now, community.zone)),
        reason=owed.error or "",
    )


def _scopes(here: str, reader: Reader) -> list[tuple[str, str, bool]]:
    names = ((QUEUE, Text("待办工单", "Open cases")), (STUCK, Text("没发出去的消息", "Messages not sent")))
    return [(reader.say(name), address, address == here) for address, name in names]


def who_is(session: wiring.Session, reader: Reader) -> str:
    """Who is signed in, in words."""
    community = reader.book.communities[session.community]
    role = reader.say(ROLE[session.actor.role.value])
    person = community.people.get(session.actor.id)
    return f"{role} {reader.say(Text(person.name, person.name_en))}" if person else role


def _queue_row(row: Row, reader: Reader) -> QueueRow:
    case = row.case
    community = reader.book.communities[case.community]
    building = community.buildings.get(case.building)
    place = [reader.say(building.name) if building else case.building, row.home or ""]
    standard = reader.book.standards.get(case.category)
    next_clock = min((c for c in case.clocks if c.running), key=lambda c: c.due, default=None)
    late = next_clock is not None and reader.now > next_clock.due
    title = reader.say(standard.title) if standard else case.category
    return QueueRow(
        number=case.number,
        address=f"/api/staff/cases/{case.number}",
        kind=reader.say(KIND[case.kind]),
        title=f"{title}：{row.excerpt}" if row.excerpt else title,
        place=" ".join(part for part in place if part),
        in_charge=reader.say(name_of(case.in_charge, community, reader.book)),
        state=reader.say(STATE[case.state.value]),
        clock=reader.say(CLOCK[next_clock.kind]) if next_clock else "",
        due=reader.moment(next_clock.due, case) if next_clock else "",
        due_iso=written(next_clock.due) if next_clock else "",
        left=reader.say(left_words(next_clock, reader.now)) if next_clock else "",
        late=late,
        urgent=case.severity == "urgent",
        paused=case.paused is not None,
        asked=case.asked is not None,
    )
