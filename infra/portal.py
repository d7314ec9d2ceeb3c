"""What whoever runs the portal does with it, on this machine or, with STAGE=, in the cloud with their own credentials.

    python -m infra.portal admit COMMUNITY [...]       let in whom the community's file names, who then sign in with a code
    python -m infra.portal duty [COMMUNITY]            who is in charge of each place now
    python -m infra.portal stuck [COMMUNITY]           messages that could not be sent, and why
    python -m infra.portal sent NUMBER                 messages sent about a case
    python -m infra.portal send-again ID [ID ...]      send these once more, whether they failed or were sent
    python -m infra.portal send-again COMMUNITY        send again all that could not be sent there
    python -m infra.portal fsck [--repair]             check every invariant over the whole table
    python -m infra.portal repairs                     who had it put back what was missing, and what that was
    python -m infra.portal readings WHO FROM TO        whose data an account read on those days
    python -m infra.portal rotate-keys SORT STEP       a new key of the links or the vault, step by step (infra/rotating.py)
    python -m infra.portal channel-key NAME            take a new key of a channel from the standard input, as sms/secret
    python -m infra.portal backup VERB [...]           the whole table into a file and back (infra/aws/backup_commands.py)
    python -m infra.portal stop | start                a stage's schedules and functions, around what replaces its table

`make portal DO="stuck osmanthus-lane" STAGE=prod` does the same. Nothing personal is printed: people, cases and messages by their
ids. Who sends again or repairs is noted: in the cloud the identity that is signed in, on this machine the user.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from infra.local.build import COMPILED_RULEBOOK
from infra.local.console import LocalProblem, run_as_command, say

if TYPE_CHECKING:
    from chalicelib.domain.keeping import Owed
    from infra.aws.settings import Settings

CHANNEL_KEY = re.compile(r"sms/(id|secret)|robot/[a-z0-9-]{1,40}")
# No number of the telephone network begins so; the people of the demonstration have them.
NOBODYS = re.compile(r"000")
# What asks nothing of the rulebook, and so of nothing that is built.
WITHOUT_RULEBOOK = ("channel-key", "backup", "stop", "start")
PAGE = 100
USAGE = (__doc__ or "").partition("\n\n")[2].partition("\n\n")[0]


def main() -> int:
    """Do what the command line says. Raises LocalProblem."""
    verb, *said = sys.argv[1:] or [""]
    if verb not in VERBS:
        raise LocalProblem(f"say what to do:\n{USAGE}")
    if verb not in WITHOUT_RULEBOOK and not COMPILED_RULEBOOK.is_file():
        raise LocalProblem("nothing is built yet: run `make site` first")
    stage = os.environ.get("STAGE", "").strip()
    with cloud(stage) if stage else this_machine() as by:
        return VERBS[verb](said, by)


@contextmanager
def this_machine() -> Iterator[str]:
    """The table of this machine; gives who acts."""
    from infra.local.environment import load_app, portal_data

    with portal_data():
        load_app()
        yield getpass.getuser()


@contextmanager
def cloud(stage: str) -> Iterator[str]:
    """The table of a stage, before anything of the app is imported; gives the identity that is signed in.

    Raises LocalProblem for a stage that is not there, for nobody signed in, and for the wrong partition.
    """
    import boto3

    from infra.aws import settings
    from infra.aws.account import account_of

    known = settings.read(stage)
    session = boto3.Session(region_name=known.region)
    account = account_of(session, known)
    os.environ.pop("SHOUNUO_DYNAMODB_ENDPOINT", None)
    os.environ.update(
        AWS_REGION=known.region,
        SHOUNUO_TABLE=known.table,
        SHOUNUO_STAGE=known.stage,
        SHOUNUO_SHARDS=str(known.shards),
        **_keys(session, known),
    )
    by = PurePosixPath(session.client("sts").get_caller_identity()["Arn"]).name
    say(f"{known.name} in account {account}, region {known.region}, as {by}")
    yield by


def _keys(session: Any, known: Settings) -> dict[str, str]:
    """The installation's keys where whoever is signed in may read them, for what opens what is sealed."""
    from botocore.exceptions import ClientError

    from infra.aws import keys

    if sys.argv[1:2] not in (["admit"], ["fsck"], ["rotate-keys"]):
        return {}
    try:
        found = keys.read(session.client("ssm"), known)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise LocalProblem(
            f"this needs the keys {keys.name_of(known)}, and they cannot be read: {code}"
        ) from None
    return {"SHOUNUO_LINK_KEY": found["link"], "SHOUNUO_VAULT_KEY": found["vault"]}


