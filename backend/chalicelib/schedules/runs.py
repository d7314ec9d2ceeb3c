"""What each scheduled function does: a heartbeat around a job that does not know when it was called.

Each of them loads its own job and no other: in the cloud it is a function of its own, and the minute that it runs in is short. So
this page knows nothing of Chalice; when each of them runs stands in :mod:`.timetable`.
"""

from __future__ import annotations

import importlib
from typing import Any

from chalicelib import journal, wiring

from .heartbeat import Run, heartbeat

journal.set_up()

# What a run of each takes beside its job, of `chalicelib.storage` where nothing else is said. A test runs each of them and looks.
TAKES = {
    "enforce_deadlines": ("cases", "database_time", "duty"),
    "deliver_messages": ("outbox", "cases", "codes", "duty", "posts", "chalicelib.notify.channels.cloud"),
    "expire_posts": ("posts", "database_time", "photos"),
    "spread_incidents": ("incidents", "cases", "queues"),
    "watch_calendar": ("cases", "database_time", "outbox"),
    "count_figures": ("figures", "cases"),
    "draw_call_backs": ("call_draws", "figures", "cases"),
    "forget_what_is_over": ("forgetting", "database_time"),
    "publish_notices": ("site_releases",),
    "check_everything": ("census",),
}
WITHOUT_RULEBOOK = ("expire_posts", "forget_what_is_over", "publish_notices")
WITHOUT_DATABASE = ("publish_notices",)


def load(name: str) -> None:
    """Loads what a run of this function takes, up to the client of what it asks: in the cloud, before anything is asked of it."""
    importlib.import_module(f"chalicelib.jobs.{name}")
    for taken in TAKES[name]:
        importlib.import_module(taken if "." in taken else f"chalicelib.storage.{taken}")
    if name not in WITHOUT_RULEBOOK:
        wiring.rulebook()
    if name not in WITHOUT_DATABASE:
        wiring.meet_database()
    elif wiring.site_releases.is_set_up():
        wiring.site_releases.meet()


@heartbeat
def enforce_deadlines(run: Run) -> Any:
    """Remind, escalate, close by itself."""
    from chalicelib.jobs.enforce_deadlines import enforce_deadlines as enforce

    store, book, skew = wiring.due_store(), wiring.rulebook(), wiring.skew_seconds
    there = wiring.duty.standing
    return enforce(store, book, run.now, standing_of=there, skew_seconds=skew, dry_run=run.dry_run)


@heartbeat
def deliver_messages(run: Run) -> Any:
    """Send what the outbox owes."""
    from chalicelib.jobs.deliver_messages import deliver_messages as deliver

    office = wiring.post_office(run.now, dry_run=run.dry_run)
    return deliver(wiring.outbox, office, run.now, dry_run=run.dry_run, hurried=run.hurried)


@heartbeat
def expire_posts(run: Run) -> Any:
    """Remind the authors of posts, end what is over, forget what ended long ago."""
    from chalicelib.jobs.expire_posts import expire_posts as expire

    store, skew = wiring.post_store(), wiring.skew_seconds
    photos = wiring.photos if wiring.photos.is_set_up() else None
    return expire(store, photos, run.now, skew_seconds=skew, dry_run=run.dry_run)


@heartbeat
def spread_incidents(run: Run) -> Any:
    """Tell the cases of an incident how it stands: those that the desk's own request did not reach."""
    from chalicelib.jobs.spread_incidents import spread_incidents as spread

    if run.dry_run:
        return {"waiting": len(wiring.incidents.to_spread())}
    return spread(wiring.incidents, wiring.cases, wiring.queues, wiring.rulebook(), run.now)


@heartbeat
def watch_calendar(run: Run) -> Any:
    """Look after promises that rest on a year not announced yet."""
    from chalicelib.jobs.watch_calendar import watch_calendar as watch

    return watch(wiring.due_store(), wiring.outbox.owe, wiring.rulebook(), run.now, dry_run=run.dry_run)


@heartbeat
def count_figures(run: Run) -> Any:
    """Count how each month's promises fared."""
    from chalicelib.jobs.count_figures import count_figures as count

    return count(wiring.figures, wiring.cases, wiring.rulebook(), run.now, dry_run=run.dry_run)


@heartbeat
def draw_call_backs(run: Run) -> Any:
    """Draw whom a month's call-backs ask, and watch that they are asked."""
    from chalicelib.jobs.draw_call_backs import draw_call_backs as draw

    draws, months, cases = wiring.call_draws, wiring.figures, wiring.cases
    return draw(draws, months, cases, wiring.rulebook(), run.now, dry_run=run.dry_run)


@heartbeat
def forget_what_is_over(run: Run) -> Any:
    """Forget what is personal and whose time is over."""
    from chalicelib.jobs.forget_what_is_over import forget_what_is_over as forget

    wiring.hear_the_database()
    store, skew = wiring.forgetting, wiring.skew_seconds
    return forget(store, wiring.remove_photos, run.now, skew_seconds=skew, dry_run=run.dry_run)


@heartbeat
def publish_notices(run: Run) -> Any:
    """Show what has come and take away what is over, on a site that lies in a bucket. One machine makes its folder anew instead
    (infra/local/notices.py): there this run finds no bucket and does nothing."""
    from chalicelib.jobs.publish_notices import publish_notices as publish

    releases = wiring.site_releases if wiring.site_releases.is_set_up() else None
    return publish(releases, run.now, dry_run=run.dry_run)


@heartbeat
def check_everything(run: Run) -> dict[str, int]:
    """Check every invariant and log each violation by its item. Putting it back is a person's decision (make fsck)."""
    from chalicelib.jobs.check_everything import check_everything as check

    report = check(wiring.census, wiring.rulebook(), run.now, repair=False)
    return {"cases": report.cases, "events": report.events, "violations": len(report.violations)}
