"""The page of a month's call-backs, filled, and what they came to in figures, for staff and for everybody from the same lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.domain.calls import Calls
from chalicelib.domain.case import Case
from chalicelib.domain.figures import percent
from chalicelib.domain.moments import written
from chalicelib.domain.standards import Text

from .action_forms import ANSWERS
from .figures_view import month_words, share_words
from .staff_pages import CALL_BACKS
from .story import Reader, standard_address
from .words import moment_words

List = Literal["to_call", "called"]
LISTS: tuple[List, ...] = ("to_call", "called")
_NAMES: Mapping[List, Text] = {
    "to_call": Text("要打的", "To call"),
    "called": Text("打过的", "Called"),
}
_TITLE = Text("回访", "Call-backs")
_PROMISES = ("E4", "E5")


@dataclass(frozen=True)
class CallBackRow:
    """A case whose resident is, or was, called: what it is about, where, when it ended, what came of the calls so far."""

    number: str
    address: str
    title: str
    place: str
    ended: str
    calls: str
    grave: bool


@dataclass(frozen=True)
class CallBacksView:
    """A month's call-backs. `months` and `lists`: label, address, whether chosen; `large`: name, value, what it is a share of;
    `until` is when its time is up, or was."""

    title: str
    heading: str
    months: Sequence[tuple[str, str, bool]]
    lists: Sequence[tuple[str, str, bool]]
    large: Sequence[tuple[str, str, str]]
    until: str
    rows: Sequence[CallBackRow]
    empty: str
    next_address: str


def stands_in(case: Case, month: str, which: List, *, reachable: bool) -> bool:
    """Whether a case stands in a list of a month's call-backs; whom nobody can call any more is not to be called."""
    made = case.call_back
    if made is None or made.month != month:
        return False
    return made.pending and reachable if which == "to_call" else not made.pending


def call_backs_view(
    months: Sequence[Calls],
    chosen: Calls | None,
    which: List,
    rows: Sequence[Case],
    following: str,
    reader: Reader,
) -> CallBacksView:
    """The page of one month, or one that says when there will be one."""
    joined = f"lang={reader.language}"
    month = chosen.month if chosen else ""
    zone = reader.book.communities[chosen.community].zone if chosen else ""
    return CallBacksView(
        title=reader.say(_TITLE),
        heading=reader.say(_heading(month)) if chosen else "",
        months=[
            (reader.say(month_words(one.month)), f"{CALL_BACKS}?month={one.month}&{joined}", one is chosen)
            for one in months
        ],
        lists=[
            (reader.say(_NAMES[one]), f"{CALL_BACKS}?month={month}&list={one}&{joined}", one == which)
            for one in LISTS
        ],
        large=large_figures(chosen, reader) if chosen else (),
        until=reader.say(moment_words(chosen.until, reader.now, zone)) if chosen else "",
        rows=[_row(case, reader) for case in rows],
        empty=reader.say(_empty(which)),
        next_address=following,
    )


@dataclass(frozen=True)
class CalledView:
    """What a month's call-backs came to, under the figures of the month. `large`: name, value, what it is a share of; `promises`:
    id and address of what is promised; `until`: when its time is up, or was; `over`: whether it is."""

    large: Sequence[tuple[str, str, str]]
    promises: Sequence[tuple[str, str]]
    until: str
    over: bool


def called_view(calls: Calls, reader: Reader, fewest: int) -> CalledView:
    """What a month's call-backs came to, for the figures of that month."""
    zone = reader.book.communities[calls.community].zone
    return CalledView(
        large=large_figures(calls, reader, fewest),
        promises=[(id, standard_address(id, reader.book, reader.language)) for id in _PROMISES],
        until=reader.say(moment_words(calls.until, reader.now, zone)),
        over=reader.now >= calls.until,
    )


