"""The installation's keys: one encrypted parameter of a stage in Parameter Store, made once, and how the stack gets them.

Parameter Store keeps an encrypted parameter with its earlier versions and costs nothing; Secrets Manager, where releases before
0.3.0 kept them, is paid for each month. CloudFormation fills no encrypted parameter into a function's environment, so the
deployment hands the keys over, in parameters that CloudFormation shows to nobody (`NoEcho`).
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from infra.aws.resources.intrinsics import Part
from infra.aws.settings import Settings
from infra.local.console import LocalProblem, say

# The parameters of the template by the key that each holds, one that is made of the edge key, and which version of them it is.
KEYS = {"LinkKey": "link", "VaultKey": "vault", "EdgeKey": "edge"}
# What CloudFront shows the bucket of the 404 page. It goes there in plain text, so whoever reads it must not know the edge key.
MISSING = "MissingKey"
HANDED_OVER = (*KEYS, MISSING)
VERSION = "KeysVersion"
PARAMETERS: Part = {
    **{
        name: {"Type": "String", "NoEcho": True, "Description": "One of the installation's keys"}
        for name in HANDED_OVER
    },
    VERSION: {"Type": "String", "Description": "The version of the installation's keys in Parameter Store"},
}


def name_of(settings: Settings) -> str:
    """What the parameter of a stage is called. Not below /shounuo-<stage>/, which functions may read."""
    return f"{settings.name}-keys"


def make(store: Any, earlier: Any, settings: Settings, running: bool) -> str:
    """Makes the keys where there are none, or brings over those that an earlier release kept in a secret; gives their version.

    They are never changed here: with the vault key go all the telephones, with the link key all the links that residents hold
    (infra/rotating.py changes them). So none are made for a stage that is `running`: residents' data lie under those it had.
    Raises LocalProblem where one is missing, or where nobody can tell whether there are any.
    """
    from botocore.exceptions import ClientError

    name = name_of(settings)
    try:
        known = read(store, settings)
    except store.exceptions.ParameterNotFound:
        try:
            known = json.loads(earlier.get_secret_value(SecretId=name)["SecretString"])
            say(f"The keys are brought over from the secret {name}: delete it when the portal answers.")
        except earlier.exceptions.ResourceNotFoundException:
            if running:
                raise LocalProblem(
                    f"{settings.name} runs, but its keys {name} are gone: put them back from your copy, or from what its "
                    "functions have in their environment. With new ones no telephone could be read any more"
                ) from None
            known = {key: secrets.token_hex(32) for key in KEYS.values()}
        except ClientError as error:
            raise LocalProblem(
                f"whether an earlier release keeps its keys in the secret {name} cannot be seen: "
                f"{error.response['Error']['Code']}"
            ) from None
        keep(store, settings, _whole(known, name))
    _whole(known, name)
    return version_of(store, settings)


def read(store: Any, settings: Settings, version: str = "") -> dict[str, str]:
    """The keys as they are now, or as they were in a version."""
    name = f"{name_of(settings)}:{version}" if version else name_of(settings)
    found: dict[str, str] = json.loads(_parameter(store, name)["Value"])
    return found


def keep(store: Any, settings: Settings, keys: Mapping[str, str]) -> None:
    """Keeps the keys as a new version; the earlier ones stay, the last hundred."""
    store.put_parameter(
        Name=name_of(settings),
        Description="Keys of the portal: never delete",
        Value=json.dumps(dict(keys)),
        Type="SecureString",
        Overwrite=True,
    )


def version_of(store: Any, settings: Settings) -> str:
    """The version that counts now. The stack notes it, so that put back, the functions have the keys of before."""
    return str(_parameter(store, name_of(settings))["Version"])


def handed_over(store: Any, settings: Settings, parameters: Mapping[str, str]) -> dict[str, str]:
    """The parameters of the template that hold keys, of the version that the other parameters name."""
    keys = read(store, settings, parameters[VERSION])
    known = {name: keys[key] for name, key in KEYS.items()}
    return known | {MISSING: hmac.digest(keys["edge"].encode(), b"missing", "sha256").hex()}


def _parameter(store: Any, name: str) -> Any:
    return store.get_parameter(Name=name, WithDecryption=True)["Parameter"]


def _whole(known: dict[str, str], name: str) -> dict[str, str]:
    if missing := sorted(set(KEYS.values()) - known.keys()):
        raise LocalProblem(f"{name} lacks {', '.join(missing)}: put it back from its earlier version")
    return known
