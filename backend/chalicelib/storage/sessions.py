"""Sessions: opaque, found by the digest of their token, ended by deleting them or by what they rest on.

A session names what it rests on and carries no right of its own: at every request the staff account, or the homes behind the
resident's telephone, are read consistently. What was taken away is gone with the next request.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.events import Actor, Role

from . import accounts, households, vault
from .patience import patiently
from .table import SessionRecord
from .transaction import Lost, Transaction

if TYPE_CHECKING:
    from chalicelib.domain.accounts import Account
    from chalicelib.domain.households import Membership

KEPT = timedelta(hours=12)
KEPT_RESIDENT = timedelta(days=30)
KEPT_HALFWAY = timedelta(minutes=10)
TOKEN_BYTES = 16  # 128 random bits

OPEN = "open"
HALFWAY = "totp"  # the code by SMS was right, the one from the app is still to come: opens nothing else


@dataclass(frozen=True, slots=True)
class Session:
    """Who is behind a request: a member of staff of one community. `secret` is sealed, and only there while an app is set up."""

    actor: Actor
    community: str
    expires: datetime
    account: Account
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class ResidentSession:
    """Who is behind a request: a resident, with the homes that their telephone belongs to now (never none)."""

    phone_key: str
    memberships: tuple[Membership, ...]
    expires: datetime
    language: str

    @property
    def since(self) -> datetime:
        """Since when the telephone is surely theirs: what it filed before may be its former owner's."""
        return min(one.member.since for one in self.memberships)


def begin(role: Role, person: str, community: str, at: datetime) -> str:
    """Begins a session of a member of staff and gives its token, which is stored nowhere.

    Raises LookupError where no active account of that role stands behind it.
    """
    account = accounts.load(community, person)
    if account is None or not account.active or account.role is not role:
        raise LookupError("no active account of that role")
    transaction = Transaction()
    token = put_staff(transaction, account, at)
    transaction.commit()
    return token


def put_staff(
    transaction: Transaction,
    account: Account,
    at: datetime,
    stage: str = OPEN,
    secret: str | None = None,
) -> str:
    """Adds the beginning of a staff session to a transaction; gives its token. `secret` is the sealed one of an app to set up."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    kept = KEPT if stage == OPEN else KEPT_HALFWAY
    record = SessionRecord(
        _pk(token),
        "SESSION",
        role=account.role.value,
        person=account.id,
        community=account.community,
        epoch=account.epoch,
        stage=stage,
        secret=secret,
        expires=int((at + kept).timestamp()),
    )
    transaction.put(record)
    return token


def put_resident(transaction: Transaction, phone_key: str, language: str, at: datetime) -> str:
    """Adds the beginning of a resident's session to a transaction; gives its token."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires = int((at + KEPT_RESIDENT).timestamp())
    record = SessionRecord(_pk(token), "SESSION", phone_key=phone_key, language=language, expires=expires)
    transaction.put(record)
    return token


def begin_resident(phone_key: str, language: str, at: datetime) -> str:
    """Begins a resident's session and gives its token; whether a home stands behind it shows at each request."""
    transaction = Transaction()
    token = put_resident(transaction, phone_key, language, at)
    transaction.commit()
    return token


def find(token: str, at: datetime) -> Session | None:
    """The staff session of a token, if it lives and its account stands as it did when it began."""
    return _staff(token, at, OPEN)


def find_halfway(token: str, at: datetime) -> Session | None:
    """The staff session of a token that still lacks the code from the app."""
    return _staff(token, at, HALFWAY)


def find_resident(token: str, at: datetime) -> ResidentSession | None:
    """The resident's session of a token, if it lives and a home is still behind its telephone.

    Where the telephone lost all its homes and was given one anew, an old session does not come back to life.
    """
    record = _living(token, at)
    if record is None or record.phone_key is None:
        return None
    memberships = tuple(households.of_phone(record.phone_key))
    expires = datetime.fromtimestamp(int(record.expires), at.tzinfo)
    # `expires` is cut to whole seconds.
    if not any(one.member.since < expires - KEPT_RESIDENT + timedelta(seconds=1) for one in memberships):
        return None
    # What it was begun with may be the hash by a key that is on its way out.
    phone_key = vault.phone_key(memberships[0].member.phone or "")
    return ResidentSession(phone_key, memberships, expires, record.language or "zh")


def end(token: str) -> None:
    """Ends a session at once."""
    transaction = Transaction()
    delete(transaction, token)
    transaction.commit()


def delete(transaction: Transaction, token: str, only_living: bool = False) -> None:
    """Adds the end of a session to a transaction; with `only_living` that fails (label "session") when it has ended."""
    condition = SessionRecord.pk.exists() if only_living else None
    transaction.delete(SessionRecord(_pk(token), "SESSION"), condition, "session")


def exchange(token: str, at: datetime) -> str | None:
    """Spends a session's token for a new one of the same account, once; None when it does not live."""
    session = find(token, at)
    if session is None:
        return None
    transaction = Transaction()
    delete(transaction, token, only_living=True)
    fresh = put_staff(transaction, session.account, at)
    try:
        transaction.commit()
    except Lost:
        return None
    return fresh


def _staff(token: str, at: datetime, stage: str) -> Session | None:
    record = _living(token, at)
    if record is None or record.community is None or record.person is None or record.stage != stage:
        return None
    account = accounts.load(record.community, record.person)
    if account is None or not account.active:
        return None
    if (account.role.value, account.epoch) != (record.role, int(record.epoch or 0)):
        return None
    expires = datetime.fromtimestamp(int(record.expires), at.tzinfo)
    return Session(Actor(account.role, account.id), account.community, expires, account, record.secret)


def _living(token: str, at: datetime) -> SessionRecord | None:
    """The item of a token; expiry is decided here, not by the database's tidying."""
    records = patiently(lambda: list(SessionRecord.query(_pk(token), consistent_read=True)))
    return next((one for one in records if one.expires > int(at.timestamp())), None)


def _pk(token: str) -> str:
    return f"SESSION#{hashlib.sha256(token.encode()).hexdigest()}"
