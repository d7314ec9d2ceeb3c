"""`make destroy STAGE=dev`: take a stage down, all but its keys and archives. Refused where residents' data lie."""

from __future__ import annotations

import sys
from typing import Any

from infra.aws.account import account_of
from infra.aws.settings import Settings, read
from infra.local.console import LocalProblem, run_as_command, say, step


def main() -> int:
    """Take it down after the name was typed once more."""
    settings = allowed(read(sys.argv[1] if len(sys.argv) == 2 else ""))
    import boto3

    session = boto3.Session(region_name=settings.region)
    account = account_of(session, settings)
    say(
        f"This deletes {settings.name} in account {account}: table, photos, site, logs. Its keys and archives stay."
    )
    if input(f"Type {settings.name} to go on: ").strip() != settings.name:
        raise LocalProblem("nothing was deleted")
    for name in ("site", "photos", "exports", "missing"):
        empty(session.resource("s3"), f"{settings.name}-{name}-{account}")
    clouds = session.client("cloudformation")
    with step(f"Deleting the stack {settings.name}"):
        clouds.delete_stack(StackName=settings.name)
        clouds.get_waiter("stack_delete_complete").wait(StackName=settings.name)
    return 0


def allowed(settings: Settings) -> Settings:
    """The settings, where taking down is allowed. Raises LocalProblem for the stage of the residents."""
    if settings.precious:
        raise LocalProblem("prod is never taken down from here: residents' data lie in it")
    return settings


def empty(store: Any, bucket: str) -> None:
    """Delete everything in a bucket, earlier versions too: only an empty one can go."""
    from botocore.exceptions import ClientError

    try:
        store.Bucket(bucket).object_versions.delete()
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchBucket":
            raise


if __name__ == "__main__":
    run_as_command(main)
