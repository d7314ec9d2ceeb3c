"""The site's bucket, as far as the clock changes what it shows: the few calls of S3 that lay a planned moment over a release.

releases/<release>/<address>          what is shown
planned/<release>/plan.json           the moments at which something appears or ends, in order (site/generator/planning.py),
                                      and the name under which they were laid there: a release that is laid anew begins anew
planned/<release>/<moment>.json       what is `new`, `changed` and `gone` from then on; what has its content's digest in its name
                                      is not among it, but lies in the release from the beginning
planned/<release>/<moment>/<address>  the files of the first two
applied/<release>.json                how many moments of which plan are done

SHOUNUO_SITE names the bucket and SHOUNUO_RELEASE what is shown of it. Where they are not set, as on one machine, nothing is
planned: there the site lies in a folder, and its notices are made anew in it.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.domain.planned import Changes, Plan

# So many calls go on at once.
AT_ONCE = 16
_MOMENT = "%Y%m%dT%H%M%SZ"
_ABSENT = (403, 404)  # without the right to list, S3 answers 403 for what is not there


def is_set_up() -> bool:
    """Whether there is a bucket with a release to look after."""
    return bool(_bucket() and _release())


def plan() -> Plan | None:
    """What is planned for the release that is shown; None where nothing was."""
    found = _read(f"planned/{_release()}/plan.json")
    if found is None:
        return None
    moments = (datetime.strptime(one, _MOMENT).replace(tzinfo=UTC) for one in found["moments"])
    return Plan(found["name"], tuple(moments))


def applied(plan: Plan) -> int:
    """How many moments of this plan are done."""
    found = _read(f"applied/{_release()}.json")
    return int(found["moments"]) if found is not None and found["plan"] == plan.name else 0


def changes(moment: datetime) -> Changes:
    """What a planned moment changes. Raises KeyError where that was never laid down."""
    found = _read(f"planned/{_release()}/{moment:{_MOMENT}}.json")
    if found is None:
        raise KeyError(f"{moment:{_MOMENT}}")
    return Changes(tuple(found["new"]), tuple(found["changed"]), tuple(found["gone"]))


def show(moment: datetime, address: str) -> None:
    """Put a file as it is from this moment on in its place, with the headers that it was laid down with."""
    planned = {"Bucket": _bucket(), "Key": f"planned/{_release()}/{moment:{_MOMENT}}/{address}"}
    meet().copy_object(Bucket=_bucket(), Key=f"releases/{_release()}/{address}", CopySource=planned)


def hide(address: str) -> None:
    """Take a file away; one that is gone already counts as taken away."""
    meet().delete_object(Bucket=_bucket(), Key=f"releases/{_release()}/{address}")


def note(plan: Plan, moments: int) -> None:
    """Say that so many moments of the plan are done."""
    said = json.dumps({"plan": plan.name, "moments": moments}).encode()
    meet().put_object(
        Bucket=_bucket(), Key=f"applied/{_release()}.json", Body=said, ContentType="application/json"
    )


@cache
def meet() -> Any:
    """The store's client, which many may use at once."""
    return botocore.session.get_session().create_client(
        "s3",
        region_name=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "cn-north-1",
        config=Config(
            connect_timeout=1,
            read_timeout=10,
            max_pool_connections=AT_ONCE,
            retries={"total_max_attempts": 3},
        ),
    )


def _read(key: str) -> Any:
    """What lies there, None where nothing does."""
    try:
        content: bytes = meet().get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in _ABSENT:
            return None
        raise
    return json.loads(content)


def _bucket() -> str:
    return os.environ.get("SHOUNUO_SITE", "")


def _release() -> str:
    return os.environ.get("SHOUNUO_RELEASE", "")
