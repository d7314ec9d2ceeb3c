"""How often a request may come: the allowances as the edge takes them, by a keyed hash of who asks."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address

from chalicelib import wiring
from chalicelib.domain.allowances import Exhausted
from chalicelib.domain.keeping import RequestKey

from .exchange import Exchange
from .problems import too_often

Use = wiring.allowances.Use


def address(asked: Exchange) -> str:
    """The keyed hash of where the request comes from, as the gateway saw it.

    Of IPv6 the first 64 bits: whoever has one address there has all that begin so (RFC 6177, RFC 8981).
    """
    return wiring.allowances.hashed("address", _network(asked.address))


def _network(said: str) -> str:
    try:
        found = ip_address(said.partition("%")[0])
    except ValueError:
        return said
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


def of_code(asked: Exchange, door: str, phone_key: str) -> Sequence[Use]:
    """What asking for a code uses up. Each door has counts of its own: whoever locks one leaves the other open."""
    return (
        Use("code of a telephone", f"{door}#{phone_key}"),
        Use("codes of an address", f"{door}#{address(asked)}"),
    )


def take_try(asked: Exchange) -> None:
    """A code is tried. Raises Exhausted."""
    wiring.allowances.take("tries of an address", address(asked), asked.at)


def take_filing(asked: Exchange, phone: str, key: RequestKey, known: bool = False) -> None:
    """A case is filed, from a telephone and from an address. Whoever is `known` (signed in) has a count of their own, of which
    no stranger who writes down the same telephone takes anything. Raises Problem (429).

    What was filed under this key before is only told again, and takes nothing; of equal requests at once one takes it.
    """
    if wiring.cases.answer_to(key) is not None:
        return
    who = wiring.allowances.hashed("phone", phone)
    if known:
        uses = [Use("filing of a resident", who)]
    else:
        uses = [Use("filing of a telephone", who), Use("filing of an address", address(asked))]
    try:
        wiring.allowances.take_all(uses, asked.at, once=_once(key))
    except Exhausted as error:
        raise too_often(error.what, error.retry_after) from error


def take_posting(asked: Exchange, phone_key: str, key: RequestKey) -> None:
    """A resident puts a post on the board. Raises Problem (429). What was filed under this key before takes nothing."""
    if wiring.cases.answer_to(key) is not None:
        return
    try:
        wiring.allowances.take_all([Use("posting", phone_key)], asked.at, once=_once(key))
    except Exhausted as error:
        raise too_often(error.what, error.retry_after) from error


def _once(key: RequestKey) -> str:
    return wiring.allowances.hashed("request", f"{key.scope}|{key.key}")


def take_open_day(asked: Exchange, phone_key: str) -> None:
    """A resident books, cancels or asks on an open day. Raises Exhausted."""
    wiring.allowances.take("open days", phone_key, asked.at)


def take_search(asked: Exchange, session: wiring.Session) -> None:
    """A member of staff searches. Raises Exhausted."""
    who = wiring.allowances.hashed("account", f"{session.community}/{session.actor.id}")
    wiring.allowances.take("searching", who, asked.at)


def take_list(asked: Exchange, session: wiring.Session) -> None:
    """A member of staff sends a list in. Raises Exhausted."""
    who = wiring.allowances.hashed("account", f"{session.community}/{session.actor.id}")
    wiring.allowances.take("lists of an account", who, asked.at)
