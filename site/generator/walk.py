"""What happens after a leak is reported: one case minute by minute, its clocks and its ladder worked out as they are enforced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.domain.escalation import moment_of
from chalicelib.domain.promise import stamp
from chalicelib.domain.standards import Rulebook, Text
from chalicelib.web.words import ROLE, promise_words

STANDARD = "C1"


@dataclass(frozen=True)
class Step:
    """One moment of the walk; `kept` is False for what happens only if nobody came."""

    time: str
    minutes: int
    what: Text
    more: Text
    kept: bool = True


def steps_of_a_leak(rulebook: Rulebook) -> list[Step]:
    """A leak at home, reported on a night in an ordinary week."""
    zone = ZoneInfo(rulebook.zone)
    filed = datetime(2026, 3, 11, 2, 10, tzinfo=zone)
    community = next(iter(rulebook.communities))
    calendar = rulebook.calendar_for(community)
    clock = next(one for one in stamp(rulebook, community, STANDARD, filed) if one.kind == "arrive")
    rule = next(one for one in rulebook.clock_rules(STANDARD) if one.clock == "arrive")
    promise = promise_words(rule.clock, rule.limit)
    steps = [
        Step(
            f"{filed:%H:%M}",
            0,
            Text("您提交了，或者值班台接了您的电话", "You send it, or the duty desk takes your call"),
            Text(
                f"时限马上定下来：{promise.zh}。手机上有进度链接；勾选了短信的，短信也发给您。同一时刻通知常来您那栋楼的师傅；"
                "师傅不在班上，通知替他的人。",
                f"The limit is set at once: {promise.en.lower()}. You have a tracking link, and a text message if you like. "
                "The technician of your building is told that moment, or whoever stands in.",
            ),
        )
    ]
    for level in rulebook.ladders[clock.ladder].levels:
        at = moment_of(level, clock, calendar).astimezone(zone)
        minutes = int((at - filed).total_seconds() // 60)
        if level.share is not None:
            steps.append(
                Step(
                    f"{at:%H:%M}",
                    minutes,
                    Text("还没点“到场”，系统提醒师傅", "Not there yet: the technician is reminded"),
                    Text("师傅到了您家，在手机上点一下，计时就停。", "On arrival one tap stops the clock."),
                )
            )
            continue
        who = ROLE[level.to]
        last = minutes == int((clock.due - filed).total_seconds() // 60)
        steps.append(
            Step(
                f"{at:%H:%M}",
                minutes,
                Text(f"还没有人到，报告{who.zh}", f"Nobody has come: the {who.en.lower()} is told"),
                Text(
                    "时限到了。这一次算没做到，记进记录，改不掉。"
                    if last
                    else "仍然没有人到，再往上报一级。",
                    "The limit has passed. It counts as missed and stands in the record for good."
                    if last
                    else "Still nobody: one step further up.",
                ),
                kept=False,
            )
        )
    return steps
