"""`rotate-keys`: a new key takes the old one's place, and nothing that lies under the old one is lost on the way."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain import links
from chalicelib.domain.accounts import Account
from chalicelib.domain.events import Role
from chalicelib.domain.importing import Import, Sort
from chalicelib.domain.keyring import keys_in
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.storage import (
    accounts,
    cases,
    census,
    forgetting,
    home_search,
    households,
    imports,
    personal,
    posts,
    sessions,
    vault,
)
from infra import portal
from infra.aws import keys
from infra.aws.settings import read
from infra.local.console import LocalProblem
from tests import posts as posting
from tests.cases import COMMUNITY, HOUR, TUESDAY_TEN
from tests.jobs.test_forget_what_is_over import HOME, PHONE, case_of, resident
from tests.rings import Started, forget_keys

STAFF_PHONE = "000-0000-8801"


@pytest.fixture
def portal_here(table: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """A portal with its first keys."""
    with monkeypatch.context() as patch:
        yield Started(patch)
    forget_keys()


def furnish(book: Rulebook) -> tuple[str, str]:
    """One of everything that lies under the vault's key; gives the case's number and the token of the resident's session."""
    households.save_home(HOME)
    households.save_member(resident())
    households.save_member(resident(id="m9", phone="000-0000-7742", needs=(), left_at=TUESDAY_TEN))
    households.save_member(resident(id="m8", name="=王.小明", phone="000-0000-7743", needs=()))
    secret = vault.seal("JBSWY3DPEHPK3PXP", accounts.TOTP)
    accounts.save(Account(COMMUNITY, "li.wei", "李伟", Role.MANAGER, STAFF_PHONE, totp=secret))
    number = case_of(book, 1).number
    posting.file_one()
    imports.keep(Import("i1", COMMUNITY, Sort.HOMES, "boss", TUESDAY_TEN, 1, 1), ['["标记的话"]'])
    return number, sessions.begin_resident(vault.phone_key(PHONE), "zh", TUESDAY_TEN)


def expect_everything(book: Rulebook, number: str, token: str, *, halfway: bool = False) -> None:
    """Everything is found by its telephone, and everything sealed opens; but `halfway` through a pass the check finds nothing."""
    mine = sessions.find_resident(token, TUESDAY_TEN + HOUR)
    assert mine is not None and mine.phone_key == vault.phone_key(PHONE)
    assert mine.memberships[0].member.needs[0].reason == "标记的话"
    assert number in personal.cases_of_phone(mine.phone_key)[0]
    assert [one.by.id for one in home_search.find(COMMUNITY, "7741") if one.by] == ["m7741"]
    assert [one.by.id for one in home_search.find(COMMUNITY, "=王.小明") if one.by] == ["m8"]
    assert home_search.find(COMMUNITY, "=") == [], "no sign begins the ends of all telephones"
    assert len(households.left_of_phone(vault.phone_key("000-0000-7742"))) == 1
    [account] = accounts.of_phone(vault.phone_key(STAFF_PHONE))
    assert account.phone == STAFF_PHONE
    assert vault.unseal(account.totp or "", accounts.TOTP) == "JBSWY3DPEHPK3PXP"
    [post] = posts.of_phone(vault.phone_key(posting.PHONE))[0]
    assert posts.heads([post])[post][1].phone == posting.PHONE
    assert posting.stands(post).id == post
    file = cases.load(number)
    assert file is not None and file.contact.phone == PHONE
    assert imports.piece("i1", 0) is not None
    found = {
        one.item.partition("#")[0] for one in check_everything(census, book, TUESDAY_TEN + HOUR).violations
    }
    assert found <= ({"PHONE"} if halfway else set()), "at most pointers by the key that is not in use"


def test_the_vault_gets_a_new_key_and_everything_is_found_and_opens_after_each_step(
    portal_here: Started, rulebook: Rulebook
) -> None:
    number, token = furnish(rulebook)
    sealed = vault.seal("138", "phone")
    assert portal_here.step("vault", "begin") == 0
    assert portal_here.generations() == [1, 2]
    later = case_of(rulebook, 2).number  # filed between two steps
    assert portal_here.step("vault", "go-on", started=False) == 0
    expect_everything(rulebook, number, token)
    portal_here.start()
    assert portal_here.generations() == [2, 1]
    expect_everything(rulebook, number, token)
    assert vault.unseal(sealed, "phone") == "138"
    assert vault.sealed_by(vault.seal("138", "phone")) == 2
    with pytest.raises(LocalProblem, match="items still need the old key"):
        portal_here.step("vault", "take-away")
    assert portal_here.step("vault", "go-on") == 0
    expect_everything(rulebook, number, token)
    assert portal_here.step("vault", "take-away") == 0
    assert portal_here.generations() == [2]
    assert portal_here.step("vault", "go-on") == 0
    expect_everything(rulebook, number, token)
    expect_everything(rulebook, later, token)
    with pytest.raises(vault.Unreadable):
        vault.unseal(sealed, "phone")
    phones = {record.pk for record in posts.Record.scan() if record.pk.startswith("PHONE#")}
    assert phones and all(pk.startswith("PHONE#2.") for pk in phones)