def large_figures(calls: Calls, reader: Reader, fewest: int = 1) -> list[tuple[str, str, str]]:
    """What a month's call-backs came to: how many were asked of how many, and how many of these were satisfied; of fewer than
    `fewest` no share of satisfaction is told."""
    made = calls.everything
    satisfied = share_words(made.satisfied, made.asked) if made.asked >= fewest else "—"
    texts = [
        (
            Text("回访了", "Called back"),
            share_words(made.asked, made.settled, fewest),
            Text(
                f"办结的 {made.settled} 件投诉和咨询里问到 {made.asked} 件，答应至少问 {calls.share}%；"
                f"没问成 {made.unreached} 件",
                f"{made.asked} of {made.settled} settled complaints and enquiries; promised are {calls.share}%. "
                f"{made.unreached} could not be asked",
            ),
        ),
        (
            Text("回访时满意", "Satisfied when called"),
            satisfied,
            _satisfied_words(made.asked, made.satisfied, calls.goal, fewest),
        ),
    ]
    if made.major:
        texts.append(
            (
                Text("重大投诉", "Major complaints"),
                f"{made.major_asked} / {made.major}",
                Text("每一件都要问", "each of them is to be asked"),
            )
        )
    return [(reader.say(name), value, reader.say(of)) for name, value, of in texts]


def called_resource(calls: Calls, fewest: int = 1) -> dict[str, Any]:
    """What a month's call-backs came to, for programs; shares of fewer than `fewest` are null, and so is how many of fewer were
    satisfied."""
    made = calls.everything
    return {
        "until": written(calls.until),
        "counted_at": written(calls.counted),
        "settled": made.settled,
        "wanted": made.wanted,
        "asked": made.asked,
        "asked_percent": percent(made.asked, made.settled, fewest),
        "unreached": made.unreached,
        "major": made.major,
        "major_asked": made.major_asked,
        "satisfied": made.satisfied if made.asked >= fewest else None,
        "satisfied_percent": percent(made.satisfied, made.asked, fewest),
    }


def _satisfied_words(asked: int, satisfied: int, wanted: int, fewest: int) -> Text:
    if not asked:
        return Text("还没有问到人", "Nobody was asked yet")
    if asked < fewest:
        return Text(f"问到 {asked} 件，满 {fewest} 件才公布", f"{asked} asked; shown once {fewest} were")
    return Text(
        f"问到 {asked} 件，{satisfied} 件满意，答应至少 {wanted}%",
        f"{satisfied} of {asked} who were asked; promised are {wanted}%",
    )


def _heading(month: str) -> Text:
    words = month_words(month)
    return Text(f"{words.zh}办结的", f"Settled in {words.en}")


def _empty(which: List) -> Text:
    if which == "to_call":
        return Text("没有要打的电话了。", "No calls are left to be made.")
    return Text("还没有打过电话。", "Nobody was called yet.")


def _row(case: Case, reader: Reader) -> CallBackRow:
    standard = reader.book.standards.get(case.category)
    building = reader.book.communities[case.community].buildings.get(case.building)
    return CallBackRow(
        number=case.number,
        address=f"/api/staff/cases/{case.number}?lang={reader.language}",
        title=reader.say(standard.title) if standard else case.category,
        place=reader.say(building.name) if building else case.building,
        ended=reader.moment(case.ended_at, case) if case.ended_at else "",
        calls=reader.say(_calls(case, reader)),
        grave=case.severity == "major",
    )


def _calls(case: Case, reader: Reader) -> Text:
    made = case.call_back
    if made is None or made.answer is None or made.last is None:
        return Text("还没打", "Not called yet")
    answer, zone = ANSWERS[made.answer.value], reader.book.communities[case.community].zone
    when = moment_words(made.last, reader.now, zone)
    if not made.pending:
        return Text(f"{answer.zh}（{when.zh}）", f"{answer.en} ({when.en})")
    times = "once" if made.calls == 1 else f"{made.calls} times"
    return Text(
        f"打过 {made.calls} 次，{when.zh}{answer.zh}",
        f"Called {times}; {when.en}: {answer.en.lower()}",
    )
