"""`make destroy STAGE=dev`: take a stage down, all but its keys and archives. Refused where residents' data lie."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

from infra.aws.account import account_of
from infra.aws.settings import Settings, read
from infra.aws.stack import Stack
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
    store = session.resource("s3")
    buckets = [f"{settings.name}-{name}-{account}" for name in ("site", "photos", "exports", "missing")]
    with step(f"Deleting the stack {settings.name}"):
        delete(Stack(session.client("cloudformation"), settings.name, str), lambda: empty_all(store, buckets))
    return 0


def delete(stack: Stack, emptied: Callable[[], None]) -> None:
    """Empty the buckets and delete the stack. Raises LocalProblem with what stands in the way.

    Until its functions are gone they write: an upload, or a notice that comes due. A bucket in which that lies cannot go; with
    the second try nobody writes any more.
    """
    emptied()
    try:
        stack.take_away()
    except LocalProblem as problem:
        say(f"   once more, since {problem}")
        emptied()
        stack.take_away()


def allowed(settings: Settings) -> Settings:
    """The settings, where taking down is allowed. Raises LocalProblem for the stage of the residents."""
    if settings.precious:
        raise LocalProblem("prod is never taken down from here: residents' data lie in it")
    return settings


def empty_all(store: Any, buckets: Iterable[str]) -> None:
    """Delete everything in these buckets."""
    for bucket in buckets:
        empty(store, bucket)


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
