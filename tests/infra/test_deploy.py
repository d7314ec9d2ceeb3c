"""The steps of a deployment, each against moto or a portal of this machine; the whole needs an account (infra/aws/README.md)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import boto3
import pytest
from botocore.stub import Stubber

from infra.aws import deploy, keys, publish, refusals
from infra.aws.account import account_of, may_reserve
from infra.aws.destroy import allowed
from infra.aws.platform import GLIBC
from infra.aws.resources.buckets import NOTHING_PUBLIC
from infra.aws.resources.table import PROTECTED
from infra.aws.settings import read
from infra.aws.smoke import smoke
from infra.aws.stack import Stack, State
from infra.local.console import LocalProblem

DEV = read("dev")


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
    missing = "pages-of-what-is-missing"
    store.create_bucket(Bucket=missing, CreateBucketConfiguration={"LocationConstraint": DEV.region})
    for key in ("404.html", *(f"r{number}/404.html" for number in range(5))):
        store.put_object(Bucket=missing, Key=key, Body=b"")
    gone = publish.tidy(store, bucket, shown="r0", missing=missing)
    pages = {item["Key"] for item in store.list_objects_v2(Bucket=missing)["Contents"]}
    left = {item["Key"].split("/")[1] for item in store.list_objects_v2(Bucket=bucket)["Contents"]}
    assert "r0" in left and left | set(gone) == {f"r{number}" for number in range(5)}
    assert 1 <= len(gone) <= 2
    assert pages == {f"{name}/404.html" for name in left} | {"404.html"}, (
        "0.3.0 may be put back: it shows that"
    )


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
    monkeypatch.setattr(refusals, "ROOT", tmp_path)
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
    assert deployed() == [(there, "true")] and len(built) == 6
    assert len(Noted.protected) == 2, "a first one that was cut off may have left it open: every one protects"
    assert shown[-1] == 0 and shown.count(0) == 1, "what runs is shown once, before anything points at it"
    monkeypatch.setattr(sys, "argv", ["deploy", "dev"])
    keys.make(account.client("ssm"), account.client("secretsmanager"), DEV, running=False)
    assert deployed() == [(there, "false")], "what is tried out may be taken down"


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
    assert there("missing", "r/404.html") == "<a><!--notices:top--><!--/notices--><b>"
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


def test_the_check_of_everything_runs_after_each_deployment_until_its_alarm_is_silent(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first smoke test may have failed: then no first deployment that went through would ever start it."""
    started: list[str] = []
    watch = account.client("cloudwatch")

    class Session:
        def client(self, name: str, **named: object) -> object:
            lambdas = SimpleNamespace(invoke=lambda **said: started.append(said["FunctionName"]))
            return {"lambda": lambdas, "cloudwatch": watch}.get(name)

    def finished() -> int:
        started.clear()
        parameters = {"Origin": "https://x", "Release": "r"}
        assert deploy.finish(Session(), DEV, Known(), BEFORE, parameters, OUTPUTS) == 0
        return len(started)

    monkeypatch.setattr(deploy, "smoke", lambda looks: [])
    monkeypatch.setattr(deploy, "tidy", lambda *said: [])
    assert finished() == 1 and started == ["shounuo-dev-check_everything"]
    watch.put_metric_alarm(
        AlarmName="shounuo-dev-check-found", ComparisonOperator="GreaterThanThreshold", EvaluationPeriods=26,
        MetricName="Violations", Namespace="shounuo-dev", Period=3600, Statistic="Maximum", Threshold=0,
    )  # fmt: skip
    for state, runs in (("ALARM", 1), ("INSUFFICIENT_DATA", 1), ("OK", 0)):
        watch.set_alarm_state(AlarmName="shounuo-dev-check-found", StateValue=state, StateReason="said so")
        assert finished() == runs, state


@pytest.mark.parametrize(
    ("blocked", "named"),
    [
        ((), ""),
        (("BlockPublicAcls", "IgnorePublicAcls"), ""),
        (("BlockPublicPolicy",), "BlockPublicPolicy"),
        (("BlockPublicPolicy", "RestrictPublicBuckets"), "BlockPublicPolicy and RestrictPublicBuckets"),
    ],
)
def test_an_account_that_would_refuse_the_bucket_of_the_404_page_is_named_before_a_stack_is_made(
    account: boto3.Session, blocked: tuple[str, ...], named: str
) -> None:
    control = account.client("s3control")
    refusals.refuse_blocked_policies(control, "123456789012")  # that nothing was ever said is fine
    control.put_public_access_block(
        AccountId="123456789012",
        PublicAccessBlockConfiguration={name: name in blocked for name in NOTHING_PUBLIC},
    )
    if not named:
        refusals.refuse_blocked_policies(control, "123456789012")
        return
    with pytest.raises(LocalProblem, match=rf"\({named}\).*turn off"):
        refusals.refuse_blocked_policies(control, "123456789012")


def test_who_may_not_see_what_the_account_blocks_is_told_which_right_is_missing(
    account: boto3.Session,
) -> None:
    control = account.client("s3control")
    with Stubber(control) as stub:
        stub.add_client_error("get_public_access_block", "AccessDenied")
        with pytest.raises(LocalProblem, match="needs s3:GetAccountPublicAccessBlock"):
            refusals.refuse_blocked_policies(control, "123456789012")


def test_functions_keep_their_python_until_somebody_says_that_they_shall_have_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def running(*pythons: str) -> State:
        functions = {f"F{at}": {"Properties": {"Runtime": f"python{one}"}} for at, one in enumerate(pythons)}
        edge = {"Edge": {"Properties": {"FunctionConfig": {"Runtime": "cloudfront-js-2.0"}}}}
        return State(json.dumps({"Resources": functions | edge}), {}, {})

    monkeypatch.setattr(refusals, "PYTHON", "3.12")
    monkeypatch.delenv("RUNTIME", raising=False)
    refusals.refuse_another_python(running("3.12", "3.12"), DEV)
    with pytest.raises(LocalProblem, match=r"PYTHON=python3\.11.*RUNTIME=python3\.12"):
        refusals.refuse_another_python(running("3.11", "3.11"), DEV)
    monkeypatch.setenv("RUNTIME", "python3.13")
    with pytest.raises(LocalProblem, match=r"this is Python 3\.12"):
        refusals.refuse_another_python(running("3.11"), DEV)
    monkeypatch.setenv("RUNTIME", "python3.12")
    refusals.refuse_another_python(running("3.11", "3.12"), DEV)


def test_every_git_host_deploys_with_the_python_that_the_guide_tells_the_first_deployment_to_take() -> None:
    folder = Path(refusals.ROOT, "infra")
    text = "".join(file.read_text("utf-8") for file in (folder / "ci").glob("*.yml"))
    [version] = set(re.findall(r"python(?:-version: \"|:)(\d\.\d+)", text))
    assert tuple(map(int, version.split("."))) in GLIBC, "Lambda has it"
    assert f"PYTHON=python{version}" in (folder / "aws" / "README.md").read_text("utf-8")


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
