"""What stops a deployment before it has changed anything, each with the way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from infra.aws.settings import Settings
from infra.aws.stack import State
from infra.local.console import LocalProblem
from infra.local.places import ROOT

# The Python that packages here: byte code is of one alone, so that the functions get the same.
PYTHON = "{}.{}".format(*sys.version_info)


def refuse_what_is_not_committed(settings: Settings) -> None:
    """Raises LocalProblem where residents would get what no commit holds: nobody could say later what runs, nor go back to it."""
    if not settings.precious or not (ROOT / ".git").exists():
        return
    found = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True)
    if found.stdout.strip():
        raise LocalProblem(f"commit first what is changed here:\n{found.stdout.rstrip()}")


def refuse_blocked_policies(control: Any, account: str) -> None:
    """Raises LocalProblem where the account takes no policy that is public by its word: the first stack would go down with it."""
    from botocore.exceptions import ClientError

    try:
        found = control.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "NoSuchPublicAccessBlockConfiguration":
            return
        raise LocalProblem(
            f"it cannot be seen whether the account {account} blocks public access to S3 ({code}): whoever deploys needs "
            "s3:GetAccountPublicAccessBlock"
        ) from None
    blocked = [name for name in ("BlockPublicPolicy", "RestrictPublicBuckets") if found.get(name)]
    if blocked:
        raise LocalProblem(
            f"the account {account} blocks public access to S3 ({' and '.join(blocked)}), and S3 counts the bucket of the "
            "404 page as public, though only CloudFront knows the key to it: turn off these two for the account (S3, Block "
            "Public Access settings for this account), since every other bucket of the portal blocks it by itself, or "
            "deploy into an account of its own"
        )


def refuse_another_python(before: State, settings: Settings) -> None:
    """Raises LocalProblem where the functions that run have another Python, and nobody said that they shall have this one.

    CloudFormation changes a function's code and its Python one after the other: in between it has byte code that it cannot read.
    """
    resources = json.loads(before.template).get("Resources", {}).values()
    known = {one.get("Properties", {}).get("Runtime", "") for one in resources}
    others = sorted(one for one in known if one.startswith("python") and one != f"python{PYTHON}")
    if others and os.environ.get("RUNTIME") != f"python{PYTHON}":
        raise LocalProblem(
            f"the functions of {settings.name} run {' and '.join(others)}, and this is Python {PYTHON}: deploy with theirs "
            f"(make deploy STAGE={settings.stage} PYTHON={others[0]}), or let them go over to this one, during which they fail "
            f"for seconds (make deploy STAGE={settings.stage} RUNTIME=python{PYTHON})"
        )
