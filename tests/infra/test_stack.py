"""A stack is made, changed, put back with the keys of before, and taken away where it never came up."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest
from botocore.stub import Stubber

from infra.aws import deploy, keys
from infra.aws.destroy import delete
from infra.aws.settings import read
from infra.aws.stack import HIDDEN, Stack
from infra.local.console import LocalProblem

DEV = read("dev")


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


def test_what_was_written_while_a_stack_went_is_taken_out_and_the_stack_deleted_once_more(
    account: boto3.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an upload, or a notice that came due after its bucket was emptied."""
    clouds = account.client("cloudformation")
    emptied: list[str] = []

    def deleted(*attempts: bool) -> None:
        """What destroy does where these tries go through."""
        emptied.clear()
        stack = Stack(clouds, DEV.name, str)
        with Stubber(clouds) as stub:
            for well in attempts:
                status = "DELETE_COMPLETE" if well else "DELETE_FAILED"
                said = {
                    "StackId": "s", "StackName": DEV.name, "StackStatus": status, "CreationTime": "2026-11-24T02:00:00Z"
                }  # fmt: skip
                stub.add_response("delete_stack", {}, {"StackName": DEV.name})
                stub.add_response("describe_stacks", {"Stacks": [said]})
                if not well:
                    event = {
                        "StackId": "s", "EventId": "e", "StackName": DEV.name, "LogicalResourceId": "Site",
                        "PhysicalResourceId": "site", "ResourceStatus": "DELETE_FAILED",
                        "ResourceStatusReason": "the bucket is not empty", "Timestamp": "2026-11-24T02:00:00Z",
                    }  # fmt: skip
                    own = {"LogicalResourceId": DEV.name, "PhysicalResourceId": "s"}
                    begun = event | own | {"ResourceStatus": "DELETE_IN_PROGRESS"}
                    earlier = event | {"ResourceStatusReason": "of the try before"}
                    stub.add_response("describe_stack_events", {"StackEvents": [event, begun, earlier]})
            delete(stack, lambda: emptied.append("all"))
            stub.assert_no_pending_responses()

    deleted(True)
    assert len(emptied) == 1
    deleted(False, True)
    assert len(emptied) == 2 and "Site: the bucket is not empty" in capsys.readouterr().out
    with pytest.raises(LocalProblem, match="could not be deleted: Site: the bucket is not empty"):
        deleted(False, False)
    assert len(emptied) == 2


def test_over_a_half_deleted_stack_one_is_told_that_deleting_it_again_is_enough(
    account: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack = Stack(account.client("cloudformation"), DEV.name, str)
    monkeypatch.setattr(stack, "_found", lambda: {"StackStatus": "DELETE_FAILED"})
    monkeypatch.setattr(stack, "_why", lambda: "Site: the bucket is not empty")
    with pytest.raises(LocalProblem, match=r"Site: the bucket is not empty.*a second make destroy STAGE=dev"):
        stack.state()


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
