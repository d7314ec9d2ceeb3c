"""A resident's own pages as plain values: the home with its open cases, what is asked, the history, the messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.asking import ASKS, appointment_of, asks_of
from chalicelib.domain.case import OPEN, Case
from chalicelib.domain.households import Home
from chalicelib.domain.keeping import CaseFile, Contact
from chalicelib.domain.standards import Text

from .action_forms import ActionForm, action_form
from .buttons import hidden_fields
from .clock_views import clock_views, no_clock_words
from .page_views import ClockView
from .story import Reader
from .words import KIND, STATE

Rows = Sequence[tuple[Case, Contact]]


@dataclass(frozen=True)
class HomeChoice:
    """One of the homes behind a telephone: its name, where it is, the address of its page, and whether it is shown now."""

    name: str
    place: str
    address: str
    chosen: bool


@dataclass(frozen=True)
class CaseCard:
    """A case in a list: what it is, how it stands, and the clocks that run or rest."""

    number: str
    address: str
    kind: str
    title: str
    filed: str
    state: str
    tone: str
    clocks: Sequence[ClockView]
    no_clock: str


@dataclass(frozen=True)
class Ask:
    """Something that is asked of the resident: the question, what it is about, a button for it at once or a link to where it is
    answered."""

    question: str
    title: str
    address: str
    link: str
    action: ActionForm | None = None


@dataclass(frozen=True)
class Frame:
    """What every page of a resident has around it: the home that is shown, the other homes, the ways on, and the way out."""

    language: str
    now_iso: str
    home: HomeChoice
    homes: Sequence[HomeChoice]
    ways: Sequence[tuple[str, str, bool]]
    leave_action: str


@dataclass(frozen=True)
class HomeView:
    """The home's page. `file` are the ways to file something: (label, line, address)."""

    frame: Frame
    hello: str
    asks: Sequence[Ask]
    open: Sequence[CaseCard]
    recent: Sequence[CaseCard]
    file: Sequence[tuple[str, str, str]]
    notice: str = ""


@dataclass(frozen=True)
class HistoryView:
    """A page of the home's cases, the newest first; `next_address` leads on, "" at the end."""

    frame: Frame
    rows: Sequence[CaseCard]
    next_address: str


@dataclass(frozen=True)
class MessageView:
    """A message that was sent about a case of the home: its words before the link and after it."""

    moment: str
    moment_iso: str
    subject: str
    before: str
    after: str
    number: str
    address: str


@dataclass(frozen=True)
class MessagesView:
    """The messages about a page of the home's cases, the latest first."""

    frame: Frame
    rows: Sequence[MessageView]
    next_address: str


_QUESTIONS = {
    "confirm": Text("办好了吗？请您确认", "Is it done? Please tell us"),
    "answer": Text("我们在等您的答复，等的时间不计时", "We are waiting for your answer; the clocks rest meanwhile"),
    "appointment": Text("约好 {moment} 上门", "Somebody comes {moment}"),
    "rate": Text("办得怎么样？请打个分", "How was it? Please rate it"),
}  # fmt: skip

_LINKS = {
    "confirm": Text("没办好，或者先看看经过", "Not done, or see what happened"),
    "answer": Text("去答复", "Answer"),
    "appointment": Text(
        "时间合适不用回；不合适，请告诉我们", "If it suits you, nothing to do; if not, tell us"
    ),
    "rate": Text("去评价", "Rate"),
}

_ANCHORS = {"confirm": "", "answer": "#do-write", "appointment": "#do-write", "rate": "#do-rate"}

FILE = (
    ("repair", Text("报修", "Report a repair"), Text("家里或公共部位坏了东西", "Something is broken")),
    ("complaint", Text("投诉", "Make a complaint"), Text("服务、邻居、别的不满", "Service, noise, anything else")),
    ("enquiry", Text("咨询", "Ask a question"), Text("收费、手续、小区里的事", "Fees, procedures, your community")),
    ("service", Text("代办服务", "Paid services"), Text("代缴、家里保洁、代购", "Bills, cleaning at home, errands")),
)  # fmt: skip


def case_card(case: Case, contact: Contact, address: str, reader: Reader) -> CaseCard:
    """A case in a list of its home. Clocks that are over stand on the case's own page."""
    standard = reader.book.standards.get(case.category)
    title = reader.say(standard.title) if standard else case.category
    late = any(clock.running and reader.now > clock.due for clock in case.clocks)
    tone = "bad" if late else "major" if case.paused else "plain" if case.state in OPEN else "good"
    shown = [
        view
        for view in clock_views(CaseFile(case, contact, ()), reader)
        if view.status in ("running", "late", "paused")
    ]
    return CaseCard(
        number=case.number,
        address=address,
        kind=reader.say(KIND[case.kind]),
        title=reader.say(Text("{}：{}", "{}: {}")).format(title, contact.excerpt)
        if contact.excerpt
        else title,
        filed=reader.moment(case.opened, case),
        state=reader.say(STATE[case.state.value]),
        tone=tone,
        clocks=shown,
        no_clock=no_clock_words(case, reader) if case.is_open else "",
    )


def asks(rows: Sequence[tuple[CaseCard, Case]], base: str, reader: Reader) -> list[Ask]:
    """What is asked of the resident over all these cases, the most pressing first; `base` is where verbs are posted."""
    found = []
    wanted = [(ask, card, case) for card, case in rows for ask in asks_of(case, reader.now)]
    for ask, card, case in sorted(wanted, key=lambda one: ASKS.index(one[0])):
        moment = appointment_of(case, reader.now) if ask == "appointment" else None
        said = reader.say(_QUESTIONS[ask]).format(moment=reader.moment(moment, case) if moment else "")
        path = f"{base}/{case.number}"
        one_tap = (
            action_form("confirm", f"{path}/confirm", reader.language, hidden_fields(reader.language))
            if ask == "confirm"
            else None
        )
        found.append(Ask(said, card.title, card.address + _ANCHORS[ask], reader.say(_LINKS[ask]), one_tap))
    return found


def home_choice(home: Home, address: str, chosen: bool, reader: Reader) -> HomeChoice:
    """A home by the name people give it."""
    community = reader.book.communities.get(home.community)
    building = community.buildings.get(home.building) if community else None
    name = f"{reader.say(building.name) if building else home.building} {home.said}"
    return HomeChoice(name, reader.say(community.name) if community else home.community, address, chosen)
