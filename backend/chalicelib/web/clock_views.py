"""How the clocks of a case stand, in words; and what follows it where none will tell anybody any more."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.case import Case
from chalicelib.domain.clock import Clock
from chalicelib.domain.follow_up import level_of, levels_for
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.moments import written
from chalicelib.domain.standards import FOLLOW_UP, Text

from .action_forms import WAITS
from .page_views import ClockStatus, ClockView
from .story import Reader, standard_address
from .words import CLOCK, span_words

_WATCHERS = {
    "in_charge": Text("提醒经办人", "whoever is in charge is reminded"),
    "supervisor": Text("报告主管", "the supervisor is told"),
    "manager": Text("报告物业经理", "the property manager is told"),
    "general_manager": Text("报告总经理", "the general manager is told"),
}


def clock_views(file: CaseFile, reader: Reader) -> list[ClockView]:
    """The clocks of a case, those that still run first."""
    clocks = sorted(file.case.clocks, key=lambda clock: (clock.ended, clock.due))
    return [_clock_view(clock, file, reader) for clock in clocks]


def status_of(clock: Clock, now: datetime) -> ClockStatus:
    """How a clock stands. What was promised first decides over kept and missed, what was extended over late."""
    if clock.stopped is not None:
        return "stopped"
    if clock.met is not None:
        return "missed" if clock.missed(now) else "kept"
    if clock.paused:
        return "paused"
    return "late" if now > clock.due else "running"


def left_words(clock: Clock, now: datetime) -> Text:
    """What is left of a clock, or by how much it was missed."""
    status = status_of(clock, now)
    match status:
        case "running":
            span = span_words((clock.due - now).total_seconds())
            return Text(f"还剩 {span.zh}", f"{span.en} left")
        case "late":
            span = span_words((now - clock.due).total_seconds())
            return Text(f"已超时 {span.zh}", f"{span.en} late")
        case "kept" | "missed" if clock.met is not None:
            span = span_words((clock.met - clock.original).total_seconds())
            if status == "kept":
                return Text(f"提前 {span.zh}", f"{span.en} early")
            return Text(f"晚了 {span.zh}", f"{span.en} late")
        case _:
            return Text("", "")


def _clock_view(clock: Clock, file: CaseFile, reader: Reader) -> ClockView:
    case = file.case
    reason = ""
    for event in file.events:
        if event.kind == "extended" and event.data.get("clock") == clock.kind and clock.extended:
            reason = event.words or ""
    status = status_of(clock, reader.now)
    met = ""
    if clock.met is not None:
        at = reader.moment(clock.met, case)
        label = CLOCK[clock.kind]
        met = reader.say(Text(f"{at} 已{label.zh}", f"{label.en} {at}"))
    return ClockView(
        clock=clock.kind,
        label=reader.say(CLOCK[clock.kind]),
        status=status,
        due=reader.moment(clock.due, case),
        due_iso=written(clock.due),
        left=reader.say(left_words(clock, reader.now)),
        standard=clock.standard,
        standard_address=standard_address(clock.standard, reader.book, reader.language),
        original=reader.moment(clock.original, case) if clock.extended else "",
        extension_reason=reason,
        met=met,
        paused_for=reader.say(WAITS[case.paused]) if status == "paused" and case.paused else "",
        provisional=clock.provisional and not clock.ended,
        appointed=reader.moment(clock.appointed, case) if clock.appointed else "",
    )


def no_clock_words(case: Case, reader: Reader) -> str:
    """What stands in the place of the clocks of a case that has none."""
    standard = reader.book.standards.get(case.category)
    return "" if case.clocks or standard is None else reader.say(standard.counted)


def watch_words(case: Case, reader: Reader) -> str:
    """What follows an open case of which no clock runs any more (B0); "" where one does, or it has ended.

    Beside a clock that is late, and of which everybody up to the general manager was told, a day on which somebody is reminded
    again would read as if the promise were put off.
    """
    if case.watch is None or any(clock.running for clock in case.clocks):
        return ""
    at = reader.moment(case.watch.at, case)
    ladder = reader.book.ladders[FOLLOW_UP]
    who = _WATCHERS[level_of(case.watch, levels_for(case, ladder)).to]
    return reader.say(
        Text(
            f"现在没有时限在走，事情还没办完。到 {at} 还没有进展，系统就{who.zh}。",
            f"No clock is running, and it is not settled yet. Without progress until {at}, {who.en}.",
        )
    )
