"""The published promises as the rules see them: standards, clocks, ladders, places and the people behind them.

Every value here comes out of `docs/rulebook` (loaded, checked and compiled by `chalicelib.rulebook`); nothing here
reads a file. The ids (`B0`, `C1`, ...) are those of the promises that residents read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chalicelib.domain.calendar import ServiceCalendar
from chalicelib.domain.limits import Limit

if TYPE_CHECKING:
    from chalicelib.domain.board import Board
    from chalicelib.domain.call_back import CallBackRules
    from chalicelib.domain.commitments import Family
    from chalicelib.domain.open_days import OpenDay
    from chalicelib.domain.services import Service

FormKind = Literal["repair", "complaint", "enquiry", "service"]
CaseKind = Literal["repair", "complaint", "enquiry", "service", "breach", "emergency"]
ClockName = Literal["reply", "arrive", "resolve"]
LadderName = Literal["short", "long", "major", "follow_up"]
ClockStart = Literal["filing", "visit_agreed"]
Severity = Literal["urgent", "major", "ordinary"]
PlaceKind = Literal["home", "shared", "any"]
CasePath = Literal["case", "proposal"]
StaffRole = Literal[
    "desk",
    "assistant",
    "technician",
    "cleaner",
    "guard",
    "supervisor",
    "manager",
    "general_manager",
    "editor",
    "engineer",
]
LevelName = Literal["reminder", "supervisor", "manager", "general_manager"]
LevelRecipient = Literal["in_charge", "supervisor", "manager", "general_manager"]
AnswerVerb = Literal["reply", "resolve", "pause", "note"]
NoticeIcon = Literal[
    "community", "law", "company", "weather", "health", "safety", "event", "service", "hazard", "works"
]
IncidentIcon = Literal["power", "water", "lift", "gas", "heating", "network", "road", "hazard", "other"]
Channel = Literal["sms", "email"]
Audience = Literal["resident", "staff", "engineer"]

# The ladder for what no clock looks after; no clock of a standard names it.
FOLLOW_UP: LadderName = "follow_up"

_SEVERITY_ORDER: Mapping[str, int] = {"urgent": 0, "major": 1, "ordinary": 2}


@dataclass(frozen=True)
class Text:
    """The same words in Chinese and in English."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in `language` ("zh" or "en"); any other language gets Chinese."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class ClockRule:
    """One clock that a standard starts on a case.

    `standard` is the id of the promise the clock enforces: a C2 case also carries C0's clock.
    `agreed` allows an appointment with the resident, which `limit` caps (C3, D4).
    `starts` is "visit_agreed" where the clock waits for the resident's consent (D2).
    """

    clock: ClockName
    limit: Limit
    ladder: LadderName
    standard: str
    agreed: bool = False
    starts: ClockStart = "filing"


@dataclass(frozen=True)
class Step:
    """One thing to be done and ticked in a plan."""

    id: str
    title: Text


@dataclass(frozen=True)
class Plan:
    """How one sort of breach or emergency is dealt with (E6, E7): its steps, in the order in which they are usually taken."""

    id: str
    title: Text
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Standard:
    """One published promise: the words residents read and the clocks the scheduled check enforces.

    `clocks` are the standard's own; `applies_with` names promises that hold beside it (B1 carries B0).
    `choosable` is False for promises that are not a category a resident picks (B0, C0).
    `path` is "proposal" where the case becomes a proposal to the owners (C9) and has no clock.
    `tell_at_once` lists the roles that are told at filing (B2: the manager).
    `stands` says which plan stands and why, where plans differ. `plans` are the courses of action among which staff choose
    when they file it: a standard that has them is filed by staff only.
    """

    id: str
    kind: CaseKind
    title: Text
    explanation: Text
    examples: Text
    counted: Text
    clocks: tuple[ClockRule, ...]
    department: str
    severity: Severity
    source: Text
    stands: Text | None
    place: PlaceKind
    choosable: bool
    applies_with: tuple[str, ...]
    path: CasePath
    tell_at_once: tuple[StaffRole, ...]
    plans: tuple[Plan, ...] = ()

    def plan(self, id: str) -> Plan:
        """The plan of that id. Raises KeyError."""
        return {one.id: one for one in self.plans}[id]


@dataclass(frozen=True)
class Level:
    """One step of a ladder: who hears of a clock, and when.

    Exactly one of the two is set: `share` is the part (0 to 1) of the counted time after which the level comes before
    the due moment; `after` is how long after the due moment it comes (0 minutes: at the deadline).
    """

    name: LevelName
    to: LevelRecipient
    share: float | None
    after: Limit | None


@dataclass(frozen=True)
class Ladder:
    """The steps up which a clock escalates, in order."""

    name: LadderName
    title: Text
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Person:
    """A member of staff. `department` is None for those above or beside the departments (managers, engineers)."""

    id: str
    name: str
    name_en: str
    role: StaffRole
    department: str | None
    phone: str
    email: str
    channel: Channel
    strengths: Text | None = None


@dataclass(frozen=True)
class Department:
    """A department; `robot` is the name of its group robot's channel, never its key."""

    id: str
    name: Text
    robot: str | None


@dataclass(frozen=True)
class Building:
    """A building with the assistant who answers for it round the clock (A5)."""

    id: str
    name: Text
    homes: Text
    assistant: str
    technicians: tuple[str, ...]


