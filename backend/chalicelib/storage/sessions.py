"""Staff sessions: opaque, found by the digest of their token, ended by deleting them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.events import Actor, Role

from .patience import patiently
from .table import SessionRecord
from .transaction import Transaction

KEPT = timedelta(hours=12)
TOKEN_BYTES = 16  # 128 random bits


@dataclass(frozen=True, slots=True)
class Session:
    """Who is behind a request: a member of staff of one community."""

    actor: Actor
    community: str
    expires: datetime


def _pk(token: str) -> str:
    return f"SESSION#{hashlib.sha256(token.encode()).hexdigest()}"


def begin(role: Role, person: str, community: str, at: datetime) -> str:
    """Begins a session and gives its token, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    transaction = Transaction()
    expires = int((at + KEPT).timestamp())
    transaction.put(
        SessionRecord(
            _pk(token), "SESSION", role=role.value, person=person, community=community, expires=expires
        )
    )
    transaction.commit()
    return token


def find(token: str, at: datetime) -> Session | None:
    """The session of a token, if it lives; expiry is decided here, not by the database's tidying."""
    records = patiently(lambda: list(SessionRecord.query(_pk(token), consistent_read=True)))
    for record in records:
        if record.expires > int(at.timestamp()):
            expires = datetime.fromtimestamp(int(record.expires), at.tzinfo)
            return Session(Actor(Role(record.role), record.person), record.community, expires)
    return None


def end(token: str) -> None:
    """Ends a session at once."""
    transaction = Transaction()
    transaction.delete(SessionRecord(_pk(token), "SESSION"))
    transaction.commit()
