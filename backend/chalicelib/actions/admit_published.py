"""Give an account to everybody whom a community's file names and who has none yet: how the first of them come in at all."""

from typing import Protocol

from chalicelib.domain.accounts import Account
from chalicelib.domain.events import Role
from chalicelib.domain.standards import Community

LEFT_OUT = frozenset({"engineer"})  # they work on the system, not in it


class Accounts(Protocol):
    """Keeps staff accounts. Every method may raise Unavailable."""

    def everyone(self, community: str) -> list[Account]:
        """All accounts of a community."""

    def save(self, account: Account) -> Account:
        """Keeps an account. Raises Stale when somebody else changed it first."""


def admit_published(store: Accounts, community: Community) -> list[Account]:
    """Makes the missing accounts and gives those that it made. Who has one keeps it as it is, whatever the file says."""
    known = {account.id for account in store.everyone(community.id)}
    missing = [one for one in published(community) if one.id not in known]
    return [store.save(account) for account in missing]


def published(community: Community) -> list[Account]:
    """The people of a community's file as accounts."""
    return [
        Account(
            community=community.id,
            id=person.id,
            name=person.name,
            role=Role(person.role),
            phone=person.phone,
            department=person.department,
            buildings=tuple(
                building.id
                for building in community.buildings.values()
                if person.id == building.assistant or person.id in building.technicians
            ),
        )
        for person in community.people.values()
        if person.role not in LEFT_OUT
    ]
