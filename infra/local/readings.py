"""`make readings WHO=river-view/desk-1 FROM=2026-11-01 TO=2026-11-30`: whose data that account read on those days."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import load_app, portal_data

USAGE = "say who and when, as in: make readings WHO=river-view/desk-1 FROM=2026-11-01 TO=2026-11-30"


def main() -> int:
    """Print each thing that was read, with how often, when first and when last; every reading stands on the manager's page."""
    asked_for = understood(sys.argv[1:])
    with portal_data():
        load_app()
        for line in told(*asked_for):
            say(line)
    return 0


def understood(said: list[str]) -> tuple[str, str, date, date]:
    """Community, account, first and last day. Raises LocalProblem."""
    who, first, last = (*said, "", "", "")[:3]
    community, _, person = who.partition("/")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise LocalProblem(USAGE) from None
    if not person:
        raise LocalProblem(USAGE)
    return community, person, *days


def told(community: str, person: str, first: date, last: date) -> list[str]:
    """The answer in lines: what, which one, how often, first and last time (UTC), in the order of the first time.

    What a search showed counts as read. Raises LocalProblem for a community that is not there.
    """
    from chalicelib import wiring
    from chalicelib.domain.moments import written

    if community not in wiring.rulebook().communities:
        raise LocalProblem(
            f"WHO={community}/{person} names none of: {', '.join(wiring.rulebook().communities)}"
        )
    zone = ZoneInfo(wiring.rulebook().communities[community].zone)
    start = datetime.combine(first, time(0), zone)
    end = datetime.combine(last + timedelta(days=1), time(0), zone)
    seen: dict[tuple[str, str], list[datetime]] = {}
    readings = 0
    for one in wiring.readings.all_of_reader(community, person, start, end):
        readings += 1
        things = [("case", number) for number in one.found] if one.what == "search" else [(one.what, one.id)]
        for thing in things:
            times = seen.setdefault(thing, [])
            times.append(one.at)
    lines = [f"{readings} readings of {len(seen)} things by {community}/{person}, {first} to {last}"]
    for (what, id), times in seen.items():
        lines.append(f"{what:<7} {id:<24} {len(times):>5}  {written(times[0])}  {written(times[-1])}")
    return lines


if __name__ == "__main__":
    run_as_command(main)
