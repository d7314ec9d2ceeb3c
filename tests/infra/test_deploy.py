"""The steps of a deployment, each against moto or a portal of this machine; the whole needs an account (infra/aws/README.md)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import ClassVar

import boto3
import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber
from moto import mock_aws

from chalicelib.decoding.answering import decode
from infra.aws import decoder, deploy, keys, publish, rights
from infra.aws.account import account_of, may_reserve
from infra.aws.destroy import allowed
from infra.aws.resources.table import PROTECTED
from infra.aws.settings import read
from infra.aws.smoke import ASKED, Answer, of_decoder, of_portal, smoke
from infra.aws.stack import HIDDEN, Stack, State
from infra.local.console import LocalProblem

DEV = read("dev")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session(region_name=DEV.region)


def test_keys_are_made_once_and_never_again(account: boto3.Session) -> None:
    store, earlier = account.client("ssm"), account.client("secretsmanager")
    assert keys.make(store, earlier, DEV, running=False) == "1"
    first = keys.read(store, DEV)
    assert {name: len(key) for name, key in first.items()} == {"link": 64, "vault": 64, "edge": 64}
    assert keys.make(store, earlier, DEV, running=False) == "1"
    assert keys.read(store, DEV) == first
    kept = store.get_parameter(Name=keys.name_of(DEV))["Parameter"]
    assert kept["Type"] == "SecureString" and kept["Value"].startswith("kms:alias/aws/ssm:")
    keys.keep(store, DEV, {"link": "x", "edge": "y"})
    with pytest.raises(LocalProblem, match="vault"):
        keys.make(store, earlier, DEV, running=False)


def test_keys_that_an_earlier_release_kept_in_a_secret_are_brought_over_and_none_are_made_where_nobody_can_tell(
    account: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    store, earlier = account.client("ssm"), account.client("secretsmanager")
    with Stubber(earlier) as stub:
        stub.add_client_error("get_secret_value", "AccessDeniedException")
        with pytest.raises(LocalProblem, match="AccessDeniedException"):
            keys.make(store, earlier, DEV, running=False)
    with pytest.raises(LocalProblem, match="no telephone could be read"):
        keys.make(store, earlier, DEV, running=True)
    known = {"link": "2:bb,1:aa", "vault": "cc", "edge": "dd"}
    earlier.create_secret(Name=keys.name_of(DEV), SecretString=json.dumps(known))
    assert keys.make(store, earlier, DEV, running=True) == "1"
    assert keys.read(store, DEV) == known
    assert keys.make(store, earlier, DEV, running=False) == "1"
    told = capsys.readouterr().out
    assert told.count(f"secret {keys.name_of(DEV)}") == 1 and not any(key in told for key in known.values())


def test_no_function_may_read_the_parameter_with_the_keys() -> None:
    """Messages are sent with keys of their own, below a folder; the installation's lie beside it."""
    allowed_to = [
        part["Resource"]["Fn::Sub"]
        for name in rights.FUNCTIONS
        for part in rights.read(name)["Statement"]
        if "ssm:GetParameter" in part["Action"]
    ]
    assert allowed_to and {one.partition(":parameter")[2] for one in allowed_to} == {"/shounuo-${Stage}/*"}
    assert not keys.name_of(DEV).startswith("shounuo-dev/")


def test_a_release_is_named_after_its_content_and_each_file_says_how_long_it_may_be_kept(
    account: boto3.Session, tmp_path: Path
) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "index.html").write_text("<html>")
    (tmp_path / "style.0123456789.css").write_text("a{}")
    found = publish.files(tmp_path, tmp_path / "none")
    release = publish.release_of(found)
    assert publish.release_of(publish.files(tmp_path, tmp_path / "none")) == release
    store = account.client("s3")
    bucket = deploy.code_bucket(store, DEV, "123456789012")
    publish.publish(store, bucket, release, found)
    page = store.head_object(Bucket=bucket, Key=f"releases/{release}/en/index.html")
    assert (page["CacheControl"], page["ContentType"]) == ("no-cache", "text/html; charset=utf-8")
    style = store.head_object(Bucket=bucket, Key=f"releases/{release}/style.0123456789.css")
    assert style["CacheControl"] == "public, max-age=31536000, immutable"
    (tmp_path / "en" / "index.html").write_text("<html lang=en>")
    assert publish.release_of(found) != release


