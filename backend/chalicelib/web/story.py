"""A case told to people: its clocks, what happened, who is in charge; for residents only what is theirs to see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.domain.case import Case, State
from chalicelib.domain.events import STAFF_ONLY, Event, Role
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Community, Rulebook, Text

from .action_forms import ANSWERS, WAITS
from .page_views import CaseHead, Contact, TimelineEntry
from .words import CLOCK, INCIDENT_STATE, KIND, LEVEL, ROLE, STATE, capital, moment_words

Tone = Literal["plain", "good", "bad", "major"]

TITLES: Mapping[str, Text] = {
    "filed": Text("提交了工单", "Filed"),
    "assigned": Text("交给 {who}", "Handed to {who}"),
    "replied": Text("答复", "Answer"),
    "arrived": Text("到场", "On site"),
    "resolved": Text("办好了", "Done"),
    "confirmed": Text("确认办好", "Confirmed"),
    "closed": Text("七天没有异议，自动结束", "Closed by itself after seven days"),
    "reopened": Text("没办好，重新处理", "Reopened"),
    "urged": Text("催了一次", "Urged"),
    "wrote": Text("补充说明", "Added"),
    "call_drawn": Text("抽中回访：{until} 前主管打电话问您满不满意", "Drawn: the supervisor calls by {until} to ask how it went"),
    "called": Text("回访：{answer}", "Called back: {answer}"),
    "withdrawn": Text("撤回", "Withdrawn"),
    "rated": Text("评价：快慢 {speed}、态度 {manner}、效果 {quality}", "Rated: speed {speed}, manner {manner}, result {quality}"),
    "photo_added": Text("添加了{what}", "{what} added"),
    "paused": Text("暂停计时：{wait}", "Clocks paused: {wait}"),
    "resumed": Text("恢复计时", "Clocks resumed"),
    "appointed": Text("约在 {moment}", "Agreed for {moment}"),
    "visit_agreed": Text("同意上门", "Agreed to a visit"),
    "extension_asked": Text("申请把“{clock}”延到 {until}", "Asked to extend “{clock}” until {until}"),
    "extended": Text("“{clock}”延期到 {until}，原定 {original}", "“{clock}” extended until {until}, first promised {original}"),
    "extension_refused": Text("没有批准“{clock}”延期", "Extension of “{clock}” refused"),
    "recomputed": Text("放假安排公布，时限已重算", "Recomputed with the announced holidays"),
    "passed_upward": Text("上报给 {who}", "Passed up to {who}"),
    "joined": Text("并入工单 {other}", "Joined to case {other}"),
    "absorbed": Text("并入了工单 {other}", "Case {other} joined this one"),
    "proposed": Text("转为业主大会提案", "Turned into a proposal to the owners"),
    "forgetting_asked": Text("要求办完后删除个人信息", "Asked that personal data be erased at the end"),
    "erased": Text("姓名、电话、房号、说明和照片已删除", "Name, telephone, home, words and photographs were erased"),
    "noted": Text("内部备注", "Note"),
    "ticked": Text("完成：{step}", "Done: {step}"),
    "incident_told": Text("{incident}：{progress}", "{incident}: {progress}"),
    "escalated": Text("“{clock}”：{level}", "“{clock}”: {level}"),
    "unattended": Text("{silence}：{level}", "{silence}: {level}"),
}  # fmt: skip

_PHOTOS: Mapping[object, Text] = {
    None: Text("照片", "Photograph"),
    "before": Text("处理前的照片", "Photograph from before the work"),
    "after": Text("处理后的照片", "Photograph from after the work"),
}

_TONES: Mapping[str, Tone] = {
    "resolved": "good",
    "confirmed": "good",
    "arrived": "good",
    "reopened": "bad",
    "extended": "major",
    "extension_asked": "major",
    "paused": "major",
}

# Residents see that somebody above was told, not the reminders among colleagues, nor what staff ask each other. Only what an
# extension was granted for they see too: who asked, why and until when (E1).
HIDDEN = frozenset({"noted", "ticked", "extension_asked", "extension_refused", "absorbed"})
# A word left for a colleague at a hand-over is not for the resident either.
_WORDS_FOR_STAFF = STAFF_ONLY | {"assigned"}

_STATE_TONES: Mapping[State, Tone] = {State.RESOLVED: "good", State.CONFIRMED: "good", State.CLOSED: "good"}
_PAGES = {
    "repair": "repairs",
    "complaint": "complaints",
    "enquiry": "enquiries",
    "service": "../living/services",
    "breach": "safety",
    "emergency": "safety",
}


@dataclass(frozen=True)
class Reader:
    """For whom a case is told: their language, whether they are staff, and the moment it is."""

    language: str
    staff: bool
    now: datetime
    book: Rulebook

    def say(self, text: Text) -> str:
        """The words in the reader's language."""
        return text.in_language(self.language)

    def moment(self, moment: datetime, case: Case) -> str:
        """A moment in words, in the community's zone."""
        return self.say(moment_words(moment, self.now, self.book.communities[case.community].zone))


