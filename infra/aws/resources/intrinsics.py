"""The few functions of CloudFormation that the other files need."""

from __future__ import annotations

from typing import Any

Part = dict[str, Any]

# Whatever becomes of the stack this stays: but for a first deployment that fails, after which the next one finds its name free.
KEPT = "RetainExceptOnCreate"


def ref(name: str) -> Part:
    """What a resource is called, or what a parameter says."""
    return {"Ref": name}


def attribute(name: str, what: str = "Arn") -> Part:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [name, what]}


def sub(text: str) -> Part:
    """A text with ${...} filled in."""
    return {"Fn::Sub": text}