def admit(said: list[str], by: str) -> int:
    """An account to everybody of the communities' files who has none; who has one keeps it as it is, whatever the file says."""
    from chalicelib import wiring
    from chalicelib.actions.admit_published import admit_published, published
    from chalicelib.domain.keeping import Stale

    if not said:
        known = ", ".join(wiring.rulebook().communities)
        raise LocalProblem(f"say which community, as in: admit river-view (there are: {known})")
    for id in _communities(said):
        community = wiring.rulebook().communities[id]
        try:
            admitted = {account.id for account in admit_published(wiring.accounts, community)}
        except Stale:
            raise LocalProblem(f"{id}: somebody changed its staff meanwhile. Run it again") from None
        people = published(community)
        say(f"{id}: {len(admitted)} admitted, {len(people) - len(admitted)} had an account")
        for person in people:
            unreachable = NOBODYS.match(re.sub(r"\D", "", person.phone))
            why = "   the demonstration's telephone: no code arrives there" if unreachable else ""
            say(
                f"  {'admitted' if person.id in admitted else 'known':<10} {person.id:<24} {person.role.value}{why}"
            )
    return 0


def duty(said: list[str], by: str) -> int:
    """Who is in charge of each building and department now, by their accounts."""
    from chalicelib import wiring
    from chalicelib.domain import duty as rules

    at = wiring.now()
    for id in _communities(said):
        community = wiring.rulebook().communities[id]
        standing = wiring.duty.standing(id)
        say(f"{id}  (desk {rules.present(standing, community, community.desk, at)})")
        places = {rules.building(one.id): one.assistant for one in community.buildings.values()}
        places |= {rules.department(name): person for name, person in community.supervisors.items()}
        for place, usual in places.items():
            there = next(rules.on_turn(standing, community, place, at), None)
            who = there or rules.present(standing, community, usual, at)
            why = "by the rota" if there else "as published" if who == usual else f"for {usual}, who is away"
            say(f"  {place:<32} {who:<24} {why}")
        away = sorted({one.person for one in standing.away if one.covers(at)})
        say(f"  away now: {', '.join(away) or 'nobody'}")
    return 0


def stuck(said: list[str], by: str) -> int:
    """What could not be sent, and why."""
    for id in _communities(said):
        found = list(_stuck(id))
        say(f"{id}: {len(found)} messages could not be sent")
        for owed in found:
            _show(owed)
    return 0


def sent(said: list[str], by: str) -> int:
    """What was sent about a case or a post."""
    from chalicelib import wiring

    if len(said) != 1 or not re.fullmatch(r"P?\d{6}-\d{6}", said[0]):
        raise LocalProblem("say which case, as in: sent 261124-000001")
    found = wiring.outbox.sent_of(said[0])
    say(f"{said[0]}: {len(found)} messages were sent")
    for owed in found:
        _show(owed)
    return 0


def send_again(said: list[str], by: str) -> int:
    """Back into the outbox with each message that was named; 1 when one of them lies neither there nor there."""
    from chalicelib import wiring

    if not said:
        raise LocalProblem("say which messages, by the ids that `stuck` and `sent` show, or which community")
    communities = wiring.rulebook().communities
    known = {id: list(_stuck(id)) for id in communities}
    missing = 0
    for name in said:
        if name in communities:
            chosen = known[name]
        else:
            lying = [owed for several in known.values() for owed in several]
            lying += wiring.outbox.sent_of(name.partition("/")[0])
            chosen = [owed for owed in lying if owed.message.id == name]
        again = [owed for owed in chosen if wiring.outbox.send_again(owed, wiring.now(), by)]
        for owed in again:
            say(f"to be sent again   {owed.message.id}")
        if name not in communities and not again:
            missing += 1
            say(f"not found          {name}")
    say(
        "The next run of deliver_messages, within a minute, sends them. Noted with each: who wanted it, and when."
    )
    return 1 if missing else 0