@dataclass(frozen=True, slots=True)
class Seen:
    """An event as a reader sees it: with what was written in it if they may read that, and whether only staff see it."""

    event: Event
    words: str | None
    staff_only: bool


def seen_events(file: CaseFile, staff: bool) -> list[Seen]:
    """The events of a case that the reader sees, oldest first."""
    granted = {event.data.get("asked") for event in file.events if event.kind == "extended"}
    found = []
    for event in file.events:
        told = event.seq in granted
        if staff or told or _is_for_residents(event):
            readable = staff or told or event.kind not in _WORDS_FOR_STAFF
            found.append(Seen(event, event.words if readable else None, event.kind in HIDDEN and not told))
    return found


def _is_for_residents(event: Event) -> bool:
    return event.kind not in HIDDEN and not (
        event.kind in ("escalated", "unattended") and event.data.get("level") in ("reminder", None)
    )


def standard_address(standard: str, book: Rulebook, language: str) -> str:
    """Where the promise stands on the site."""
    prefix = "/en" if language == "en" else ""
    if known := book.standards.get(standard):
        return f"{prefix}/promises/{_PAGES[known.kind]}/#{standard}"
    for family in book.families.values():
        if any(one.id == standard for one in family.commitments):
            return f"{prefix}/{family.page}/#{standard}"
    return f"{prefix}/promises/"


def incident_address(id: str, language: str) -> str:
    """The page of an incident."""
    return f"/api/incidents/{id}?lang={language}"


def timeline(file: CaseFile, reader: Reader) -> list[TimelineEntry]:
    """What happened, the latest first."""
    return [
        TimelineEntry(
            moment=reader.moment(seen.event.at, file.case),
            moment_iso=written(seen.event.at),
            title=reader.say(title_of(seen.event, file.case, reader)),
            address=incident_address(str(seen.event.data["incident"]), reader.language)
            if seen.event.kind == "incident_told"
            else "",
            by=who_did(seen.event, file.case, reader),
            # What was filed stands on the page anyway, under its own heading.
            words="" if seen.event.kind == "filed" else seen.words or "",
            tone=_tone(seen.event),
            staff_only=seen.staff_only,
        )
        for seen in reversed(seen_events(file, reader.staff))
    ]


def title_of(event: Event, case: Case, reader: Reader) -> Text:
    """What happened, in a few words."""
    data = event.data
    zone = reader.book.communities[case.community].zone
    community = reader.book.communities[case.community]
    facts: dict[str, Text] = {}
    for name in ("moment", "until", "original"):
        if isinstance(value := data.get(name), str):
            facts[name] = moment_words(datetime.fromisoformat(value.replace("Z", "+00:00")), reader.now, zone)
    if isinstance(kind := data.get("clock"), str):
        facts["clock"] = CLOCK.get(kind, STATE["assigned"])
    if isinstance(level := data.get("level"), str):
        facts["level"] = LEVEL.get(level, Text(level, level))
    if isinstance(reason := data.get("reason"), str):
        facts["wait"] = WAITS.get(reason, Text(reason, reason))
    if isinstance(answer := data.get("answer"), str):
        facts["answer"] = ANSWERS[answer]
    facts["silence"] = Text("一直没有进展", "No progress")
    if isinstance(waits := data.get("wait"), str):
        wait = WAITS.get(waits, Text(waits, waits))
        facts["silence"] = Text(f"还在{wait.zh}", f"Still waiting for {wait.en[:1].lower()}{wait.en[1:]}")
    if isinstance(holder := data.get("in_charge"), str):
        facts["who"] = name_of(holder, community, reader.book)
    if isinstance(step := data.get("step"), str):
        facts["step"] = step_title(case, step, reader.book)
    if isinstance(kind := data.get("kind"), str) and "incident" in data:
        known = reader.book.incidents.get(kind)
        facts["incident"] = Text(known.name.zh, capital(known.name.en)) if known else Text(kind, kind)
        facts["progress"] = INCIDENT_STATE[str(data["state"])]
    other = data.get("to") if event.kind == "joined" else data.get("number")
    facts["other"] = Text(str(other), str(other))
    if event.kind == "photo_added":
        facts["what"] = _PHOTOS[data.get("stage")]
    scores = data.get("scores")
    if isinstance(scores, list):
        for name, score in zip(("speed", "manner", "quality"), scores, strict=False):
            facts[name] = Text(str(score), str(score))
    model = TITLES[event.kind]
    return Text(
        model.zh.format_map({name: text.zh for name, text in facts.items()}),
        model.en.format_map({name: text.en for name, text in facts.items()}),
    )


