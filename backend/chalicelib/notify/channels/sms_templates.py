"""Which registered template a message is sent with: providers in China take no free text.

A function's environment holds 4 KB in all, and the templates of all messages are more than that, so they are packed there.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.delivering import Undelivered


@dataclass(frozen=True, slots=True)
class Registered:
    """A template as the provider knows it: its `code`, and the names of the values it takes, in the provider's order."""

    code: str
    params: tuple[str, ...]


def registered(known: Mapping[str, Registered], key: str, who: str) -> Registered:
    """The template of a key. Raises Undelivered, final, when none was registered."""
    found = known.get(key)
    if found is None:
        raise Undelivered(f"{who}: no template is registered for {key}", final=True)
    return found


def packed(templates: str) -> str:
    """The setting as it fits into an environment."""
    return base64.b64encode(zlib.compress(templates.encode(), 9)).decode()


def setting_of(said: str) -> dict[str, Registered]:
    """The templates that the setting says, as JSON or :func:`packed`. Raises ValueError or AttributeError for anything else."""
    if not said.lstrip().startswith("{"):
        try:
            said = zlib.decompress(base64.b64decode(said, validate=True)).decode()
        except zlib.error as error:
            raise ValueError("the templates are neither JSON nor packed") from error
    return read_registered(json.loads(said))


def read_registered(content: Mapping[str, Mapping[str, object]]) -> dict[str, Registered]:
    """Templates from the setting `{"filed.zh": {"code": "SMS_1", "params": ["number", "path"]}}`. Raises ValueError."""
    out = {}
    for key, one in content.items():
        params = one.get("params", [])
        if not isinstance(one.get("code"), str) or not isinstance(params, list):
            raise ValueError(f"the template {key} needs a code and a list of params")
        out[key] = Registered(str(one["code"]), tuple(map(str, params)))
    return out