def readings(said: list[str], by: str) -> int:
    """Whose data an account read (`make readings`)."""
    from infra.local.readings import told, understood

    for line in told(*understood(said)):
        say(line)
    return 0


def fsck(said: list[str], by: str) -> int:
    """The check of everything; its own exit code."""
    from chalicelib import fsck as check

    return check.main(said, by)


def repairs(said: list[str], by: str) -> int:
    """Who had the table repaired lately, and what was put back."""
    from chalicelib.domain.moments import written
    from chalicelib.storage import repairs as kept

    if said:
        raise LocalProblem("say only: repairs")
    found = kept.latest()
    say(f"{len(found)} repairs")
    for one in found:
        say(f"{written(one.at)} {one.by}" + ("" if one.done else ": did not come to its end"))
        for line in one.done or ():
            say(f"  put back   {line}")
    return 0


def rotate_keys(said: list[str], by: str) -> int:
    """A step of a new key beside the old one."""
    from infra.rotating import rotate

    return rotate(said, by)


def channel_key(said: list[str], by: str) -> int:
    """A new key of a channel into Parameter Store; it is never on a command line, and never shown."""
    import boto3

    stage = os.environ.get("STAGE", "").strip()
    if not stage:
        raise LocalProblem(
            "say which stage, as in STAGE=prod: on this machine messages go to /_local/outbox, without keys"
        )
    if len(said) != 1 or not CHANNEL_KEY.fullmatch(said[0]):
        raise LocalProblem("say which key: sms/id, sms/secret or robot/<name of the robot>")
    key = (getpass.getpass("The key: ") if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not key:
        raise LocalProblem("no key was given")
    name = f"/shounuo-{stage}/{said[0]}"
    store = boto3.Session(region_name=os.environ["AWS_REGION"]).client("ssm")
    told = store.put_parameter(Name=name, Value=key, Type="SecureString", Overwrite=True)
    say(
        f"{name} has a new key (version {told['Version']}). It is taken up within five minutes; then revoke the old one."
    )
    return 0


def backup(said: list[str], by: str) -> int:
    """The whole table out into a file, and back."""
    from infra.aws.backup_commands import command

    return command(said, by)


def stop(said: list[str], by: str) -> int:
    """A stage stands still."""
    from infra.aws.backup_commands import stop as halt

    return halt(said, by)


def start(said: list[str], by: str) -> int:
    """A stage runs again."""
    from infra.aws.backup_commands import start as run

    return run(said, by)


def _communities(said: list[str]) -> list[str]:
    from chalicelib import wiring

    known = list(wiring.rulebook().communities)
    if set(said) - set(known):
        raise LocalProblem(f"{' '.join(said)} is none of: {', '.join(known)}")
    return said or known


def _stuck(community: str) -> Iterator[Owed]:
    from chalicelib import wiring

    after: str | None = None
    while found := wiring.outbox.stuck(community, after, PAGE):
        yield from found
        after = found[-1].sk


def _show(owed: Owed) -> None:
    """A line without anything personal: to whom by sort, not by name; why by the channel's own code."""
    from chalicelib.domain.moments import written

    message = owed.message
    sort = message.to.partition(":")[0]
    when = written(owed.left) if owed.left else "?"
    say(
        f"  {message.id:<40} {message.template:<20} to {sort:<10} {when}  tries {owed.attempts}  {owed.error or ''}"
    )
    for line in owed.again:
        say(f"      again: {line}")


VERBS: dict[str, Callable[[list[str], str], int]] = {
    "admit": admit,
    "duty": duty,
    "stuck": stuck,
    "sent": sent,
    "send-again": send_again,
    "fsck": fsck,
    "repairs": repairs,
    "readings": readings,
    "rotate-keys": rotate_keys,
    "channel-key": channel_key,
    "backup": backup,
    "stop": stop,
    "start": start,
}

if __name__ == "__main__":
    run_as_command(main)
