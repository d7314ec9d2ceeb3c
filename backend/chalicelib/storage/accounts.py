"""Keeps the staff accounts: one item each, and a pointer from the keyed hash of its telephone."""

import json
from dataclasses import replace

from chalicelib.domain.accounts import Account
from chalicelib.domain.events import Role
from chalicelib.domain.keeping import Stale

from . import vault
from .partitions import read_page
from .patience import patiently
from .table import AccountRecord, Record, StaffPhoneRecord
from .transaction import Lost, Transaction

PHONE = "phone of staff"
TOTP = "totp of staff"
PAGE = 100


def load(community: str, id: str) -> Account | None:
    """An account, consistently; None when there is none."""
    pk = f"STAFF#{community}"
    found = patiently(lambda: list(AccountRecord.query(pk, AccountRecord.sk == id, consistent_read=True)))
    return _account(found[0]) if found else None


def of_phone(phone_key: str) -> list[Account]:
    """The active accounts behind a telephone, in every community, consistently."""
    prefix = "STAFF#"
    pointers = patiently(
        lambda: list(
            StaffPhoneRecord.query(
                f"PHONE#{phone_key}", StaffPhoneRecord.sk.startswith(prefix), consistent_read=True
            )
        )
    )
    found = (load(*pointer.sk.removeprefix(prefix).split("/", 1)) for pointer in pointers)
    return [one for one in found if one is not None and one.active]


def page(community: str, after: str | None = None, limit: int = PAGE) -> tuple[list[Account], str | None]:
    """The accounts of a community by id, at most `limit`, and where the next page begins (None at the end)."""
    records, following = read_page(AccountRecord, f"STAFF#{community}", None, after, limit)
    return [_account(one) for one in records], following


def everyone(community: str) -> list[Account]:
    """All accounts of a community. Some hundred at most: staff, not residents."""
    found, after = page(community)
    while after:
        more, after = page(community, after)
        found += more
    return found


def save(account: Account) -> Account:
    """Keeps an account, new (version 0) or changed, with its pointer. Raises Stale when somebody else changed it first."""
    before = load(account.community, account.id)
    if (before.version if before else 0) != account.version:
        raise Stale
    transaction = Transaction()
    write(transaction, account, before)
    try:
        transaction.commit()
    except Lost as lost:
        raise Stale from lost
    return replace(account, version=account.version + 1)


def write(transaction: Transaction, account: Account, before: Account | None) -> None:
    """Adds to a transaction what keeps the account; its label there is "account"."""
    record = _record(account)
    if before is None:
        transaction.put(record, AccountRecord.pk.does_not_exist(), "account")
    else:
        transaction.put(record, AccountRecord.version == account.version, "account")
    pointer = f"STAFF#{account.community}/{account.id}"
    old_keys = vault.phone_keys(before.phone) if before else ()
    if record.phone_key not in old_keys:
        for key in old_keys:
            transaction.delete(Record(f"PHONE#{key}", pointer))
        for key in vault.phone_keys(account.phone):
            transaction.put(StaffPhoneRecord(f"PHONE#{key}", pointer))


def _record(account: Account) -> AccountRecord:
    return AccountRecord(
        f"STAFF#{account.community}",
        account.id,
        name=account.name,
        role=account.role.value,
        phone=vault.seal(account.phone, PHONE),
        phone_key=vault.phone_key(account.phone),
        department=account.department,
        buildings=json.dumps(account.buildings),
        active=account.active,
        epoch=account.epoch,
        version=account.version + 1,
        totp=account.totp,
        totp_step=account.totp_step,
    )


def _account(record: AccountRecord) -> Account:
    return Account(
        community=record.pk.removeprefix("STAFF#"),
        id=record.sk,
        name=record.name,
        role=Role(record.role),
        phone=vault.unseal(record.phone, PHONE),
        department=record.department,
        buildings=tuple(json.loads(record.buildings)),
        active=bool(record.active),
        epoch=int(record.epoch),
        version=int(record.version),
        totp=record.totp,
        totp_step=int(record.totp_step),
    )