def test_old_releases_go_and_the_one_that_is_shown_stays(account: boto3.Session) -> None:
    store = account.client("s3")
    bucket = deploy.code_bucket(store, DEV, "123456789012")
    for number in range(5):
        store.put_object(Bucket=bucket, Key=f"releases/r{number}/index.html", Body=b"")
    gone = publish.tidy(store, bucket, shown="r0")
    left = {item["Key"].split("/")[1] for item in store.list_objects_v2(Bucket=bucket)["Contents"]}
    assert "r0" in left and left | set(gone) == {f"r{number}" for number in range(5)}
    assert 1 <= len(gone) <= 2


def test_a_stack_is_made_changed_and_put_back(account: boto3.Session) -> None:
    laid: list[str] = []
    store = account.client("s3")
    bucket = deploy.code_bucket(store, DEV, "123456789012")
    lay = deploy.laid_in(store, DEV, bucket)

    def noted(template: str) -> str:
        laid.append(lay(template))
        return laid[-1]

    stack = Stack(account.client("cloudformation"), DEV.name, noted)
    assert stack.state() is None
    template = {
        "Parameters": {"Release": {"Type": "String"}},
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
        "Outputs": {"Shown": {"Value": {"Ref": "Release"}}},
    }
    assert stack.put(json.dumps(template), {"Release": "one"}) == {"Shown": "one"}
    before = stack.state()
    assert before is not None
    template["Resources"]["More"] = {"Type": "AWS::SQS::Queue"}
    assert stack.put(json.dumps(template), {"Release": "two"}) == {"Shown": "two"}
    stack.put_back(before)
    now = stack.state()
    assert now is not None
    assert (now.outputs, json.loads(now.template)) == ({"Shown": "one"}, json.loads(before.template))
    assert laid[0] == laid[2] != laid[1]


