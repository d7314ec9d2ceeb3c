"""`python -m chalicelib.fsck [--repair]`: check every invariant over the whole table and name each violation in plain words.

A repair notes who ran it (:mod:`.storage.repairs`): this machine's user, or whom `make portal` says.
"""

import getpass
import sys

from chalicelib import wiring
from chalicelib.jobs.check_everything import Report, check_everything
from chalicelib.storage import census, repairs


def main(arguments: list[str], by: str = "") -> int:
    """Checks the table; 1 when something is wrong afterwards, 2 for a wrong argument. `by` is who repairs (this user)."""
    if set(arguments) - {"--repair"}:
        print("usage: python -m chalicelib.fsck [--repair]", file=sys.stderr)
        return 2
    now = wiring.now()
    if "--repair" in arguments:
        noted = repairs.begin(now, by or getpass.getuser())
        report = check_everything(census, wiring.rulebook(), now, repair=True)
        repairs.end(noted, [str(violation) for violation in report.repaired])
    else:
        report = check_everything(census, wiring.rulebook(), now)
    print(said(report))
    if report.repaired:
        print(f"{len(report.repaired)} put back, and noted as done by {noted.by} (portal command: repairs)")
    return 1 if report.violations else 0


def said(report: Report) -> str:
    """The report in words: what was looked at, what was put back, what is wrong."""
    lines = [
        f"{report.cases} cases, {report.events} events, {report.moments} due moments, {report.messages} messages and "
        f"{report.keys} remembered requests were checked, and {report.posts} posts of the info board."
    ]
    lines += [f"put back   {violation}" for violation in report.repaired]
    lines += [f"VIOLATION  {violation}" for violation in report.violations]
    lines.append(
        f"{len(report.violations)} violations" if report.violations else "Everything is as it must be."
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