def test_the_old_key_stays_until_a_wish_to_be_forgotten_was_carried_out(
    portal_here: Started, rulebook: Rulebook
) -> None:
    furnish(rulebook)
    forgetting.ask(vault.phone_key(PHONE), TUESDAY_TEN, TUESDAY_TEN + 2 * HOUR)
    portal_here.step("vault", "begin")
    portal_here.step("vault", "go-on")
    assert portal_here.step("vault", "go-on") == 1
    with pytest.raises(LocalProblem, match=r"^1 items still need the old key"):
        portal_here.step("vault", "take-away")
    carried_out = TUESDAY_TEN + 3 * HOUR
    for one in [one for shard in range(personal.SHARDS) for one in personal.to_forget(shard, carried_out)]:
        forgetting.forget(one, carried_out, lambda keys: None)
    assert portal_here.step("vault", "go-on") == 0
    assert portal_here.step("vault", "take-away") == 0


def test_a_link_that_a_resident_holds_opens_until_its_key_is_taken_away_or_at_once_no_more(
    portal_here: Started,
) -> None:
    old = links.link_of("261124-000001", wiring.link_key())
    portal_here.step("links", "begin")
    assert links.link_of("261124-000001", wiring.link_key()) == old, (
        "not every function knows the new key yet"
    )
    portal_here.step("links", "go-on")
    new = links.link_of("261124-000001", wiring.link_key())
    assert new != old
    for link in (old, new):
        assert links.number_in(link, wiring.link_keys()) == "261124-000001"
    portal_here.step("links", "take-away")
    assert links.number_in(old, wiring.link_keys()) is None
    assert links.number_in(new, wiring.link_keys()) == "261124-000001"
    portal_here.step("links", "revoke")
    assert portal_here.generations("link") == [3]
    assert links.number_in(new, wiring.link_keys()) is None


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (["vault"], "say what to do"),
        (["vault", "revoke"], "say what to do"),
        (["edge", "begin"], "say what to do"),
        (["links", "take-away"], "no old key to take away"),
        (["links", "go-on"], "with the newest key already"),
    ],
)
def test_a_step_that_is_not_to_be_taken_is_refused_and_changes_no_key(
    portal_here: Started, said: list[str], wrong: str
) -> None:
    before = dict(portal_here.kept)
    with pytest.raises(LocalProblem, match=wrong):
        portal.rotate_keys(said, "li.wei")
    portal_here.step("links", "begin")
    with pytest.raises(LocalProblem, match="on its way already"):
        portal.rotate_keys(["links", "begin"], "li.wei")
    with pytest.raises(LocalProblem, match="first go-on"):
        portal.rotate_keys(["links", "take-away"], "li.wei")
    assert portal_here.kept["vault"] == before["vault"]


def test_what_no_key_opens_is_named_left_as_it_is_and_stops_nothing(
    portal_here: Started, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    number = case_of(rulebook, 1).number
    head = cases.HeadRecord.get(f"CASE#{number}", "HEAD")
    damaged = (head.phone or "")[:-4] + "AAAA"
    head.update([cases.HeadRecord.phone.set(damaged)])
    portal_here.step("vault", "begin")
    portal_here.step("vault", "go-on")
    assert portal_here.step("vault", "go-on") == 0
    told = capsys.readouterr().out
    assert f"cannot be opened by any key, and is left as it is: CASE#{number}" in told
    assert PHONE not in told
    assert cases.HeadRecord.get(f"CASE#{number}", "HEAD").phone == damaged


def test_in_the_cloud_each_step_waits_until_the_one_before_was_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read("dev")
    before = dict(os.environ)
    template = (
        '{"Parameters": {"KeysVersion": {"Type": "String"}}, "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'
    )
    monkeypatch.setattr(sys, "argv", ["portal", "rotate-keys", "links", "begin"])
    monkeypatch.setenv("STAGE", "dev")
    try:
        with mock_aws():
            session = boto3.Session(region_name=settings.region)
            store, clouds = session.client("ssm"), session.client("cloudformation")
            keys.make(store, session.client("secretsmanager"), settings, running=False)
            first = keys.read(store, settings)

            def deployed() -> None:
                version = keys.version_of(store, settings)
                known = {one["StackName"] for one in clouds.describe_stacks()["Stacks"]}
                put = clouds.update_stack if settings.name in known else clouds.create_stack
                said = [{"ParameterKey": "KeysVersion", "ParameterValue": version}]
                put(StackName=settings.name, TemplateBody=template, Parameters=said)

            deployed()
            assert portal.main() == 0
            monkeypatch.setattr(sys, "argv", ["portal", "rotate-keys", "links", "go-on"])
            with pytest.raises(LocalProblem, match="first make deploy STAGE=dev"):
                portal.main()
            deployed()
            assert portal.main() == 0
            kept = keys.read(store, settings)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert [key.generation for key in keys_in(kept["link"], "link")] == [2, 1]
    assert keys_in(kept["link"], "link")[1].secret.hex() == first["link"]
    assert (kept["vault"], kept["edge"]) == (first["vault"], first["edge"])
    told = capsys.readouterr().out
    assert "make deploy STAGE=dev" in told
    assert first["link"] not in told
