"""The installation's keys are made once, brought over, handed to the stack, and read by nobody else."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.stub import Stubber

from infra.aws import keys, rights
from infra.aws.settings import read
from infra.local.console import LocalProblem

DEV = read("dev")


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
