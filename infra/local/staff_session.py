"""`make staff-session ROLE=manager [COMMUNITY=river-view]`: a way in for the member of staff who has that role."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from infra.local.build import COMPILED_RULEBOOK
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import load_app, portal_data, running_portal


def main() -> int:
    """Begin a session and print its entry code."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    community = sys.argv[2] if len(sys.argv) > 2 else ""
    if not COMPILED_RULEBOOK.is_file():
        raise LocalProblem("nothing is built yet: start the portal once with `make run`")
    portal = running_portal()
    with portal_data():
        load_app()
        who, code = entry_code(wanted.strip(), community.strip())
    origin = portal.origin if portal else "http://localhost:8000"
    say(f"{who}\n\n  入场码  Entry code   {code}\n  入口    Entrance     {origin}/staff/\n")
    if portal is None:
        say("(The portal is not running: start it with `make run`.)")
    return 0


def entry_code(role: str, community_id: str) -> tuple[str, str]:
    """Who it is for, in words, and the code; `role` may be a person's id too.

    Raises LocalProblem for a role or a community that is not there.
    """
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published

    book = wiring.rulebook()
    if community_id and community_id not in book.communities:
        raise LocalProblem(f"COMMUNITY={community_id} is none of: {', '.join(book.communities)}")
    community = book.communities[community_id or next(iter(book.communities))]
    admit_published(wiring.accounts, community)
    found = [account for account in wiring.accounts.everyone(community.id) if account.active]
    account = next((one for one in found if role in (one.role.value, one.id)), None)
    if account is None:
        roles = ", ".join(dict.fromkeys(one.role.value for one in found))
        raise LocalProblem(f"say the role, as in: make staff-session ROLE=manager (one of: {roles})")
    code = wiring.sessions.begin(account.role, account.id, community.id, datetime.now(UTC))
    return f"{account.name} · {account.role.value} · {community.name.zh} {community.name.en}", code


if __name__ == "__main__":
    run_as_command(main)
