"""`make portal DO="stop" STAGE=…`: nothing of a stage runs while its table is replaced, and it runs again as the stack says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from infra import portal
from infra.aws import backup, backup_client
from infra.aws.halting import RESERVED, Halting
from infra.local.console import LocalProblem
from tests.infra.conftest import DEV

# The functions of the stack, with the runs that it sets aside for them.
FUNCTIONS = {"api_handler": None, "enforce_deadlines": 2, "forget_what_is_over": None}
SCHEDULED = ("enforce_deadlines", "forget_what_is_over")


def template() -> str:
    """A stack as ours is, without what halting does not look at."""
    assumed = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = {"Version": "2012-10-17", "Statement": [assumed]}
    made: dict[str, Any] = {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
    }
    for name, reserved in FUNCTIONS.items():
        logical = name.replace("_", "")
        made[logical] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": f"{DEV.name}-{name}",
                "Runtime": "python3.11",
                "Handler": "start.it",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "it = None"},
                "Timeout": 900 if name == "forget_what_is_over" else 60,
                **({} if reserved is None else {RESERVED: reserved}),
            },
        }
        if name in SCHEDULED:
            target = {"Id": "it", "Arn": {"Fn::GetAtt": [logical, "Arn"]}}
            said = {"ScheduleExpression": "rate(1 minute)", "State": "ENABLED", "Targets": [target]}
            made[f"{logical}Event"] = {"Type": "AWS::Events::Rule", "Properties": said}
    return json.dumps({"Resources": made})


@pytest.fixture
def stage(account: boto3.Session) -> boto3.Session:
    """The stage, with a function and a schedule of somebody else's beside it."""
    account.client("cloudformation").create_stack(
        StackName=DEV.name, TemplateBody=template(), Capabilities=["CAPABILITY_IAM"]
    )
    account.client("events").put_rule(Name="not-ours", ScheduleExpression="rate(1 minute)")
    lambdas = account.client("lambda")
    for name, reserved in FUNCTIONS.items():
        if reserved:  # moto does not take it from the stack
            lambdas.put_function_concurrency(FunctionName=f"{DEV.name}-{name}", **{RESERVED: reserved})
    return account


def standing(stage: boto3.Session) -> tuple[dict[str, int | None], dict[str, int]]:
    """What each function may do at once, and how many rules are in which state."""
    lambdas, states = stage.client("lambda"), [one["State"] for one in rules(stage)]
    runs = {
        name: lambdas.get_function_concurrency(FunctionName=f"{DEV.name}-{name}").get(RESERVED)
        for name in FUNCTIONS
    }
    return runs, {state: states.count(state) for state in set(states)}


def rules(stage: boto3.Session) -> list[Any]:
    return list(stage.client("events").list_rules()["Rules"])


def test_a_stage_stands_still_and_runs_again_as_its_stack_says_and_both_may_be_done_twice(
    stage: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    halting = Halting(stage, DEV)
    assert len(halting.going()) == len(FUNCTIONS) + len(SCHEDULED)
    for _ in range(2):
        halting.stop()
        assert standing(stage) == (dict.fromkeys(FUNCTIONS, 0), {"DISABLED": 2, "ENABLED": 1})
        assert halting.going() == []
    assert "shounuo-dev stands still: 2 schedules, 3 functions" in capsys.readouterr().out
    for _ in range(2):
        halting.start()
        assert standing(stage) == (FUNCTIONS, {"ENABLED": 3})
    assert "shounuo-dev runs: 2 schedules, 3 functions." in capsys.readouterr().out


def test_a_stage_that_is_not_there_or_a_call_that_is_refused_is_told_with_what_to_do(
    stage: boto3.Session,
) -> None:
    stage.client("lambda").delete_function(FunctionName=f"{DEV.name}-api_handler")
    for settings, wrong in (
        (DEV, r"Function not found.*run the same again"),
        (replace(DEV, stage="away"), "shounuo-away"),
    ):
        for verb in (Halting.stop, Halting.start, Halting.going):
            with pytest.raises(LocalProblem, match=wrong):
                verb(Halting(stage, settings))


@pytest.fixture
def of_the_stage(stage: boto3.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The table of the stage, and who is signed in works on that stage; gives the table's client."""
    database = stage.client("dynamodb")
    names = {"pk": "HASH", "sk": "RANGE"}
    for table in (DEV.table, "restored"):
        database.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names.items()],
        )
        for n in range(30):
            put = {"pk": {"S": f"{table}#{n}"}, "sk": {"S": "HEAD"}}
            database.put_item(TableName=table, Item=put)
    before = dict(os.environ)
    monkeypatch.setenv("STAGE", DEV.stage)
    yield database
    os.environ.clear()
    os.environ.update(before)


def run(monkeypatch: pytest.MonkeyPatch, *said: str) -> None:
    """`python -m infra.portal …`."""
    monkeypatch.setattr("sys.argv", ["portal", *said])
    assert portal.main() == 0


def test_what_was_restored_beside_a_stage_comes_into_its_own_table_by_the_commands_of_the_guide(
    of_the_stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database, file, confirm = of_the_stage, tmp_path / "restored.jsonl.gz", f"--confirm={DEV.table}"
    wanted = backup.checksum(database, "restored")
    # Nothing in the environment says where: the stage does.
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "SHOUNUO_TABLE", "SHOUNUO_DYNAMODB_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(portal, "COMPILED_RULEBOOK", tmp_path / "not built")
    run(monkeypatch, "backup", "export", str(file), "restored")
    for verb in (("replace", str(file), confirm), ("import", str(file))):
        with pytest.raises(LocalProblem, match=r"still run, as .*: `stop` first"):
            run(monkeypatch, "backup", *verb)
    run(monkeypatch, "stop")
    with pytest.raises(LocalProblem, match="not empty"):
        run(monkeypatch, "backup", "import", str(file))
    run(monkeypatch, "backup", "replace", str(file), confirm)
    run(monkeypatch, "backup", "import", str(file))  # once more is no harm
    run(monkeypatch, "backup", "checksum")
    run(monkeypatch, "start")
    assert backup.checksum(database, DEV.table) == backup.checksum(database, "restored") == wanted
    assert backup_client.of_environment().meta.region_name == DEV.region
    told = capsys.readouterr().out
    assert f"{file}: {wanted} of restored" in told
    assert f"{DEV.table}: {wanted}" in told
    assert "shounuo-dev in account" in told


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (("backup",), "backup replace FILE"),
        (("backup", "import"), "backup import FILE"),
        (("backup", "replace", "file", "yes"), "backup replace FILE"),
        (("backup", "export", "/nowhere/at/all"), "there is no folder /nowhere/at"),
        (("stop", "prod"), "say only: stop, and which stage"),
    ],
)
def test_what_is_not_understood_is_answered_with_how_to_say_it(
    said: tuple[str, ...], wrong: str, of_the_stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal, "COMPILED_RULEBOOK", Path(__file__))
    with pytest.raises(LocalProblem, match=wrong):
        run(monkeypatch, *said)
