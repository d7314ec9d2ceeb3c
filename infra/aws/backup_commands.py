"""`make portal DO="backup …"`, and `stop` and `start` of a stage around it; the table is the one that infra/portal.py has set.

    backup export FILE [TABLE]               every item as a line of JSON, compressed (TABLE: another of the region)
    backup import FILE                       into a table that is empty, or holds a part of it and nothing else
    backup replace FILE [--confirm=TABLE]    in the place of all that the table holds, which is kept in a file beside FILE
    backup checksum [TABLE]                  how many items, and the sum of their digests

`import` and `replace` ask for a stage that stands still (`stop`).
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.aws import backup, backup_client, settings
from infra.aws.halting import Halting
from infra.local.console import LocalProblem, say

USAGE = (__doc__ or "").partition("\n\n")[2].partition("\n\n")[0]
CONFIRM = "--confirm="


def command(said: list[str], by: str) -> int:
    """What `backup` is told to do. Raises LocalProblem."""
    table = os.environ["SHOUNUO_TABLE"]
    try:
        match said:
            case ["export", name, *other] if len(other) < 2:
                read = other[0] if other else table
                say(f"{name}: {backup.export(backup_client.of_environment(), read, Path(name))} of {read}")
            case ["import", name]:
                _refuse_while_it_runs()
                import_(table, Path(name))
            case ["replace", name, *flag] if all(one.startswith(CONFIRM) for one in flag) and len(flag) < 2:
                _refuse_while_it_runs()
                replace(table, Path(name), flag[0].removeprefix(CONFIRM) if flag else None)
            case ["checksum", *other] if len(other) < 2:
                read = other[0] if other else table
                say(f"{read}: {backup.checksum(backup_client.of_environment(), read)}")
            case _:
                raise LocalProblem(f"say what to do:\n{USAGE}")
    except OSError as error:
        raise LocalProblem(f"{error.filename or 'the file'}: {error.strerror}") from None
    return 0


def import_(table: str, file: Path) -> None:
    """Read a backup into the table, and compare."""
    client, wanted = backup_client.of_environment(), backup.Backup(file)
    found = backup.import_into(client, table, wanted)
    backup.compare(client, table, wanted)
    say(f"{table} holds what {file} holds: {found}")


def replace(table: str, file: Path, confirmed: str | None) -> None:
    """Put a backup in the place of everything, once the table's name was said. Raises LocalProblem where it was not."""
    if confirmed is None and not sys.stdin.isatty():
        raise LocalProblem(f"this deletes all that {table} holds: say {CONFIRM}{table}")
    if confirmed is None:
        say(
            f"This deletes all that {table} holds, once it is kept in a file, and writes {file} in its place."
        )
        confirmed = input(f"Type {table} to go on: ").strip()
    if confirmed != table:
        raise LocalProblem(
            f"the table is {table}, and {confirmed or 'nothing'} was said: nothing was changed"
        )
    if earlier := sorted(file.parent.glob(f"{table}-before-*.jsonl.gz")):
        names = ", ".join(one.name for one in earlier)
        say(
            f"Earlier runs kept {names}: where one was cut off, the copy of the first has all that there was."
        )
    now = datetime.now(UTC)
    safety = file.with_name(f"{table}-before-{now:%Y%m%dT%H%M%SZ}.jsonl.gz")
    backup.replace(backup_client.of_environment(), table, backup.Backup(file), safety)


def stop(said: list[str], by: str) -> int:
    """No schedule and no function of the stage is started any more."""
    _stage("stop", said).stop()
    return 0


def start(said: list[str], by: str) -> int:
    """Schedules and functions of the stage as the stack has them."""
    _stage("start", said).start()
    return 0


def _stage(verb: str, said: list[str]) -> Halting:
    import boto3

    stage = os.environ.get("STAGE", "").strip()
    if said or not stage:
        raise LocalProblem(f"say only: {verb}, and which stage, as in STAGE=prod")
    known = settings.read(stage)
    return Halting(boto3.Session(region_name=known.region), known)


def _refuse_while_it_runs() -> None:
    """Raises LocalProblem where a stage is meant that still runs: what it writes meanwhile would be lost."""
    if not os.environ.get("STAGE", "").strip():
        return
    if going := _stage("stop", []).going():
        raise LocalProblem(f"{len(going)} schedules and functions still run, as {going[0]}: `stop` first")
