"""The pages about a case, filled: receipt, tracking, queue, and the case as staff see it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache

import segno

from chalicelib import wiring
from chalicelib.domain.case import Case, State
from chalicelib.domain.keeping import CaseFile, Owed
from chalicelib.domain.moments import written
from chalicelib.domain.post import ID as POST_ID
from chalicelib.domain.rules import HANDLERS, sees_contact
from chalicelib.domain.standards import Community, Text
from chalicelib.domain.telephones import spaced

from . import photos
from .buttons import Tried, resident_forms, staff_forms, tracking_path
from .clock_views import clock_views, no_clock_words, watch_words
from .near import near_case
from .page_views import (
    NearCase,
    ReceiptView,
    StaffCaseView,
    StuckRow,
    StuckView,
    TrackView,
)
from .queue_view import row_view
from .staff_pages import QUEUE, STUCK, bar_of, who_is
from .steps import plan_view
from .story import (
    Reader,
    contact_of,
    head_of,
    name_of,
    timeline,
)
from .words import CLOCK, ROLE, moment_words

MAIN_VERBS = ("reply", "arrive", "resolve", "decide_extension", "resume", "call_back")


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
    file: CaseFile,
    reader: Reader,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
    home: tuple[str, str] | None = None,
) -> TrackView:
    """The tracking page. `home` are the addresses of the resident's home and of the case in it: a page for those who signed in,
    without the secret link, because what they see must end when they move out."""
    case = file.case
    back, path = home or ("", None)
    address = "" if home else tracking_address(case.number)
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
        watch=watch_words(case, reader),
        timeline=timeline(file, reader),
        in_charge=contact_of(case, reader),
        actions=resident_forms(case, reader, tried, path),
        address=address,
        qr_svg=qr_code(address) if address else "",
        back=back,
        rating=rating,
        photos=photos.views(file, reader),
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
    forms = staff_forms(file, reader, session.actor, tried)
    quick = next((form for form in forms if form.verb == "arrive" and case.state is not State.ARRIVED), None)
    kept_back = _kept_back(case, reader, session)
    contact = [
        (reader.say(label), value)
        for label, value in (
            (Text("称呼", "Name"), file.contact.name),
            (Text("位置", "Place") if kept_back else Text("房号或位置", "Home or place"), file.contact.home),
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
        phone=spaced(file.contact.phone or ""),
        kept_back=kept_back,
        clocks=clock_views(file, reader),
        timeline=timeline(file, reader),
        in_charge=contact_of(case, reader),
        main=[form for form in forms if form.verb in MAIN_VERBS and form is not quick],
        more=[form for form in forms if form.verb not in MAIN_VERBS],
        queue_address=QUEUE,
        photos=photos.views(file, reader),
        photo_room=photos.room_for_work(case, session.actor),
        plan=plan_view(file, reader, session.actor),
        asked=asked,
        place=_place(file, reader),
        watch=watch_words(case, reader),
        quick=quick,
        near=_near(file, reader, session) if any(form.verb == "join" for form in forms) else (),
        version=case.version,
        notice=notice,
        notice_tone="bad" if tone == "bad" else "good",
    )


def _place(file: CaseFile, reader: Reader) -> str:
    """Where to go and whom to ask for, on one line."""
    case = file.case
    building = reader.book.communities[case.community].buildings.get(case.building)
    named = reader.say(building.name) if building else case.building
    return " ".join(part for part in (named, file.contact.home, file.contact.name) if part)


def _kept_back(case: Case, reader: Reader, session: wiring.Session) -> str:
    """Why whoever handles cases does not see whose complaint it is, and who helps them on; "" where there is nothing to say."""
    if case.erased or session.actor.role not in HANDLERS or sees_contact(session.actor, case):
        return ""
    return reader.say(
        Text(
            "这是投诉。投诉人的姓名、电话和房号，只给经办的人、值班台、礼宾助理、主管和经理看。要联系投诉人，请找下面的经办人。",
            "This is a complaint. Who made it is shown to whoever has it, the desk, the building assistants, supervisors and"
            " managers. To reach the resident, ask whoever has it, below.",
        )
    )


def _near(file: CaseFile, reader: Reader, session: wiring.Session) -> list[NearCase]:
    """The open cases that may be about the same thing, each with the way to join the later one to the earlier."""
    here = file.case
    found = []
    for row in near_case(session, file):
        later = row.case.opened > here.opened
        joining, staying = (row.case, here) if later else (here, row.case)
        found.append(
            NearCase(
                row_view(row, reader, session),
                join=f"/api/staff/cases/{joining.number}/join",
                other=staying.number,
                seen=str(joining.version),
                key=str(uuid.uuid4()),
                into_this=later,
            )
        )
    return found


def stuck_view(owed: Sequence[Owed], next_address: str, session: wiring.Session, reader: Reader) -> StuckView:
    """A page of the messages that could not be sent."""
    community = reader.book.communities[session.community]
    return StuckView(
        bar=bar_of(STUCK, session, reader),
        rows=[_stuck_row(one, community, reader) for one in owed],
        next_address=next_address,
    )


def _stuck_row(owed: Owed, community: Community, reader: Reader) -> StuckRow:
    message = owed.message
    sort, _, rest = message.to.partition(":")
    known = {"resident": ROLE["resident"], "poster": ROLE["resident"], "engineers": ROLE["engineer"]}
    to = known.get(sort) or name_of(f"{sort}:{rest.rpartition('/')[2]}", community, reader.book)
    return StuckRow(
        number=message.case,
        address=_desk_page_of(message.case),
        to=reader.say(to),
        since=reader.say(moment_words(message.at, reader.now, community.zone)),
        reason=owed.error or "",
    )


def _desk_page_of(number: str) -> str:
    """Where the desk looks at a case or a post; "" for neither."""
    if POST_ID.fullmatch(number):
        return f"/api/staff/board/{number}"
    return f"/api/staff/cases/{number}" if number else ""