def test_what_is_left_of_a_first_try_that_failed_is_taken_away_and_a_stack_that_is_stuck_is_named(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    clouds = account.client("cloudformation")
    stack = Stack(clouds, DEV.name, str)
    clouds.create_stack(StackName=DEV.name, TemplateBody='{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}')
    found = stack._found()
    for status, said in (("UPDATE_IN_PROGRESS", "wait for it"), ("UPDATE_ROLLBACK_FAILED", "console")):
        monkeypatch.setattr(stack, "_found", lambda status=status: {**(found or {}), "StackStatus": status})
        with pytest.raises(LocalProblem, match=said):
            stack.state()
    monkeypatch.setattr(stack, "_found", lambda: {**(found or {}), "StackStatus": "ROLLBACK_COMPLETE"})
    assert stack.state() is None
    monkeypatch.undo()
    assert stack._found() is None


def test_of_a_change_that_failed_its_first_failure_is_told_and_none_of_earlier_changes(
    account: boto3.Session,
) -> None:
    clouds = account.client("cloudformation")

    def event(name: str, status: str, why: str = "") -> dict[str, object]:
        said = {
            "StackId": "s",
            "EventId": f"{name}{status}{why}",
            "StackName": "x",
            "LogicalResourceId": name,
        }
        own = {"PhysicalResourceId": "s" if name == "x" else name, "ResourceStatus": status}
        return said | own | {"ResourceStatusReason": why, "Timestamp": "2026-11-24T02:00:00Z"}

    newest_first = [
        event("x", "UPDATE_ROLLBACK_IN_PROGRESS"),
        event("Api", "UPDATE_FAILED", "Resource update cancelled"),
        event("Table", "UPDATE_FAILED", "two indexes"),
        event("x", "UPDATE_IN_PROGRESS", "User Initiated"),
        event("Old", "UPDATE_FAILED", "of last month"),
    ]
    with Stubber(clouds) as stub:
        stub.add_response("describe_stack_events", {"StackEvents": newest_first[:2], "NextToken": "more"})
        stub.add_response("describe_stack_events", {"StackEvents": newest_first[2:]})
        assert Stack(clouds, "x", str)._why() == "Table: two indexes"


def test_runs_are_set_aside_only_where_the_account_has_enough_of_them_for_all_others() -> None:
    class Account:
        def __init__(self, limit: int, unreserved: int) -> None:
            self.limit = {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": unreserved}

        def get_account_settings(self) -> dict[str, object]:
            return {"AccountLimit": self.limit}

    assert may_reserve(Account(1000, 106), 6) and not may_reserve(Account(1000, 105), 6)
    assert not may_reserve(Account(10, 10), 6) and may_reserve(Account(10, 10), 0)


def template_of(*indexes: str, reserved: int = 0) -> str:
    """A template with a table that has these indexes, and a function."""
    said = {"GlobalSecondaryIndexes": [{"IndexName": name} for name in indexes]}
    function = {"ReservedConcurrentExecutions": reserved} if reserved else {}
    return json.dumps({"Resources": {"Table": {"Properties": said}, "Sweep": {"Properties": function}}})


def test_a_template_is_what_the_account_and_the_table_take(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[int] = []
    room: list[bool] = []

    def written(settings: object, reserved: bool = True) -> Path:
        (tmp_path / "made.json").write_text(template_of("a", "b", reserved=2 if reserved else 0))
        return tmp_path / "made.json"

    def may(lambdas: object, runs: int) -> bool:
        asked.append(runs)
        return room[-1]

    monkeypatch.setattr(deploy, "write", written)
    monkeypatch.setattr(deploy, "may_reserve", may)

    def made(*known: str, reserved: int = 0) -> str:
        before = State(template_of(*known, reserved=reserved), {}, {}) if known else None
        return deploy.template_for(None, DEV, before)

    room.append(True)
    assert made() == template_of("a", "b", reserved=2) == made("a") == made("a", "b", reserved=2)
    assert asked == [2, 2, 0], "what is set aside already is not asked for again"
    with pytest.raises(LocalProblem, match="b, c"):
        made("a", "c")
    room.append(False)
    assert made() == template_of("a", "b")


def test_residents_get_nothing_that_no_commit_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(deploy, "ROOT", tmp_path)
    deploy.refuse_what_is_not_committed(read("prod"))  # what was unpacked without git is as it is
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    deploy.refuse_what_is_not_committed(read("prod"))
    (tmp_path / "new.txt").write_text("x")
    deploy.refuse_what_is_not_committed(DEV)
    with pytest.raises(LocalProblem, match=r"new\.txt"):
        deploy.refuse_what_is_not_committed(read("prod"))


class Noted(Stack):
    """A stack that notes what it is given, and gets its address with the first put."""

    puts: ClassVar[list[dict[str, str]]] = []
    protected: ClassVar[list[str]] = []

    def state(self) -> State | None:
        return State("{}", self.puts[-1], OUTPUTS) if self.puts else None

    def put(self, template: str | None, parameters: dict[str, str]) -> dict[str, str]:
        self.puts.append(parameters)
        return OUTPUTS

    def protect(self) -> None:
        self.protected.append(self.name)


def test_a_first_deployment_puts_the_address_that_it_gets_on_every_page_and_then_protects_what_it_made(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, str]] = []
    ended: list[State | None] = []
    shown: list[int] = []
    monkeypatch.setattr(sys, "argv", ["deploy", "prod"])
    for name in ("SITE_URL", "SITE_URL_EN", "UPLOAD_ORIGIN", "EDITOR_LOCAL"):
        monkeypatch.setenv(name, "")
    Noted.puts.clear()
    Noted.protected.clear()
    instead = {
        "Stack": Noted,
        "refuse_what_is_not_committed": lambda settings: None,
        "build": lambda: built.append((os.environ["SITE_URL"], os.environ["SITE_URL_EN"])),
        "plan_notices": lambda: built.append(("planned", "")),
        "package": lambda settings: {},
        "files": list,
        "template_for": lambda lambdas, settings, before: "{}",
        "show": lambda session, outputs, release, published: shown.append(len(Noted.puts)),
        "finish": lambda session, settings, stack, before, parameters, outputs: ended.append(before) or 0,
    }
    for name, other in instead.items():
        monkeypatch.setattr(deploy, name, other)
    monkeypatch.setattr(deploy.subprocess, "run", lambda *said, **named: subprocess.CompletedProcess(said, 0))

    def deployed() -> list[tuple[str, str]]:
        Noted.puts.clear()
        assert deploy.main() == 0
        return [(one["Origin"], one[PROTECTED]) for one in Noted.puts]

    there = "https://d1.cloudfront.example"
    assert deployed() == [(deploy.UNKNOWN_ORIGIN, "false"), (there, "true"), (there, "true")]
    assert (
        built[-2:] == [(f"{there}/", f"{there}/en/"), ("planned", "")]
        and Noted.protected == ["shounuo-prod"]
        and ended == [None]
    )
    monkeypatch.setattr(Noted, "state", lambda self: State("{}", {}, OUTPUTS))
    assert deployed() == [(there, "true")] and len(built) == 6 and len(Noted.protected) == 1
    assert shown[-1] == 0 and shown.count(0) == 1, "what runs is shown once, before anything points at it"
    monkeypatch.setattr(sys, "argv", ["deploy", "dev"])
    keys.make(account.client("ssm"), account.client("secretsmanager"), DEV, running=False)
    assert deployed() == [(there, "false")], "what is tried out may be taken down"


def test_a_stack_that_is_put_back_has_the_keys_of_before(
    account: boto3.Session,
) -> None:
    """A function's environment stands for what it was given: the key of the version that the stack names."""
    store, clouds = account.client("ssm"), account.client("cloudformation")
    bucket = deploy.code_bucket(account.client("s3"), DEV, "123456789012")
    lay = deploy.laid_in(account.client("s3"), DEV, bucket)
    stack = Stack(clouds, DEV.name, lay, lambda parameters: keys.handed_over(store, DEV, parameters))
    given = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "given", "Type": "String", "Value": {"Ref": "LinkKey"}},
    }
    template = json.dumps({"Parameters": keys.PARAMETERS, "Resources": {"Given": given}})

    def link_key() -> str:
        [made] = clouds.describe_stack_resources(StackName=DEV.name)["StackResources"]
        value: str = store.get_parameter(Name=made["PhysicalResourceId"])["Parameter"]["Value"]
        return value

    def parameters() -> dict[str, str]:
        version = keys.make(store, account.client("secretsmanager"), DEV, running=False)
        return dict.fromkeys(keys.HANDED_OVER, HIDDEN) | {keys.VERSION: version}

    stack.put(template, parameters())
    first = keys.read(store, DEV)
    handed = keys.handed_over(store, DEV, {keys.VERSION: "1"})
    assert len(set(handed.values())) == len(keys.HANDED_OVER), (
        "the one that is made of the edge key is another"
    )
    assert handed == keys.handed_over(store, DEV, {keys.VERSION: "1"})
    known = stack.state()
    assert known is not None
    before = replace(known, parameters=parameters())  # as CloudFormation shows them: moto shows the keys too
    assert link_key() == first["link"]
    keys.keep(store, DEV, first | {"link": "new"})
    stack.put(template, parameters())
    assert link_key() == "new"
    stack.put_back(before)
    assert link_key() == first["link"]


