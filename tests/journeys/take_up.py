"""`python -m tests.journeys.take_up COMMUNITY ROLE PHONE NAME`: somebody begins to work at the running portal, in a role that the
rulebook gives nobody."""

from __future__ import annotations

import sys

from infra.local.environment import load_app, portal_data


def main() -> None:
    """Give them an account."""
    community, role, phone, name = sys.argv[1:]
    with portal_data():
        load_app()
        from chalicelib.domain.accounts import Account
        from chalicelib.domain.events import Role
        from chalicelib.storage import accounts

        accounts.save(Account(community, f"extra-{role.replace('_', '-')}", name, Role(role), phone))


if __name__ == "__main__":
    main()
