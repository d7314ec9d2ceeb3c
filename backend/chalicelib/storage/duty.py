"""Who is there: absences and the rota of a community, one item each, read by one consistent query."""

import json
from datetime import datetime, time

from pynamodb.attributes import UnicodeAttribute

from chalicelib.domain.chain import canonical
from chalicelib.domain.duty import Away, Standing, Turn
from chalicelib.domain.moments import read, written

from .patience import patiently
from .table import Record
from .transaction import Transaction


class DutyRecord(Record, discriminator="duty"):
    """An absence (`AWAY#<person>#<since>`) or a line of the rota (`TURN#<place>#<id>`) of a community; `said` tells it."""

    said = UnicodeAttribute()


def standing(community: str) -> Standing:
    """Everything noted about who is there: what the last change made, whatever process made it."""
    records = patiently(lambda: list(DutyRecord.query(f"DUTY#{community}", consistent_read=True)))
    away = tuple(_away_from(record) for record in records if record.sk.startswith("AWAY#"))
    turns = tuple(_turn_from(record) for record in records if record.sk.startswith("TURN#"))
    return Standing(away, turns)


def change(
    communities: tuple[str, ...],
    put: tuple[Away | Turn, ...] = (),
    delete: tuple[Away | Turn, ...] = (),
) -> None:
    """Writes and removes absences and turns, the same in each of `communities` (who belongs to the whole company is away from
    all of them), in one transaction."""
    transaction = Transaction()
    for community in communities:
        kept = {_sk(one) for one in put}
        for one in delete:
            if _sk(one) not in kept:
                transaction.delete(DutyRecord(f"DUTY#{community}", _sk(one)))
        for one in put:
            transaction.put(DutyRecord(f"DUTY#{community}", _sk(one), said=_said(one)))
    if len(transaction):
        transaction.commit()


def _sk(one: Away | Turn) -> str:
    if isinstance(one, Away):
        return f"AWAY#{one.person}#{written(one.since)}"
    return f"TURN#{one.place}#{one.id}"


def _said(one: Away | Turn) -> str:
    if isinstance(one, Away):
        until = written(one.until) if one.until is not None else None
        return canonical({"until": until, "substitute": one.substitute, "by": one.noted_by})
    return canonical(
        {
            "person": one.person,
            "days": sorted(one.days),
            "starts": f"{one.starts:%H:%M}",
            "ends": f"{one.ends:%H:%M}",
            "by": one.noted_by,
        }
    )


def _away_from(record: DutyRecord) -> Away:
    _, person, since = record.sk.split("#")
    said = json.loads(record.said)
    until: datetime | None = read(said["until"]) if said["until"] else None
    return Away(person, read(since), until, said["substitute"], said["by"])


def _turn_from(record: DutyRecord) -> Turn:
    _, place, id = record.sk.split("#")
    said = json.loads(record.said)
    starts, ends = time.fromisoformat(said["starts"]), time.fromisoformat(said["ends"])
    return Turn(id, place, said["person"], frozenset(said["days"]), starts, ends, said["by"])
