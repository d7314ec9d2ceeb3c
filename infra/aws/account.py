"""What the account that one is signed in to is, and what it allows."""

from __future__ import annotations

from typing import Any

from infra.aws.settings import Settings
from infra.local.console import LocalProblem

# So many runs at once Lambda keeps for functions that reserve none; a new account may have no more than ten in all.
NEVER_RESERVED = 100


def account_of(session: Any, settings: Settings) -> str:
    """The account that one is signed in to. Raises LocalProblem where there is none, or one of the other partition."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise LocalProblem(
            f"sign in to AWS first, as with `aws sso login` ({type(error).__name__})"
        ) from None
    if found["Arn"].split(":")[1] != settings.partition:
        raise LocalProblem(
            f"you are signed in to {found['Arn'].split(':')[1]}, the stage is in {settings.partition}"
        )
    return str(found["Account"])


def may_reserve(lambdas: Any, runs: int) -> bool:
    """Whether so many runs at once may be reserved for functions: Lambda refuses what would leave too few for the others, and the
    whole stack with it."""
    limits = lambdas.get_account_settings()["AccountLimit"]
    left: int = limits["UnreservedConcurrentExecutions"] - runs
    return left >= min(NEVER_RESERVED, limits["ConcurrentExecutions"])
