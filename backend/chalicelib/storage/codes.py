"""Keeps the one-time codes: one for each telephone and door, the newest only.

The code itself lies nowhere. What is kept is a random nonce, from which the code follows by a key that is not in the table, and
the keyed digest that a try is compared with. Whether anybody stands behind the telephone is asked when the message is sent, not
when the code is asked for: to a number that nobody has, everything until then is the same, in the same time.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.allowances import Exhausted
from chalicelib.domain.change import Message
from chalicelib.domain.codes import DOORS, KEPT, TRIES, Outgoing, code_from
from chalicelib.domain.moments import read, written

from . import accounts, allowances, households, outbox, vault
from .allowances import Use, attempts
from .patience import patiently
from .table import CodeRecord
from .transaction import Lost, Transaction

EVERYBODY = "codes of everybody"
CODE_MESSAGE = {"resident": "sign_in_code", "staff": "staff_code"}
ALARM = "codes_exhausted"


def issue(door: str, phone_key: str, language: str, now: datetime, uses: Sequence[Use]) -> None:
    """Makes a new code, which replaces the one before, and owes the message that carries it; `uses` are taken with it.

    All of it is one transaction, the same for a number that somebody has and for one that nobody has. Raises Exhausted; where
    it is what may be sent in a day that is used up, the engineers are told.
    """
    if door not in DOORS:
        raise ValueError(door)
    try:
        allowances.check(EVERYBODY, door, now)
    except Exhausted:
        outbox.owe(_alarm(door, now))
        raise
    nonce = secrets.token_urlsafe(16)
    message = Message(
        id=f"code/{nonce}",
        template=CODE_MESSAGE[door],
        to=f"code:{door}/{phone_key}",
        community="",
        case="",
        at=now,
        facts={"nonce": nonce},
    )
    until = now + KEPT
    for attempt in attempts():
        transaction = Transaction()
        allowances.add(transaction, uses, now)
        record = CodeRecord(
            _pk(door, phone_key),
            "CODE",
            nonce=nonce,
            digest=_digest(door, phone_key, _code(door, phone_key, nonce)),
            tries=0,
            until=written(until),
            language=language,
            expires=int(until.timestamp()) + 1,
        )
        transaction.put(record)
        transaction.put(outbox.owed_record(message))
        try:
            transaction.commit()
        except Lost:
            attempt.pause()
            continue
        return


def tried(door: str, phone_key: str, code: str, now: datetime) -> str | None:
    """Counts a try, and only then compares; gives the right code's nonce, for :func:`spend`, or None.

    The count is written on condition that it still stands as it was read: of any number of tries at once five are compared.
    """
    for attempt in attempts():
        found = _load(door, phone_key)
        if found is None or read(found.until) <= now or found.tries >= TRIES:
            return None
        nonce, tries = found.nonce, int(found.tries)
        transaction = Transaction()
        found.tries = tries + 1
        unchanged = (CodeRecord.nonce == nonce) & (CodeRecord.tries == tries)
        transaction.put(found, unchanged, "code")
        try:
            transaction.commit()
        except Lost:
            attempt.pause()
            continue
        return nonce if hmac.compare_digest(_digest(door, phone_key, code), found.digest) else None
    return None


def spend(transaction: Transaction, door: str, phone_key: str, nonce: str) -> None:
    """Adds to a transaction that the code is used up; it is lost (label "code") when it was before."""
    record = CodeRecord(_pk(door, phone_key), "CODE")
    transaction.delete(record, CodeRecord.nonce == nonce, "code")


def outgoing(message: Message, now: datetime, *, dry_run: bool = False) -> Outgoing | None:
    """What is to be sent for a message that :func:`issue` owed; None for a number that nobody has, or a code that is old.

    Only here the message counts towards what may be sent in a day, once however often it is tried and by however many; with
    `dry_run` it does not. When that is used up nothing is sent any more, and the engineers are told.
    """
    door, _, phone_key = message.to.removeprefix("code:").partition("/")
    found = _load(door, phone_key)
    if found is None or found.nonce != message.facts.get("nonce") or read(found.until) <= now:
        return None
    phone = _phone_behind(door, phone_key)
    if phone is None:
        return None
    if not (found.counted or dry_run or _count(door, found, now)):
        return None
    return Outgoing(phone, _code(door, phone_key, found.nonce), found.language)


def _count(door: str, found: CodeRecord, now: datetime) -> bool:
    for attempt in attempts():
        transaction = Transaction()
        try:
            allowances.add(transaction, [Use(EVERYBODY, door)], now)
        except Exhausted:
            outbox.owe(_alarm(door, now))
            return False
        tries = int(found.tries)
        found.counted = True
        unchanged = (CodeRecord.nonce == found.nonce) & (CodeRecord.tries == tries)
        uncounted = CodeRecord.counted == False  # noqa: E712, it becomes a condition of the database
        transaction.put(found, unchanged & uncounted, "code")
        try:
            transaction.commit()
        except Lost as lost:
            if "code" in lost.which:  # somebody tries it, or counts it, while it is on its way: read it anew
                fresh = _load(door, found.pk.rpartition("#")[2])
                if fresh is None or fresh.nonce != found.nonce:
                    return False
                if fresh.counted:
                    return True
                found = fresh
            attempt.pause()
            continue
        return True
    return False


def _alarm(door: str, now: datetime) -> Message:
    return Message(f"{ALARM}/{door}/{now:%Y%m%d}", ALARM, "engineers", "", "", now, {"reason": door})


def _phone_behind(door: str, phone_key: str) -> str | None:
    if door == "staff":
        return next((account.phone for account in accounts.of_phone(phone_key)), None)
    return next((one.member.phone for one in households.of_phone(phone_key)), None)


def _load(door: str, phone_key: str) -> CodeRecord | None:
    pk = _pk(door, phone_key)
    found = patiently(lambda: list(CodeRecord.query(pk, consistent_read=True)))
    return found[0] if found else None


def _pk(door: str, phone_key: str) -> str:
    return f"CODE#{door}#{phone_key}"


def _code(door: str, phone_key: str, nonce: str) -> str:
    return code_from(vault.lookup("code", f"{door}|{phone_key}|{nonce}"))


def _digest(door: str, phone_key: str, code: str) -> str:
    return vault.lookup("digest of a code", f"{door}|{phone_key}|{code}")
