"""How a right code becomes a session: the code is used up in the transaction that begins the session, so it lets in once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib.domain import totp

from . import accounts, allowances, codes, households, sessions, vault
from .accounts import TOTP
from .transaction import Transaction

if TYPE_CHECKING:
    from chalicelib.domain.accounts import Account


@dataclass(frozen=True, slots=True)
class Entered:
    """A member of staff is in: `whole` says whether that is all, or the code of the app is still to come; `places` are the
    accounts that this telephone has, for those who work in several communities."""

    token: str
    whole: bool
    places: tuple[Account, ...]


def enter_resident(phone_key: str, code: str, language: str, now: datetime) -> str | None:
    """The token of a new session of a resident; None for a wrong code, or a telephone that no home has."""
    nonce = codes.tried("resident", phone_key, code, now)
    if nonce is None or not households.of_phone(phone_key):
        return None
    transaction = Transaction()
    codes.spend(transaction, "resident", phone_key, nonce)
    token = sessions.put_resident(transaction, phone_key, language, now)
    return token if transaction.won() else None


def enter_staff(phone_key: str, code: str, now: datetime) -> Entered | None:
    """A new session of a member of staff; None for a wrong code, or a telephone that nobody of the staff has."""
    nonce = codes.tried("staff", phone_key, code, now)
    found = accounts.of_phone(phone_key) if nonce else []
    if nonce is None or not found:
        return None
    # Whoever has to prove it twice anywhere proves it here: another place is then a step that asks for nothing more.
    first = next((one for one in found if one.needs_totp), found[0])
    transaction = Transaction()
    codes.spend(transaction, "staff", phone_key, nonce)
    stage = sessions.HALFWAY if first.needs_totp else sessions.OPEN
    secret = vault.seal(totp.new_secret(), TOTP) if first.needs_totp and first.totp is None else None
    token = sessions.put_staff(transaction, first, now, stage, secret)
    return Entered(token, stage == sessions.OPEN, tuple(found)) if transaction.won() else None


def prove(token: str, code: str, now: datetime) -> Entered | None:
    """The whole session instead of the halfway one of `token`, by a code of the app; None for a wrong code or one used before.

    The first right code also sets the app up. Raises Exhausted after too many tries.
    """
    halfway = sessions.find_halfway(token, now)
    if halfway is None:
        return None
    account = halfway.account
    allowances.take(
        "totp of an account", allowances.hashed("account", f"{account.community}/{account.id}"), now
    )
    sealed = account.totp or halfway.secret
    if sealed is None:
        return None
    step = totp.step_of(vault.unseal(sealed, TOTP), code, now)
    if step is None or step <= account.totp_step:
        return None
    places = accounts.of_phone(vault.phone_key(account.phone))
    # Read again: another session may have used the same code, or set the app up, since this one was looked at.
    if account not in places or any(step <= one.totp_step for one in places):
        return None
    transaction = Transaction()
    sessions.delete(transaction, token, only_living=True)
    for one in places:
        if one.needs_totp:
            accounts.write(transaction, replace(one, totp=sealed, totp_step=step), one)
    fresh = sessions.put_staff(transaction, account, now)
    return Entered(fresh, True, tuple(places)) if transaction.won() else None


def move(token: str, community: str, now: datetime) -> str | None:
    """The session of the same person in another community instead of this one; None where they have no account there."""
    session = sessions.find(token, now)
    if session is None:
        return None
    places = accounts.of_phone(vault.phone_key(session.account.phone))
    there = next((one for one in places if one.community == community), None)
    # From a place without the second proof there is no way to one with it but through the door.
    if there is None or (there.needs_totp and not session.account.needs_totp):
        return None
    transaction = Transaction()
    sessions.delete(transaction, token, only_living=True)
    fresh = sessions.put_staff(transaction, there, now)
    return fresh if transaction.won() else None


def secret_to_show(session: sessions.Session) -> str | None:
    """The secret that the app is to be set up with, plain; None when it is set up."""
    if session.account.totp is not None or session.secret is None:
        return None
    return vault.unseal(session.secret, TOTP)