OUTPUTS = {
    "DecodeFunction": "gone-decode",
    "DistributionDomain": "d1.cloudfront.example",
    "SiteBucket": "site",
}
BEFORE = State("{}", {}, OUTPUTS)


def test_the_page_of_what_does_not_exist_has_no_hazard_that_would_stay_on_it(
    account: boto3.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in a bucket of its own, which the clock does not look after."""
    (tmp_path / "404.html").write_text("<a><!--notices:top-->大风<!--/notices--><b>")
    planned = tmp_path / "planned"
    planned.mkdir()
    (planned / "plan.json").write_text(json.dumps({"moments": []}))
    monkeypatch.setattr(deploy, "SITE", tmp_path)
    monkeypatch.setattr(deploy, "plan", lambda *said: publish.plan(*said, planned))
    store = account.client("s3")
    for name in ("site", "missing"):
        store.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": DEV.region})
    found = publish.files(tmp_path, tmp_path / "none")
    deploy.show(account, {"SiteBucket": "site", "MissingBucket": "missing"}, "r", found)

    def there(bucket: str, key: str) -> str:
        content: bytes = store.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content.decode()

    assert "大风" in there("site", "releases/r/404.html")
    assert there("missing", "404.html") == "<a><!--notices:top--><!--/notices--><b>"
    assert json.loads(there("site", "planned/r/plan.json"))["moments"] == []


class Known(Stack):
    """A stack that notes what it is put back to."""

    def __init__(self) -> None:
        super().__init__(None, DEV.name, str)
        self.gone_back_to: list[object] = []

    def put_back(self, before: object) -> None:
        self.gone_back_to.append(before)


def test_a_portal_that_does_not_answer_as_it_must_is_put_back(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Known()
    monkeypatch.setattr(deploy, "smoke", lambda looks: ["/: 503 instead of 200"])
    with pytest.raises(LocalProblem, match="old one is there again"):
        deploy.finish(account, DEV, stack, BEFORE, {"Origin": "https://x", "Release": "r"}, OUTPUTS)
    assert stack.gone_back_to == [BEFORE]


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_portal_whose_decoder_does_not_answer_is_put_back_too(
    account: boto3.Session,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    partition: str,
) -> None:
    """By the name that the stack gives it, and where nothing answers a browser, by that alone."""
    stack, outputs = Known(), OUTPUTS
    monkeypatch.setattr(deploy, "smoke", partial(smoke, seconds=0))
    monkeypatch.setattr(deploy, "of_portal", lambda origin: [])
    with pytest.raises(LocalProblem, match="old one is there again"):
        deploy.finish(
            account, replace(DEV, partition=partition), stack, BEFORE, {"Origin": "https://x"}, outputs
        )
    assert stack.gone_back_to == [BEFORE]
    assert "gone-decode: no answer (ResourceNotFoundException)" in capsys.readouterr().out


def decoding(account: boto3.Session, answer: Callable[[dict[str, str]], object]) -> list[str]:
    """What the smoke test says of a function that answers so, asked as Lambda's own description has it."""
    lambdas = account.client("lambda")
    with Stubber(lambdas) as stub:
        for event in decoder.events():
            said = json.dumps(answer(event)).encode()
            stub.add_response(
                "invoke",
                {"StatusCode": 200, "Payload": StreamingBody(BytesIO(said), len(said))},
                {"FunctionName": "x-decode", "Payload": json.dumps(event).encode()},
            )
        return of_decoder(lambdas, "x-decode")


def test_the_decoder_is_well_when_it_decodes_and_refuses_and_each_thing_that_it_does_not_is_named(
    account: boto3.Session,
) -> None:
    assert decoding(account, lambda event: decode(event, None)) == []
    failed = {"errorType": "Runtime.ImportModuleError", "errorMessage": "No module named 'PIL'"}
    said = decoding(account, lambda event: failed)
    assert len(said) == 5 and all("ImportModuleError" in one for one in said)
    kept = decoding(account, lambda event: {"made": event["content"], "rows": event["content"]})
    assert [one.partition(": {")[0] for one in kept] == [f"x-decode: {what}" for what in decoder.WHAT]
    assert max(map(len, kept)) < 300, "a photo is not printed whole"
    for nothing in (None, [], "", {"made": "!"}, {"made": 1, "rows": "eA=="}):
        assert len(decoding(account, lambda event, said=nothing: said)) == 5  # type: ignore[misc]


def test_the_smoke_test_names_each_thing_that_is_wrong() -> None:
    def fine(address: str) -> Answer:
        path = address.removeprefix("https://x")
        _, status, header, piece = next(one for one in ASKED if one[0] == path)
        return status, {header: "x"}, piece

    assert of_portal("https://x", fine) == []

    def broken(address: str) -> Answer:
        if address.endswith("/en/"):
            raise ConnectionError
        status, headers, text = fine(address)
        return (503, headers, text) if address.endswith("/api/board") else (status, {}, text)

    said = of_portal("https://x", broken)
    assert "/en/: no answer (ConnectionError)" in said
    assert "/api/board: 503 instead of 200" in said
    assert "/: without content-security-policy" in said


def test_what_is_wrong_at_first_is_asked_again_until_it_is_well_or_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("infra.aws.smoke.PAUSE", 0.001)
    said = iter([["slow"], ["slow"], []])
    assert smoke([lambda: next(said), list], 60) == []
    assert smoke([lambda: ["gone"], lambda: ["lost"]], 0.01) == ["gone", "lost"]


def test_who_is_signed_in_to_another_partition_is_stopped(account: boto3.Session) -> None:
    assert account_of(account, DEV) == "123456789012"
    with pytest.raises(LocalProblem, match="aws-cn"):
        account_of(account, replace(DEV, partition="aws-cn"))


def test_where_residents_data_lie_nothing_is_taken_down() -> None:
    assert allowed(DEV) is DEV
    with pytest.raises(LocalProblem, match="never"):
        allowed(read("prod"))


def test_the_site_names_the_very_origin_that_photos_are_sent_to() -> None:
    """The policy of the site must let the browser post to where botocore signs."""
    import botocore.session
    from botocore.config import Config

    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    for region in ("ap-southeast-1", "us-east-1", "cn-north-1"):
        there = replace(DEV, region=region, partition="aws-cn" if region.startswith("cn-") else "aws")
        client = botocore.session.get_session().create_client("s3", region_name=region, config=config)
        bucket = f"{DEV.name}-photos-123456789012"
        signed = client.generate_presigned_post(bucket, "incoming/x", ExpiresIn=60)["url"]
        assert signed.rstrip("/") == deploy.upload_origin(there, "123456789012")
