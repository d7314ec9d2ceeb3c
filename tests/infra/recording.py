"""What each function really uses of AWS: every call that is made inside of one, by action, resource and key.

Whose a call is tells the stack: what comes through a job of `jobs/` or its heartbeat belongs to the scheduled function of that
name, what comes through `web/` or an action to `api_handler`. What tests do beside that (making a world, looking into the table)
is nobody's use. A transaction counts as the actions that IAM asks for.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from botocore.client import BaseClient

# dynamodb's operations that are no actions of their own: IAM asks for what they are made of.
_IN_TRANSACTIONS = {
    "Put": "PutItem",
    "Delete": "DeleteItem",
    "Update": "UpdateItem",
    "ConditionCheck": "ConditionCheckItem",
}


class Use(NamedTuple):
    """One thing that a function did: the action as IAM names it, and on what (see `the_kind`)."""

    function: str
    action: str
    on: str


def the_kind(pk: str) -> str:
    """Which kind of partition a key opens: "CASE#" of CASE#261124-000001."""
    return pk.partition("#")[0] + "#" if "#" in pk else pk


@contextmanager
def recorded(uses: set[Use], nothing_leaves: bool = False) -> Iterator[None]:
    """Notes into `uses` what functions ask of AWS meanwhile; with `nothing_leaves`, other services are answered here."""
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def heard(client: Any, operation: str, asked: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        if (function := acting()) and not (operation == "TransactWriteItems" and putting_back()):
            uses.update(Use(function, action, on) for action, on in named(service, operation, asked))
        if nothing_leaves and service not in ("dynamodb", "s3"):
            return ANSWERS.get(operation, {})
        return real(client, operation, asked)

    def signs(action: str, key_of: Any, make: Any) -> Any:
        def signed(*asked: Any, **more: Any) -> Any:
            if function := acting():
                uses.add(Use(function, action, shelf(key_of(*asked, **more))))
            return make(*asked, **more)

        return signed

    with ExitStack() as stack:
        stack.enter_context(patch.object(BaseClient, "_make_api_call", heard))
        from chalicelib.storage import photos

        made = photos._client

        def client() -> Any:
            found = made()
            if not hasattr(found, "_heard"):
                found._heard = True
                found.generate_presigned_url = signs(
                    "s3:GetObject", lambda _, params, **__: params["Key"], found.generate_presigned_url
                )
                found.generate_presigned_post = signs(
                    "s3:PutObject", lambda _, key, **__: key, found.generate_presigned_post
                )
            return found

        client.cache_clear = made.cache_clear  # type: ignore[attr-defined]
        stack.enter_context(patch.object(photos, "_client", client))
        yield


ANSWERS: dict[str, Any] = {"GetParameter": {"Parameter": {"Value": "wecom:a-key"}}}

_JOB = re.compile(r"/chalicelib/jobs/(\w+)\.py$")
# What several jobs walk through is on behalf of the one that walks.
_OF_SEVERAL = ("due",)
_OF_PEOPLE = re.compile(r"/chalicelib/(web|actions)/\w+\.py$")


def acting() -> str:
    """The function on whose behalf a call is made; "" for a test's own."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if (found := _JOB.search(file)) and found[1] not in _OF_SEVERAL:
            # The nightly check has its parts in files of their own.
            return "check_everything" if found[1].startswith("check_") else found[1]
        if file.endswith("/chalicelib/schedules/heartbeat.py") and "job" in frame.f_locals:
            name: str = frame.f_locals["job"].__name__
            return name
        if _OF_PEOPLE.search(file):
            return "api_handler"
        frame = frame.f_back
    return ""


def putting_back() -> bool:
    """Whether the check of everything was told to put back what is wrong: a person does that (`fsck --repair`), with rights of
    their own; the function of the night never does."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "check_everything" and frame.f_locals.get("repair") is True:
            return True
        frame = frame.f_back
    return False


def shelf(key: str) -> str:
    """The shelf on which a key lies, of the photo store or of the site's bucket."""
    return key.partition("/")[0] + "/"


def named(service: str, operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The actions that IAM asks for, each with what it is done to."""
    if service == "dynamodb":
        yield from ((f"dynamodb:{action}", on) for action, on in _of_table(operation, asked))
    elif (
        service == "s3" and operation == "CopyObject"
    ):  # no action of its own: IAM asks for what it is made of
        yield "s3:GetObject", shelf(asked["CopySource"]["Key"])
        yield "s3:PutObject", shelf(asked["Key"])
    elif service == "s3":
        yield f"s3:{operation}", shelf(asked["Key"])
    elif service == "ssm":
        yield f"ssm:{operation}", "parameter"
    elif service == "lambda":
        yield "lambda:InvokeFunction", str(asked["FunctionName"]).rpartition("-")[2]
    else:
        yield f"{'ses' if service == 'sesv2' else service}:{operation}", "*"


def _of_table(operation: str, asked: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if operation == "TransactWriteItems":
        for part in asked["TransactItems"]:
            for kind, said in part.items():
                yield _IN_TRANSACTIONS[kind], _kind_of(said.get("Item") or said["Key"])
    elif operation == "TransactGetItems":
        yield from (("GetItem", _kind_of(part["Get"]["Key"])) for part in asked["TransactItems"])
    elif operation == "BatchGetItem":
        for said in asked["RequestItems"].values():
            yield from ((operation, _kind_of(key)) for key in said["Keys"])
    elif operation == "Query":
        index = asked.get("IndexName")
        yield operation, f"index/{index}" if index else the_kind(_hash_of(asked))
    elif "Key" in asked or "Item" in asked:
        yield operation, _kind_of(asked.get("Item") or asked["Key"])
    else:
        yield operation, "table"


def _kind_of(item: dict[str, Any]) -> str:
    return the_kind(item["pk"]["S"])


def _hash_of(asked: dict[str, Any]) -> str:
    """The partition that a query asks for: its first condition is always on the hash key."""
    names = asked.get("ExpressionAttributeNames", {})
    first = asked["KeyConditionExpression"].lstrip("(").split(" ")
    assert names.get(first[0], first[0]) == "pk", asked["KeyConditionExpression"]
    value: str = asked["ExpressionAttributeValues"][first[2].strip("()")]["S"]
    return value
