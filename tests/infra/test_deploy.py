"""The steps of a deployment, each against moto or a portal of this machine; the whole needs an account (infra/aws/README.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.aws import deploy, publish
from infra.aws.destroy import allowed
from infra.aws.settings import read
from infra.aws.smoke import ASKED, Answer, smoke
from infra.aws.stack import Stack
from infra.local.console import LocalProblem

DEV = read("dev")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session(region_name=DEV.region)


def test_keys_are_made_once_and_never_again(account: boto3.Session) -> None:
    store = account.client("secretsmanager")
    name = deploy.keys(store, DEV)
    first = store.get_secret_value(SecretId=name)["SecretString"]
    assert {name: len(key) for name, key in json.loads(first).items()} == {
        "link": 64,
        "vault": 64,
        "edge": 64,
    }
    assert deploy.keys(store, DEV) == name
    assert store.get_secret_value(SecretId=name)["SecretString"] == first
    store.put_secret_value(SecretId=name, SecretString='{"link": "x", "edge": "y"}')
    with pytest.raises(LocalProblem, match="vault"):
        deploy.keys(store, DEV)


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


def test_a_portal_that_does_not_answer_as_it_must_is_put_back(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back: list[object] = []

    class Known(Stack):
        def put_back(self, before: object) -> None:
            put_back.append(before)

    stack = Known(None, DEV.name, str)
    monkeypatch.setattr(deploy, "smoke", lambda origin: ["/: 503 instead of 200"])
    with pytest.raises(LocalProblem, match="old one is there again"):
        deploy.finish(account, DEV, stack, "before", {"Origin": "https://x", "Release": "r"}, {})
    assert put_back == ["before"]


def test_the_smoke_test_names_each_thing_that_is_wrong() -> None:
    def fine(address: str) -> Answer:
        path = address.removeprefix("https://x")
        _, status, header, piece = next(one for one in ASKED if one[0] == path)
        return status, {header: "x"}, piece

    assert smoke("https://x", 0, fine) == []

    def broken(address: str) -> Answer:
        if address.endswith("/en/"):
            raise ConnectionError
        status, headers, text = fine(address)
        return (503, headers, text) if address.endswith("/api/board") else (status, {}, text)

    said = smoke("https://x", 0, broken)
    assert "/en/: no answer (ConnectionError)" in said
    assert "/api/board: 503 instead of 200" in said
    assert "/: without content-security-policy" in said


def test_who_is_signed_in_to_another_partition_is_stopped(account: boto3.Session) -> None:
    from dataclasses import replace

    assert deploy.account_of(account, DEV) == "123456789012"
    with pytest.raises(LocalProblem, match="aws-cn"):
        deploy.account_of(account, replace(DEV, partition="aws-cn"))


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
        from dataclasses import replace

        there = replace(DEV, region=region, partition="aws-cn" if region.startswith("cn-") else "aws")
        client = botocore.session.get_session().create_client("s3", region_name=region, config=config)
        bucket = f"{DEV.name}-photos-123456789012"
        signed = client.generate_presigned_post(bucket, "incoming/x", ExpiresIn=60)["url"]
        assert signed.rstrip("/") == deploy.upload_origin(there, "123456789012")
