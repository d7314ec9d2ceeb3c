"""`python -m infra.portal`: what an operator sees and does, without anything personal, on this machine and in a stage."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from chalicelib import wiring
from chalicelib.domain.delivering import Undelivered
from chalicelib.domain.duty import Away
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.deliver_messages import deliver_messages
from infra import portal
from infra.local.console import LocalProblem
from tests.cases import COMMUNITY, CONTACT, file_one
from tests.infra.test_backup import SENT

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOUNUO_CHANNELS", "tests.infra.test_backup:channels")
    SENT.clear()


def deliver(after: timedelta = HOUR) -> int:
    now = wiring.now() + after
    return deliver_messages(wiring.outbox, wiring.post_office(now), now).sent


def a_message_is_given_up(rulebook: Rulebook) -> str:
    """Files a case; one of its messages could not be sent."""
    file_one(rulebook, "C1", wiring.now())
    owed = next(one for shard in range(4) for one in wiring.outbox.pending(shard, wiring.now() + HOUR))
    claimed = wiring.outbox.claim(owed, wiring.now() + HOUR)
    assert claimed is not None
    assert wiring.outbox.set_aside(claimed, wiring.now(), "isv.MOBILE_NUMBER_ILLEGAL")
    return owed.message.id


def test_what_could_not_be_sent_is_listed_and_sent_again_once_with_who_wanted_it(
    table: str, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    id = a_message_is_given_up(rulebook)
    rest = deliver()
    assert portal.stuck([COMMUNITY], "li.wei") == 0
    told = capsys.readouterr().out
    assert f"{COMMUNITY}: 1 messages could not be sent" in told
    assert id in told
    assert "isv.MOBILE_NUMBER_ILLEGAL" in told
    assert portal.send_again([COMMUNITY], "li.wei") == 0
    assert f"to be sent again   {id}" in capsys.readouterr().out
    assert portal.send_again([id], "li.wei") == 1, "it waits, it cannot be put there twice"
    assert (deliver(), len(SENT)) == (1, rest + 1)
    assert wiring.outbox.stuck(COMMUNITY) == []
    [owed] = [one for one in wiring.outbox.sent_of(id.partition("/")[0]) if one.message.id == id]
    assert len(owed.again) == 1
    assert " li.wei, set aside " in owed.again[0]


def test_what_fails_again_is_set_aside_again_and_the_engineers_are_not_told_twice(
    table: str, rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = a_message_is_given_up(rulebook)
    deliver()
    monkeypatch.setattr("tests.infra.test_backup.Noting.send", refuse)
    portal.send_again([id], "li.wei")
    deliver()
    [owed] = wiring.outbox.stuck(COMMUNITY)
    assert (owed.message.id, len(owed.again)) == (id, 1)
    pending = [one for n in range(4) for one in wiring.outbox.pending(n, wiring.now() + 9 * HOUR)]
    assert pending == []


def refuse(channel: object, letter: object) -> None:
    raise Undelivered("refused", final=True)


def test_what_was_sent_is_sent_once_more_and_both_times_are_noted(
    table: str, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    number = file_one(rulebook, "C1", wiring.now()).number
    once = deliver()
    [first, *_] = wiring.outbox.sent_of(number)
    for who in ("li.wei", "zhang.min"):
        assert portal.send_again([first.message.id, f"{number}/9/9"], who) == 1
        assert f"not found          {number}/9/9" in capsys.readouterr().out
        assert deliver() == 1
    assert len(SENT) == once + 2
    assert portal.sent([number], "li.wei") == 0
    told = capsys.readouterr().out
    assert f"{number}: {once} messages were sent" in told
    assert told.count("again: ") == 2
    assert "zhang.min, sent 2" in told
    for personal in (CONTACT.name, CONTACT.phone, CONTACT.home):
        assert personal
        assert personal not in told
    assert portal.fsck([], "li.wei") == 0, capsys.readouterr().out


def test_whom_a_communitys_file_names_can_sign_in_once_they_are_admitted_and_twice_changes_nothing(
    table: str, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    community = rulebook.communities[COMMUNITY]
    people = [person for person in community.people.values() if person.role != "engineer"]

    def can_sign_in() -> list[str]:
        found = [wiring.accounts.of_phone(wiring.vault.phone_key(one.phone)) for one in people]
        return [account.id for several in found for account in several]

    assert can_sign_in() == []
    assert portal.admit([COMMUNITY], "li.wei") == 0
    assert can_sign_in() == [person.id for person in people]
    told = capsys.readouterr().out
    assert f"{COMMUNITY}: {len(people)} admitted, 0 had an account" in told
    assert "the demonstration's telephone: no code arrives there" in told
    manager = wiring.accounts.load(COMMUNITY, community.manager)
    assert manager is not None
    wiring.accounts.save(replace(manager, active=False))
    before = wiring.accounts.everyone(COMMUNITY)
    assert portal.admit([COMMUNITY], "li.wei") == 0
    assert wiring.accounts.everyone(COMMUNITY) == before, "who left stays out"
    again = capsys.readouterr().out
    assert f"{COMMUNITY}: 0 admitted, {len(people)} had an account" in again
    for person in people:
        assert f"admitted   {person.id} " in told and f"known      {person.id} " in again
        assert person.name not in told + again and person.phone not in told + again


def test_who_is_in_charge_now_is_told_by_accounts_with_why(
    table: str, rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    community = rulebook.communities[COMMUNITY]
    building = next(iter(community.buildings.values()))
    now = wiring.now()
    away = Away(building.assistant, now - HOUR, now + HOUR, community.desk, community.manager)
    wiring.duty.change((COMMUNITY,), put=(away,))
    assert portal.duty([COMMUNITY], "li.wei") == 0
    told = capsys.readouterr().out
    line = next(one for one in told.splitlines() if f"building/{building.id} " in one)
    assert line.split()[1:] == [community.desk, "for", f"{building.assistant},", "who", "is", "away"]
    assert f"away now: {building.assistant}" in told
    assert "as published" in told
    names = {person.name for person in community.people.values()}
    assert not [name for name in names if name in told], "accounts, not names"
    with pytest.raises(LocalProblem, match="nowhere is none of"):
        portal.duty(["nowhere"], "li.wei")


def test_in_a_stage_it_is_the_one_signed_in_and_the_table_of_the_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = dict(os.environ)
    monkeypatch.setattr(sys, "argv", ["portal", "channel-key", "sms/secret"])
    monkeypatch.setattr(sys, "stdin", io.StringIO("a-new-key\n"))
    monkeypatch.setenv("STAGE", "dev")
    try:
        with mock_aws():
            assert portal.main() == 0
            assert (os.environ["SHOUNUO_TABLE"], os.environ["SHOUNUO_STAGE"]) == ("shounuo-dev", "dev")
            assert "SHOUNUO_DYNAMODB_ENDPOINT" not in os.environ
            store = boto3.client("ssm", region_name=os.environ["AWS_REGION"])
            kept = store.get_parameter(Name="/shounuo-dev/sms/secret", WithDecryption=True)["Parameter"]
            for verb in (["fsck"], ["admit", COMMUNITY]):
                monkeypatch.setattr(sys, "argv", ["portal", *verb])
                with pytest.raises(LocalProblem, match="the keys shounuo-dev-keys, and they cannot be read"):
                    portal.main()
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert (kept["Value"], kept["Type"]) == ("a-new-key", "SecureString")
    told = capsys.readouterr().out
    assert "shounuo-dev in account" in told
    assert "a-new-key" not in told


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ([], "say what to do"),
        (["admit"], "say which community, as in: admit river-view"),
        (["admit", "nowhere"], "nowhere is none of"),
        (["sent", "yesterday"], "say which case"),
        (["send-again"], "say which messages"),
        (["readings", "gui-desk", "2026-11-01", "2026-11-30"], "WHO=river-view/desk-1"),
        (["channel-key", "vault"], "say which key"),
    ],
)
def test_what_is_not_understood_is_answered_with_how_to_say_it(
    table: str, said: list[str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["portal", *said])
    with pytest.raises(LocalProblem, match=wrong):
        if said:
            monkeypatch.setenv("STAGE", "dev")
            portal.VERBS[said[0]](said[1:], "li.wei")
        else:
            portal.main()
