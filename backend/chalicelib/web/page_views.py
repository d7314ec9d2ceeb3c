"""What each page made at run time shows, as plain values; the templates in `templates/` say how.

Moments come twice: as words in the reader's language (see `words.moment_words`) and, where a script counts down, as ISO 8601 in
UTC. Nothing here reads a clock or a store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .action_forms import ActionForm
from .plan_views import PlanView

ClockStatus = Literal["running", "late", "paused", "kept", "missed", "stopped"]
"""running and late still run; kept and missed are over (missed: met, but after the promised moment); stopped: case ended."""


@dataclass(frozen=True)
class Bar:
    """What stands around every page of staff."""

    language: str
    who: str
    community: str
    scopes: Sequence[tuple[str, str, bool]]
    leave_action: str


@dataclass(frozen=True)
class ClockView:
    """One clock of a case.

    `due` is the moment enforced now, `due_iso` the same in UTC. `left` says what is left or by how much it was missed, in words
    ("还剩 12 分钟", "已超时 3 分钟", "提前 5 分钟"). `original` is the promised moment when an extension moved it, with
    `extension_reason`; "" otherwise. `standard` is the promise's id and `standard_address` its anchor on the site.
    """

    clock: str
    label: str
    status: ClockStatus
    due: str
    due_iso: str
    left: str
    standard: str
    standard_address: str
    original: str = ""
    extension_reason: str = ""
    met: str = ""
    paused_for: str = ""
    provisional: bool = False
    appointed: str = ""


@dataclass(frozen=True)
class TimelineEntry:
    """One event in words. `tone` colours its mark; `words` is what a person wrote; `staff_only` shows only on staff pages.

    `address` is where more about it stands, if anywhere.
    """

    moment: str
    moment_iso: str
    title: str
    by: str = ""
    words: str = ""
    tone: Literal["plain", "good", "bad", "major"] = "plain"
    staff_only: bool = False
    address: str = ""


@dataclass(frozen=True)
class Contact:
    """Who is in charge and how to reach them; `role` in words. `desk` numbers stand in whenever the person does not answer."""

    name: str
    role: str
    phone: str
    day_phone: str
    night_phone: str


@dataclass(frozen=True)
class CaseHead:
    """What identifies a case on a page. `state` in words; `facts` are pairs of label and value (place, category, ...)."""

    number: str
    kind: str
    title: str
    state: str
    state_tone: Literal["plain", "good", "bad", "major"]
    facts: Sequence[tuple[str, str]]
    words: str


@dataclass(frozen=True)
class PhotoView:
    """A photo with what it shows, in words; the link lives ten minutes."""

    address: str
    label: str


@dataclass(frozen=True)
class ReceiptView:
    """The page after filing. `address` is the full tracking address, `qr_svg` the same as an inline SVG (trusted markup)."""

    language: str
    now_iso: str
    number: str
    title: str
    clocks: Sequence[ClockView]
    no_clock: str
    address: str
    qr_svg: str
    telephone: Contact
    sends_messages: bool


@dataclass(frozen=True)
class TrackView:
    """The tracking page. `notice` is what the last action did or why it was refused ("" for none).

    On the page of a resident who signed in, `back` leads to their home, and no link is shown (`address` is "").
    """

    language: str
    now_iso: str
    head: CaseHead
    clocks: Sequence[ClockView]
    no_clock: str
    timeline: Sequence[TimelineEntry]
    in_charge: Contact
    actions: Sequence[ActionForm]
    address: str
    qr_svg: str
    watch: str = ""
    rating: Sequence[tuple[str, int]] = ()
    photos: Sequence[PhotoView] = ()
    notice: str = ""
    notice_tone: Literal["good", "bad"] = "good"
    back: str = ""


Urgency = Literal["late", "soon", "calm", "none"]
"""none: no clock runs."""


@dataclass(frozen=True)
class QueueRow:
    """One open case in the queue, by its next due moment; `address` opens it, `excerpt` begins what was written."""

    number: str
    address: str
    kind: str
    title: str
    place: str
    in_charge: str
    state: str
    clock: str
    due: str
    due_iso: str
    left: str
    urgency: Urgency
    urgent: bool
    excerpt: str = ""
    major: bool = False
    paused: bool = False
    asked: bool = False
    unverified: bool = False


@dataclass(frozen=True)
class ListTab:
    """One list of the queue as a tab; `count` is "12", "99+" or "" while it is not known."""

    id: str
    label: str
    address: str
    chosen: bool
    count: str = ""


@dataclass(frozen=True)
class QueueView:
    """The staff queue: a page of rows; `next_address` leads on, "" at the end. `scopes` are (label, address, chosen).

    `typed` is what was searched for ("" for a list) and `go_on` the cursor with which the search goes on. `empty` is said when
    there are no rows. The page looks again every `refresh_seconds` (0: never) while somebody is at it, every
    `refresh_seconds_alone` where it only stands open.
    """

    bar: Bar
    now_iso: str
    title: str
    rows: Sequence[QueueRow]
    lists: Sequence[ListTab]
    next_address: str
    empty: str
    alerts: Sequence[str] = ()
    typed: str = ""
    go_on: str = ""
    refresh_seconds: int = 0
    refresh_seconds_alone: int = 0


@dataclass(frozen=True)
class StuckRow:
    """One message that could not be sent: the case it is about ("" for none), whom it is for, since when it is owed, and why."""

    number: str
    address: str
    to: str
    since: str
    reason: str


@dataclass(frozen=True)
class StuckView:
    """The messages that could not be sent; as the queue otherwise."""

    bar: Bar
    rows: Sequence[StuckRow]
    next_address: str


@dataclass(frozen=True)
class StaffCaseView:
    """A case for those who work it. `contact` are pairs of label and value that only they see; `kept_back` says why it is not
    shown. `main` actions stand open at the top, `more` behind their labels. `photo_room` is how many photos of the work may
    still be added. `quick` is the one tap at the top ("I'm there"), `near` the open cases that may be the same thing, `version`
    what whoever looks has seen.
    """

    language: str
    now_iso: str
    who: str
    head: CaseHead
    contact: Sequence[tuple[str, str]]
    phone: str
    clocks: Sequence[ClockView]
    timeline: Sequence[TimelineEntry]
    in_charge: Contact
    main: Sequence[ActionForm]
    more: Sequence[ActionForm]
    queue_address: str
    kept_back: str = ""
    photos: Sequence[PhotoView] = ()
    photo_room: int = 0
    plan: PlanView | None = None
    asked: str = ""
    place: str = ""
    watch: str = ""
    quick: ActionForm | None = None
    near: Sequence[NearCase] = ()
    version: int = 0
    notice: str = ""
    notice_tone: Literal["good", "bad"] = "good"


@dataclass(frozen=True)
class NearCase:
    """An open case that may be about the same thing. `join` is where joining is posted, `other` the case that goes on and
    `seen` the version of the one that is joined; `into_this` says that the other one joins this one."""

    row: QueueRow
    join: str = ""
    other: str = ""
    seen: str = ""
    key: str = ""
    into_this: bool = False


@dataclass(frozen=True)
class ProblemView:
    """A page that says what went wrong and what to do now. `ways` are (label, address); `reference` helps staff find the log."""

    language: str
    title: str
    detail: str
    ways: Sequence[tuple[str, str]]
    reference: str = ""
