"""`make import-homes` shows what a list would change, changes it when asked, leaves no list behind; the demonstration."""

from __future__ import annotations

import pytest

from infra.local.console import LocalProblem

pytestmark = pytest.mark.usefixtures("table")
LIST = "楼栋,房号,姓名,电话,关系\n东楼,2604,江晴,000-0000-0501,业主\n8 号楼,101,谁,,业主\n".encode()


def test_without_commit_it_only_shows(capsys: pytest.CaptureFixture[str]) -> None:
    from chalicelib import wiring
    from infra.local.import_list import import_list

    assert import_list("homes", LIST, "river-view", commit=False, whole=False) == 1
    told = capsys.readouterr().out
    assert "新住户" in told
    assert "第 3 行" in told
    assert "0501" not in told.replace("****0501", ""), "no telephone is printed whole"
    assert wiring.households.members("river-view", "east-0-2604") == []
    assert import_list("homes", LIST, "river-view", commit=True, whole=False) == 1
    assert [one.name for one in wiring.households.members("river-view", "east-0-2604")] == ["江晴"]
    assert wiring.imports.of_community("river-view") == []
    with pytest.raises(LocalProblem, match="表头"):
        import_list("homes", "只有一句话".encode(), "river-view", commit=True, whole=False)


def test_the_demonstration_has_a_resident_who_can_sign_in() -> None:
    from chalicelib import wiring
    from infra.local.demonstration import FIRST_RESIDENT, settle

    for _ in range(2):
        for community in wiring.rulebook().communities.values():
            settle(community, wiring.now())
    (mine,) = wiring.households.of_phone(wiring.vault.phone_key(FIRST_RESIDENT))
    assert len(wiring.households.members(mine.community, mine.home.id)) == 2


def test_whoever_tries_the_portal_finds_cases_of_their_own_home() -> None:
    from chalicelib import wiring
    from infra.local.demonstration import FIRST_RESIDENT, fill

    fill()
    (mine,) = wiring.households.of_phone(wiring.vault.phone_key(FIRST_RESIDENT))
    whose = (mine.community, mine.home.id, mine.member.since)
    assert len(wiring.home_cases.open_ones(*whose)) == 1
    assert len(wiring.home_cases.page(*whose)[0]) == 2
