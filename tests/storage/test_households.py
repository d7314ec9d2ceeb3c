"""The register: a home is found by what people type, a telephone leads to who lives there, and nothing lies there in plain."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.households import Member, Need, Relation, new_home

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
BUILDINGS = {"东楼": "east", "East House": "east", "1 号楼": "1", "2 号楼": "2"}


def somebody(home: str, name: str = "王小明", phone: str | None = "000-0000-3301", **more: object) -> Member:
    values: dict[str, object] = {
        "id": "m1",
        "community": "river-view",
        "home": home,
        "name": name,
        "phone": phone,
        "relation": Relation.OWNER,
        "language": "zh",
        "channel": "sms",
        "consent_at": AT,
        "needs": (Need("infant", "上门前先发短信", date(2027, 6, 1)),),
        "since": AT,
    }
    return Member(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    ["1号楼2单元502", "１－２－０５０２", "1-2-5", "2-502", "502", "0502", "王", "小明", "3301", "000 0000 3301", "00000003301",
     "1 号楼 2 单元 502 室", "1栋2单元502室", "1号楼 王"],
)  # fmt: skip
def test_a_home_is_found_by_a_few_signs_of_its_address_a_name_or_a_number(table: str, typed: str) -> None:
    from chalicelib.storage import home_search
    from chalicelib.storage import households as store

    home = new_home("river-view", "1", "2", "0502")
    other = new_home("river-view", "2", "1", "1101")
    for one in (home, other):
        store.save_home(one)
    store.save_member(somebody(home.id))
    store.save_member(somebody(other.id, "李四", "000-0000-3399"))
    found = home_search.find("river-view", typed, 10, BUILDINGS)
    assert [one.home for one in found] == [home]
    assert [member.name for member in found[0].members] == ["王小明"]
    assert home_search.find("osmanthus-lane", typed, 10, BUILDINGS) == []


def test_who_moved_out_is_nobody_here_any_more(table: str) -> None:
    from chalicelib.storage import home_search, vault
    from chalicelib.storage import households as store

    home = new_home("river-view", "east", "", "2604")
    store.save_home(home)
    member = somebody(home.id)
    store.save_member(member)
    key = vault.phone_key("00000003301")
    (membership,) = store.of_phone(key)
    assert (membership.home, membership.member) == (home, member)
    after = store.move_out(member, AT)
    assert store.of_phone(key) == [] and store.members("river-view", home.id) == []
    assert home_search.find("river-view", "王") == [] and [
        f.home for f in home_search.find("river-view", "2604")
    ] == [home]
    assert after.members[0].left_at == AT and after.members[0].needs == ()


def test_telephones_and_what_is_to_be_minded_lie_sealed(table: str) -> None:
    from chalicelib.storage import households as store
    from chalicelib.storage.table import Record

    home = new_home("river-view", "east", "", "2604")
    store.save_home(home)
    store.save_member(somebody(home.id))
    lying = "".join(str(record.serialize()) for record in Record.scan(consistent_read=True))
    for secret in ("3301", "上门前先发短信", "infant"):
        assert secret not in lying


def test_a_change_of_what_somebody_else_changed_is_refused(table: str) -> None:
    from chalicelib.domain.keeping import Stale
    from chalicelib.storage import households as store

    first = store.save_home(new_home("river-view", "east", "", "2604"))
    store.save_member(somebody(first.home.id))
    with pytest.raises(Stale):
        store.save(first)
