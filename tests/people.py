"""People for tests: accounts of the rulebook's staff, a resident with a home, codes as they would have been sent."""

from __future__ import annotations

from datetime import UTC, datetime

from chalicelib import wiring
from chalicelib.actions.admit_published import admit_published
from chalicelib.domain.accounts import Account
from chalicelib.domain.change import Message

COMMUNITY = "river-view"


def staffed(community: str = COMMUNITY) -> dict[str, Account]:
    """The accounts of a community, made where they are missing; by id."""
    admit_published(wiring.accounts, wiring.rulebook().communities[community])
    return {account.id: account for account in wiring.accounts.everyone(community)}


def account_of(role: str, community: str = COMMUNITY) -> Account:
    """The first account of a role."""
    return next(one for one in staffed(community).values() if one.role.value == role)


def sent_codes(door: str, phone: str, now: datetime | None = None) -> list[str]:
    """The codes on their way to a telephone, as the outbox would send them now."""
    now = now or datetime.now(UTC)
    to = f"code:{door}/{wiring.vault.phone_key(phone)}"
    going = [wiring.codes.outgoing(message, now) for message in owed() if message.to == to]
    return [one.code for one in going if one is not None]


def owed() -> list[Message]:
    """What lies in the outbox."""
    far = datetime(2100, 1, 1, tzinfo=UTC)
    shards = range(wiring.outbox.SHARDS)
    return [one.message for shard in shards for one in wiring.outbox.pending(shard, far, limit=1000)]