@dataclass(frozen=True)
class Community:
    """A community with its telephones (A2, A3), buildings and the people who answer for it.

    `desk` is the id of the duty desk's person and `desk_department` the department cases fall back to.
    `supervisors` maps a department's id to a person's id. `people` holds everyone who works here, those of the whole
    company (general manager, editors, engineers) included.
    """

    id: str
    name: Text
    address: Text
    zone: str
    day_phone: str
    night_phone: str
    complaint_phone: str
    buildings: Mapping[str, Building]
    people: Mapping[str, Person]
    supervisors: Mapping[str, str]
    manager: str
    general_manager: str
    desk: str
    desk_department: str

    def supervisor_of(self, department_id: str) -> Person:
        """The supervisor of a department here. Raises KeyError for an unknown department."""
        return self.people[self.supervisors[department_id]]


@dataclass(frozen=True)
class FieldWords:
    """The words of one form field: its label, its hint and what is said for each mistake (`errors`, by cause)."""

    id: str
    label: Text
    hint: Text
    errors: Mapping[str, Text]


@dataclass(frozen=True)
class FormWords:
    """The words of one form, by field id, in the order in which the form asks."""

    kind: FormKind
    title: Text
    intro: Text
    submit: Text
    fields: Mapping[str, FieldWords]


@dataclass(frozen=True)
class MessageWords:
    """One message: `subject` for e-mail, `text` for SMS and group robots, with named {placeholders}."""

    id: str
    audience: Audience
    subject: Text
    text: Text


@dataclass(frozen=True)
class AnswerWords:
    """What staff fill in with one tap where they use `verb` on a case of one of `kinds` (none: of any), with {placeholders}."""

    id: str
    verb: AnswerVerb
    kinds: tuple[CaseKind, ...]
    title: Text
    text: Text


@dataclass(frozen=True)
class Topic:
    """What residents look for under several names, and the page that answers it.

    `zh` and `en` are the names as they are typed; `page` is an address below a language's root, "promises/repairs/#C1".
    """

    id: str
    title: Text
    page: str
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def words(self, language: str) -> tuple[str, ...]:
        """The names in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True)
class NoticeCategory:
    """A category of notices (F2, F5, G3); one that is `on_top` (hazards, E8) stands on top of every page while it is valid."""

    id: str
    name: Text
    icon: NoticeIcon
    on_top: bool = False


@dataclass(frozen=True)
class IncidentKind:
    """A kind of incident (E7) or hazard (E8): its name, the words that are ready for each of its states, and what to mind.

    `categories` are the promises whose open cases in the buildings concerned are the same matter.
    """

    id: str
    name: Text
    icon: IncidentIcon
    hazard: bool
    categories: tuple[str, ...]
    announced: Text
    working: Text
    over: Text
    mind: Text

    def ready(self, state: str) -> Text:
        """The ready words for "announced", "working" or "over". Raises KeyError."""
        return {"announced": self.announced, "working": self.working, "over": self.over}[state]


@dataclass(frozen=True)
class Rulebook:
    """Everything published in `docs/rulebook`; `version` is a hash of its checked content (12 hex digits)."""

    version: str
    zone: str
    standards: Mapping[str, Standard]
    ladders: Mapping[str, Ladder]
    departments: Mapping[str, Department]
    people: Mapping[str, Person]
    communities: Mapping[str, Community]
    calendars: Mapping[str, ServiceCalendar]
    forms: Mapping[str, FormWords]
    messages: Mapping[str, MessageWords]
    answers: Mapping[str, AnswerWords]
    topics: Mapping[str, Topic]
    notices: Mapping[str, NoticeCategory]
    board: Board
    families: Mapping[str, Family]
    services: tuple[Service, ...]
    incidents: Mapping[str, IncidentKind]
    call_backs: CallBackRules
    open_days: tuple[OpenDay, ...] = ()

    @property
    def calendar(self) -> ServiceCalendar:
        """The calendar in the company's own zone."""
        return self.calendars[self.zone]

    def calendar_for(self, community_id: str) -> ServiceCalendar:
        """The calendar in the community's zone. Raises KeyError for an unknown community."""
        return self.calendars[self.communities[community_id].zone]

    def clock_rules(self, category_id: str) -> tuple[ClockRule, ...]:
        """The clocks a case of this category carries: its own, then those of the promises that apply with it.

        Of two rules for one clock that start alike and count in one unit only the stricter is kept (C1's 10 minutes,
        not C0's 15). Rules that count differently both stay, and the earliest due moment stands (B4's 8 hours beside
        B0's same day). Raises KeyError for an unknown category.
        """
        standard = self.standards[category_id]
        carried = [*standard.clocks]
        for other in standard.applies_with:
            carried.extend(self.standards[other].clocks)
        return tuple(
            rule for at, rule in enumerate(carried) if not _a_stricter_one_is_among(carried, at, rule)
        )

    def categories(self, kind: CaseKind) -> tuple[Standard, ...]:
        """The standards of a kind that a resident can choose, the urgent first, then by severity and id."""
        chosen = [one for one in self.standards.values() if one.kind == kind and one.choosable]
        return tuple(sorted(chosen, key=lambda one: (_SEVERITY_ORDER[one.severity], one.id)))


def _a_stricter_one_is_among(rules: list[ClockRule], at: int, rule: ClockRule) -> bool:
    for other_at, other in enumerate(rules):
        alike = (other.clock, other.starts, other.limit.unit) == (rule.clock, rule.starts, rule.limit.unit)
        if not alike or other_at == at:
            continue
        if other.limit.amount < rule.limit.amount:
            return True
        if other.limit.amount == rule.limit.amount and other_at < at:
            return True
    return False
