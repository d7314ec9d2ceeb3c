"""The timetable: when which of the scheduled functions runs. What each does stands in :mod:`.runs`.

| function            | when                    | what                                            |
|---------------------|-------------------------|-------------------------------------------------|
| enforce_deadlines   | every minute            | remind, escalate, close by itself               |
| deliver_messages    | every minute            | send what the outbox owes                       |
| expire_posts        | every 10 minutes        | posts of the board: remind, end, forget         |
| spread_incidents    | every minute            | tell the cases of an incident how it stands     |
| publish_notices     | at :00, :05, :10, …     | what notices change on the site, as planned     |
| watch_calendar      | daily 01:00 UTC (09:00) | provisional promises, years not announced       |
| count_figures       | every hour              | how each month's promises fared                 |
| draw_call_backs     | daily 00:30 UTC (08:30) | whom a month's call-backs ask                   |
| forget_what_is_over | daily 15:45 UTC (23:45) | what is personal and whose time is over         |
| check_everything    | daily 18:30 UTC (02:30) | every invariant over the whole table            |

`detail.dry_run` in the event decides and saves nothing; see :mod:`.heartbeat` for the moment of a run.
"""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Cron, Rate

from chalicelib.jobs.expire_posts import EVERY_MINUTES
from chalicelib.jobs.publish_notices import EVERY_MINUTES as NOTICES_EVERY_MINUTES

from . import runs

timetable = Blueprint(__name__)


def _daily(minute: int, hour: int) -> Cron:
    return Cron(minute, hour, "*", "*", "?", "*")


def _scheduled(run: Any, when: Cron | Rate) -> Any:
    return timetable.schedule(when, name=run.__name__)(run)


enforce_deadlines = _scheduled(runs.enforce_deadlines, Rate(1, unit=Rate.MINUTES))
deliver_messages = _scheduled(runs.deliver_messages, Rate(1, unit=Rate.MINUTES))
expire_posts = _scheduled(runs.expire_posts, Rate(EVERY_MINUTES, unit=Rate.MINUTES))
spread_incidents = _scheduled(runs.spread_incidents, Rate(1, unit=Rate.MINUTES))
# At full minutes of the clock: staff write 9:00, and mean it.
publish_notices = _scheduled(
    runs.publish_notices, Cron(f"0/{NOTICES_EVERY_MINUTES}", "*", "*", "*", "?", "*")
)
watch_calendar = _scheduled(runs.watch_calendar, _daily(0, 1))
count_figures = _scheduled(runs.count_figures, Rate(1, unit=Rate.HOURS))
# Before the day begins: on the first of a month the calls stand there when the supervisor comes.
draw_call_backs = _scheduled(runs.draw_call_backs, _daily(30, 0))
# Late in the day: what is to go on a day has gone on that day.
forget_what_is_over = _scheduled(runs.forget_what_is_over, _daily(45, 15))
check_everything = _scheduled(runs.check_everything, _daily(30, 18))