def name_of(holder: str, community: Community, book: Rulebook) -> Text:
    """The name of whoever "staff:<person>" or "department:<id>" means."""
    sort, _, id = holder.partition(":")
    if sort == "department" and id in book.departments:
        return book.departments[id].name
    person = community.people.get(id)
    return Text(person.name, person.name_en) if person else Text("值班台", "Duty desk")


def step_title(case: Case, step: str, book: Rulebook) -> Text:
    """What a step of a case's plan says; its id where the rulebook has dropped it since."""
    standard = book.standards.get(case.category)
    titles = (
        {one.id: one.title for plan in standard.plans if plan.id == case.plan for one in plan.steps}
        if standard
        else {}
    )
    return titles.get(step, Text(step, step))


def who_did(event: Event, case: Case, reader: Reader) -> str:
    """Who did it, with their role."""
    role = event.actor.role
    if role is Role.RESIDENT:
        return reader.say(ROLE["resident"] if reader.staff else Text("您", "you"))
    if role is Role.SYSTEM:
        return reader.say(ROLE["system"])
    person = reader.book.communities[case.community].people.get(event.actor.id)
    title = reader.say(ROLE[role.value])
    named = title if person is None else f"{title} {reader.say(Text(person.name, person.name_en))}"
    if event.kind in ("extended", "extension_refused") and "instead_of" in event.data:
        return named + reader.say(Text("（代物业经理）", " (standing in for the property manager)"))
    return named


def contact_of(case: Case, reader: Reader) -> Contact:
    """Who is in charge and how to reach them."""
    community = reader.book.communities[case.community]
    sort, _, id = case.in_charge.partition(":")
    person = community.people.get(id) if sort == "staff" else None
    return Contact(
        name=reader.say(name_of(case.in_charge, community, reader.book)),
        role=reader.say(ROLE[person.role] if person else ROLE["in_charge"]),
        phone=person.phone if person else "",
        day_phone=community.day_phone,
        night_phone=community.night_phone,
    )


def head_of(file: CaseFile, reader: Reader) -> CaseHead:
    """What identifies a case on a page; its place in the community, and the home only for staff."""
    case, book = file.case, reader.book
    community = book.communities[case.community]
    building = community.buildings.get(case.building)
    standard = book.standards.get(case.category)
    facts = [
        (reader.say(Text("小区", "Community")), reader.say(community.name)),
        (reader.say(Text("楼栋", "Building")), reader.say(building.name) if building else case.building),
        (reader.say(Text("提交时间", "Filed")), reader.moment(case.opened, case)),
    ]
    if case.reopened:
        times = Text(f"{case.reopened} 次", "once" if case.reopened == 1 else f"{case.reopened} times")
        facts.append((reader.say(Text("重新处理", "Reopened")), reader.say(times)))
    if case.joined_to and reader.staff:
        facts.append((reader.say(Text("并入工单", "Joined to")), case.joined_to))
    late = any(clock.running and reader.now > clock.due for clock in case.clocks)
    return CaseHead(
        number=case.number,
        kind=reader.say(KIND[case.kind]),
        title=reader.say(standard.title) if standard else case.category,
        state=reader.say(STATE[case.state.value]),
        state_tone="bad" if late else "major" if case.paused else _STATE_TONES.get(case.state, "plain"),
        facts=facts,
        words=(file.events[0].words or "") if file.events else "",
    )


def changed_words(events: Sequence[Event], case: Case, reader: Reader) -> str:
    """What happened meanwhile, in one line."""
    parts = [
        f"{who_did(event, case, reader)}：{reader.say(title_of(event, case, reader))}" for event in events
    ]
    return "；".join(parts) if reader.language != "en" else "; ".join(parts)


def _tone(event: Event) -> Tone:
    if event.kind in ("escalated", "unattended"):
        return "plain" if event.data.get("level") == "reminder" or "wait" in event.data else "bad"
    return _TONES.get(event.kind, "plain")
