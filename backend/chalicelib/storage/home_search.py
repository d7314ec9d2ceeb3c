"""Finds the homes of the register that a few signs may mean: of an address, of a name, of a telephone number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.addresses import SHORTEST_NUMBER, typed_terms
from chalicelib.domain.households import Home, Member, digits_of

from . import vault
from .home_items import tails
from .households import households, of_phone
from .patience import patiently
from .table import FindRecord

# A search reads no more pointers than this, whatever was typed.
_MOST_POINTERS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A home that a search found, with those who live there; `by` is the member that was meant, if one was."""

    home: Home
    members: tuple[Member, ...]
    by: Member | None = None


def find(
    community: str, typed: str, limit: int = 10, buildings: Mapping[str, str] | None = None
) -> list[Found]:
    """The homes that may be meant by a few signs of an address, a name or a telephone number, the likeliest first.

    `buildings` maps what the community's buildings are called to their ids. Pointers only lead to homes: what is shown is
    read from the homes themselves, consistently. The cost does not grow with the register.
    """
    meant: dict[tuple[str, str], None] = {}
    digits = digits_of(typed)
    if len(digits) >= SHORTEST_NUMBER and digits == typed.strip().replace("-", "").replace(" ", ""):
        meant.update(dict.fromkeys(_pointed_at(community, f"{tails(community, digits)[0]}#")))
        if len(digits) >= 10:
            for one in of_phone(vault.phone_key(digits)):
                if one.community == community:
                    meant.setdefault((one.home.id, one.member.id))
    for term in typed_terms(typed, buildings or {}):
        meant.update(dict.fromkeys(_pointed_at(community, term)))
        if len(meant) >= limit:
            break
    if not meant and len(words := typed.split()) > 1:
        return _with_all_words(community, words, limit, buildings)
    return _read_found(community, meant, digits, limit)


def _with_all_words(
    community: str, words: Sequence[str], limit: int, buildings: Mapping[str, str] | None
) -> list[Found]:
    """The homes that each of the words finds by itself."""
    each = [find(community, word, _MOST_POINTERS, buildings) for word in words[:4]]
    ids = set.intersection(*({one.home.id for one in found} for found in each))
    by = {one.home.id: one for found in each for one in found if one.by or one.home.id in ids}
    return [by[id] for id in dict.fromkeys(one.home.id for one in each[0]) if id in ids][:limit]


def _read_found(community: str, meant: Iterable[tuple[str, str]], digits: str, limit: int) -> list[Found]:
    chosen: dict[str, str] = {}
    for home_id, member_id in meant:
        if home_id in chosen or len(chosen) < limit:
            chosen[home_id] = chosen.get(home_id) or member_id
    found = households(community, chosen)
    out = []
    for home_id, member_id in chosen.items():
        if one := found.get(home_id):
            by = one.member(member_id) if member_id else None
            out.append(Found(one.home, one.living, by if by and by.lives_here else None))
    return out


def _pointed_at(community: str, term: str) -> list[tuple[str, str]]:
    """The (home, member or "") that terms beginning so lead to."""
    records = patiently(
        lambda: list(
            FindRecord.query(f"FIND#{community}", FindRecord.sk.startswith(term), limit=_MOST_POINTERS)
        )
    )
    out = []
    for record in records:
        _, home_id, member_id = record.sk.rsplit("#", 2)
        out.append((home_id, "" if member_id == "-" else member_id))
    return out
