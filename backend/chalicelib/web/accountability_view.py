"""The pages of missed limits, filled: the lists of those who judge and of whom it concerns, and one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib import wiring
from chalicelib.domain.accountability import passed_up_in_time, verbs_open_to
from chalicelib.domain.events import Event, Role
from chalicelib.domain.keeping import CaseFile, LapseFile
from chalicelib.domain.lapse import Cause, Consequence, Lapse
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from .action_forms import ActionForm
from .buttons import Tried, as_tried, hidden_fields
from .duty_view import name_in
from .form_view import Field, Option
from .page_views import Bar, TimelineEntry
from .staff_pages import ACCOUNTABILITY, bar_of
from .story import Reader, standard_address
from .words import CLOCK, ROLE, moment_words

CAUSES: Mapping[Cause, tuple[Text, Text]] = {
    Cause.IGNORED: (Text("不理睬", "Ignored"), Text("看到了，没有动", "Seen, and nothing done")),
    Cause.DRAGGED: (Text("拖延", "Dragged"), Text("动了，一拖再拖", "Begun, and put off again and again")),
    Cause.PASSED_ON: (
        Text("推诿", "Passed on"),
        Text("推给别人，没有人接", "Pushed to others, taken by none"),
    ),
    Cause.NOT_REPORTED: (
        Text("该上报没有上报", "Not reported upward"),
        Text("自己解决不了，也没有及时上交", "Could not settle it, and did not pass it up in time"),
    ),
    Cause.MANNER: (Text("态度不好", "Manner"), Text("急躁或敷衍，让人不满", "Emotional or insincere")),
    Cause.NONE: (Text("都不是", "None of these"), Text("客观原因，没有责任", "Beyond their power: no fault")),
}
CONSEQUENCES: Mapping[Consequence, Text] = {
    Consequence.NONE: Text("不处理", "Nothing"),
    Consequence.SPOKEN_WARNING: Text("口头警告", "Spoken warning"),
    Consequence.WRITTEN_WARNING: Text("书面警告", "Written warning"),
    Consequence.BONUS_CUT: Text("扣奖金", "Bonus cut"),
    Consequence.DISMISSAL: Text("辞退", "Dismissal"),
}
STAGE_NAMES: Mapping[str, Text] = {
    "cause": Text("待写原因", "Cause wanted"),
    "decision": Text("待决定", "Decision wanted"),
    "closed": Text("已决定", "Decided"),
}
LABELS: Mapping[str, Text] = {
    "explain": Text("写说明", "Explain"),
    "note_cause": Text("记下原因", "Note the cause"),
    "decide": Text("作出决定", "Decide"),
}
_TITLES: Mapping[str, Text] = {
    "missed": Text("时限没有办到", "The limit was missed"),
    "explained": Text("当事人说明", "The person concerned explained"),
    "cause_noted": Text("原因：{what}", "Cause: {what}"),
    "decided": Text("决定：{what}", "Decision: {what}"),
}


@dataclass(frozen=True)
class LapseRow:
    """A line of a list of missed limits."""

    address: str
    what: str
    person: str
    due: str
    standing: str
    stage: str


@dataclass(frozen=True)
class LapsesView:
    """A list of missed limits; `lists` are (label, address, chosen)."""

    bar: Bar
    title: str
    lists: Sequence[tuple[str, str, bool]]
    rows: Sequence[LapseRow]
    next_address: str
    empty: str


@dataclass(frozen=True)
class LapseView:
    """One record: `facts` are pairs of label and value, `upward` says whether it was passed up in time (E2)."""

    bar: Bar
    title: str
    stage: str
    stage_tone: str
    facts: Sequence[tuple[str, str]]
    upward: str
    upward_bad: bool
    case_address: str
    case_number: str
    standard: str
    standard_address: str
    timeline: Sequence[TimelineEntry]
    actions: Sequence[ActionForm]
    list_address: str
    notice: str = ""
    notice_tone: str = "good"


def lapses_view(
    rows: Sequence[Lapse],
    lists: Sequence[tuple[str, Text, bool]],
    next_address: str,
    session: wiring.Session,
    reader: Reader,
) -> LapsesView:
    """A page of a list."""
    return LapsesView(
        bar=bar_of(ACCOUNTABILITY, session, reader),
        title=reader.say(Text("责任记录", "Missed limits")),
        lists=[(reader.say(label), f"{ACCOUNTABILITY}?list={id}", chosen) for id, label, chosen in lists],
        rows=[_row(one, reader) for one in rows],
        next_address=next_address,
        empty=reader.say(Text("这里没有记录。", "There is nothing here.")),
    )


def lapse_view(
    file: LapseFile,
    case: CaseFile | None,
    session: wiring.Session,
    reader: Reader,
    notice: str = "",
    tone: str = "good",
    tried: Tried | None = None,
) -> LapseView:
    """One record."""
    lapse = file.lapse
    community = reader.book.communities[session.community]
    upward = passed_up_in_time(lapse, case.events if case else ())
    facts = [
        (Text("当事人", "Person concerned"), _person(lapse, reader)),
        (Text("时限", "Limit"), reader.say(CLOCK[lapse.clock])),
        (Text("到期", "Due"), _moment(lapse.due, lapse, reader)),
        (Text("发现", "Noticed"), _moment(lapse.noticed, lapse, reader)),
        (Text("部门", "Department"), reader.say(reader.book.departments[lapse.department].name)),
    ]
    if lapse.cause is not None:
        facts.append((Text("原因", "Cause"), reader.say(CAUSES[lapse.cause][0])))
    if lapse.consequence is not None:
        facts.append((Text("决定", "Decision"), reader.say(CONSEQUENCES[lapse.consequence])))
    return LapseView(
        bar=bar_of(ACCOUNTABILITY, session, reader),
        title=_what(lapse, reader),
        stage=reader.say(STAGE_NAMES[lapse.stage]),
        stage_tone="good" if lapse.stage == "closed" else "major",
        facts=[(reader.say(label), value) for label, value in facts],
        upward=reader.say(
            Text("到期前已经上报。", "It was passed up before the limit.")
            if upward
            else Text("到期前没有上报。", "It was not passed up before the limit.")
        ),
        upward_bad=not upward,
        case_address=f"/api/staff/cases/{lapse.case}",
        case_number=lapse.case,
        standard=lapse.standard,
        standard_address=standard_address(lapse.standard, reader.book, reader.language),
        timeline=[_entry(event, lapse, reader) for event in reversed(file.events)],
        actions=[
            _form(verb, lapse, reader, tried) for verb in verbs_open_to(lapse, session.actor, community)
        ],
        list_address=ACCOUNTABILITY,
        notice=notice,
        notice_tone=tone,
    )


def _row(lapse: Lapse, reader: Reader) -> LapseRow:
    standing = [reader.say(STAGE_NAMES[lapse.stage])]
    if lapse.cause is not None:
        standing.append(reader.say(CAUSES[lapse.cause][0]))
    if lapse.consequence is not None:
        standing.append(reader.say(CONSEQUENCES[lapse.consequence]))
    return LapseRow(
        address=f"{ACCOUNTABILITY}/{lapse.id}",
        what=_what(lapse, reader),
        person=_person(lapse, reader),
        due=_moment(lapse.due, lapse, reader),
        standing=" · ".join(standing),
        stage=lapse.stage,
    )


def _what(lapse: Lapse, reader: Reader) -> str:
    standard = reader.book.standards.get(lapse.category)
    title = standard.title if standard else Text(lapse.category, lapse.category)
    clock = CLOCK[lapse.clock]
    return reader.say(Text(f"{title.zh}：没有按时{clock.zh}", f"{title.en}: {clock.en.lower()} too late"))


def _person(lapse: Lapse, reader: Reader) -> str:
    community = reader.book.communities[lapse.community]
    name = name_in(community, lapse.person, reader)
    person = community.people.get(lapse.person)
    role = f"{reader.say(ROLE[person.role])} " if person else ""
    if lapse.instead_of is None:
        return role + name
    other = name_in(community, lapse.instead_of, reader)
    return reader.say(Text(f"{role}{name}（代{other}）", f"{role}{name} (for {other})"))


def _moment(moment: datetime, lapse: Lapse, reader: Reader) -> str:
    return reader.say(moment_words(moment, reader.now, reader.book.communities[lapse.community].zone))


def _entry(event: Event, lapse: Lapse, reader: Reader) -> TimelineEntry:
    what = Text("", "")
    if event.kind == "cause_noted":
        what = CAUSES[Cause(str(event.data["cause"]))][0]
    elif event.kind == "decided":
        what = CONSEQUENCES[Consequence(str(event.data["consequence"]))]
    title = _TITLES[event.kind]
    if event.actor.role is Role.SYSTEM:
        by = reader.say(ROLE["system"])
    else:
        community = reader.book.communities[lapse.community]
        by = f"{reader.say(ROLE[event.actor.role.value])} {name_in(community, event.actor.id, reader)}"
    return TimelineEntry(
        moment=_moment(event.at, lapse, reader),
        moment_iso=written(event.at),
        title=reader.say(Text(title.zh.format(what=what.zh), title.en.format(what=what.en))),
        by=by,
        words=event.words or "",
        tone="bad" if event.kind == "missed" else "major" if event.kind == "decided" else "plain",
    )


def _form(verb: str, lapse: Lapse, reader: Reader, tried: Tried | None) -> ActionForm:
    choice: tuple[Field, ...] = ()
    note = Text("说明", "Note")
    if verb == "note_cause":
        options = tuple(
            Option(c.value, reader.say(name), reader.say(hint)) for c, (name, hint) in CAUSES.items()
        )
        choice = (
            Field("cause", "radios", reader.say(Text("为什么没办到", "Why it was missed")), options=options),
        )
    elif verb == "decide":
        options = tuple(Option(c.value, reader.say(name)) for c, name in CONSEQUENCES.items())
        choice = (
            Field("consequence", "radios", reader.say(Text("怎么处理", "What follows")), options=options),
        )
    else:
        note = Text("怎么回事", "How it came about")
    hint = reader.say(Text("当事人和他的上级会看到。", "The person concerned and those above them read it."))
    words = Field("words", "textarea", reader.say(note), hint, max_length=2000)
    form = ActionForm(
        verb=verb,
        label=reader.say(LABELS[verb]),
        action=f"{ACCOUNTABILITY}/{lapse.id}/{verb}",
        tone="main",
        fields=tuple(replace(one, id=f"{verb}-{one.name}") for one in (*choice, words)),
        hidden=(*hidden_fields(reader.language)[1:], ("seen", str(lapse.version))),
    )
    return as_tried(form, tried)
