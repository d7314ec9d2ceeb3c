"""The timetable: every scheduled function on one page, each a heartbeat around a job that does not know when it was called.

| function            | when                    | what                                            |
|---------------------|-------------------------|-------------------------------------------------|
| enforce_deadlines   | every minute            | remind, escalate, close by itself               |
| deliver_messages    | every minute            | send what the outbox owes                       |
| expire_posts        | every 10 minutes        | posts of the board: remind, end, forget         |
| spread_incidents    | every minute            | tell the cases of an incident how it stands     |
| watch_calendar      | daily 01:00 UTC (09:00) | provisional promises, years not announced       |
| count_figures       | every hour              | how each month's promises fared                 |
| forget_what_is_over | daily 15:45 UTC (23:45) | what is personal and whose time is over         |
| check_everything    | daily 18:30 UTC (02:30) | every invariant over the whole table            |

`detail.dry_run` in the event decides and saves nothing; see :mod:`chalicelib.schedules.heartbeat` for the moment of a run.
"""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Cron, Rate

from chalicelib import journal, wiring

from .heartbeat import Run, heartbeat

# In the cloud each of these is a function of its own, which imports this page and never app.py. Each loads its own job and no
# other, since the minute it runs in is short.
journal.set_up()
timetable = Blueprint(__name__)


@timetable.schedule(Rate(1, unit=Rate.MINUTES), name="enforce_deadlines")
@heartbeat
def enforce_deadlines(run: Run) -> Any:
    """Remind, escalate, close by itself."""
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines as enforce

    store, book, skew = wiring.due_store(), wiring.rulebook(), wiring.skew_seconds
    there = wiring.duty.standing
    return enforce(store, book, run.now, standing_of=there, skew_seconds=skew, dry_run=run.dry_run)


@timetable.schedule(Rate(1, unit=Rate.MINUTES), name="deliver_messages")
@heartbeat
def deliver_messages(run: Run) -> Any:
    """Send what the outbox owes."""
    from chalicelib.jobs.deliver_messages import deliver_messages as deliver

    return deliver(wiring.outbox, wiring.post_office(run.now), run.now, dry_run=run.dry_run)


@timetable.schedule(Rate(10, unit=Rate.MINUTES), name="expire_posts")
@heartbeat
def expire_posts(run: Run) -> Any:
    """Remind the authors of posts, end what is over, forget what ended long ago."""
    from chalicelib.jobs.expire_posts import expire_posts as expire

    store, skew = wiring.post_store(), wiring.skew_seconds
    photos = wiring.photos if wiring.photos.is_set_up() else None
    return expire(store, photos, run.now, skew_seconds=skew, dry_run=run.dry_run)


@timetable.schedule(Rate(1, unit=Rate.MINUTES), name="spread_incidents")
@heartbeat
def spread_incidents(run: Run) -> Any:
    """Tell the cases of an incident how it stands: those that the desk's own request did not reach."""
    from chalicelib.jobs.spread_incidents import spread_incidents as spread

    if run.dry_run:
        return {"waiting": len(wiring.incidents.to_spread())}
    return spread(wiring.incidents, wiring.cases, wiring.queues, wiring.rulebook(), run.now)


@timetable.schedule(Cron(0, 1, "*", "*", "?", "*"), name="watch_calendar")
@heartbeat
def watch_calendar(run: Run) -> Any:
    """Look after promises that rest on a year not announced yet."""
    from chalicelib.jobs.watch_calendar import watch_calendar as watch

    return watch(wiring.due_store(), wiring.outbox.owe, wiring.rulebook(), run.now, dry_run=run.dry_run)


@timetable.schedule(Rate(1, unit=Rate.HOURS), name="count_figures")
@heartbeat
def count_figures(run: Run) -> Any:
    """Count how each month's promises fared."""
    from chalicelib.jobs.count_figures import count_figures as count

    return count(wiring.figures, wiring.cases, wiring.rulebook(), run.now, dry_run=run.dry_run)


# Late in the day: what is to go on a day has gone on that day.
@timetable.schedule(Cron(45, 15, "*", "*", "?", "*"), name="forget_what_is_over")
@heartbeat
def forget_what_is_over(run: Run) -> Any:
    """Forget what is personal and whose time is over."""
    from chalicelib.jobs.forget_what_is_over import forget_what_is_over as forget

    return forget(wiring.forgetting, wiring.remove_photos, run.now, dry_run=run.dry_run)


@timetable.schedule(Cron(30, 18, "*", "*", "?", "*"), name="check_everything")
@heartbeat
def check_everything(run: Run) -> dict[str, int]:
    """Check every invariant and log each violation by its item. Putting it back is a person's decision (make fsck)."""
    from chalicelib.jobs.check_everything import check_everything as check

    report = check(wiring.census, wiring.rulebook(), run.now, repair=False)
    return {"cases": report.cases, "events": report.events, "violations": len(report.violations)}
