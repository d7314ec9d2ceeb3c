"""`python -m tests.journeys.move_in COMMUNITY BUILDING UNIT ROOM NAME PHONE`: somebody lives in the running portal's register;
with MOVE_OUT after it, no longer."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from infra.local.environment import load_app, portal_data


def main() -> None:
    """Put them in, or out."""
    community, building, unit, room, name, phone, *out = sys.argv[1:]
    with portal_data():
        load_app()
        from chalicelib.domain.households import Member, Relation, new_home
        from chalicelib.storage import households

        home = new_home(community, building, unit, room)
        now = datetime.now(UTC)
        member = Member(
            id=f"m{phone[-4:]}",
            community=community,
            home=home.id,
            name=name,
            phone=phone,
            relation=Relation.OWNER,
            language="zh",
            channel="sms",
            consent_at=now,
            needs=(),
            since=now - timedelta(days=30),
        )
        if out:
            households.move_out(member, now)
        else:
            households.save_home(home)
            households.save_member(member)


if __name__ == "__main__":
    main()
