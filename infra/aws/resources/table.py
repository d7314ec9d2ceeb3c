"""The table, made from the very models that the app writes with: keys and indexes cannot differ from them."""

from __future__ import annotations

from typing import Any

from infra.aws.resources.intrinsics import KEPT, Part, ref
from infra.aws.settings import Settings

# What the database sweeps away by itself; no code relies on it.
EXPIRES = "expires"
# The parameter that says whether the table may not be deleted: so from the second change of the stack on. A first one that fails
# has to be able to take it away again.
PROTECTED = "TableProtected"
PARAMETERS: Part = {
    PROTECTED: {
        "Type": "String",
        "AllowedValues": ["true", "false"],
        "Description": "Whether the table is protected from being deleted",
    }
}


def resources(settings: Settings) -> Part:
    """The table: on demand, restorable to any second of 35 days, and not to be deleted by a slip of the hand."""
    return {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "DeletionPolicy": KEPT if settings.precious else "Delete",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "TableName": settings.table,
                "BillingMode": "PAY_PER_REQUEST",
                **schema(),
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                "DeletionProtectionEnabled": ref(PROTECTED),
                "SSESpecification": {
                    "SSEEnabled": False
                },  # encrypted with a key of DynamoDB's own, free of charge
                "TimeToLiveSpecification": {"AttributeName": EXPIRES, "Enabled": True},
            },
        }
    }


def schema() -> Part:
    """Keys, attributes and indexes as the models have them, in CloudFormation's words."""
    from chalicelib.storage.table import Record

    said: Any = Record._get_schema()
    return {
        "AttributeDefinitions": [_capital(one) for one in said["attribute_definitions"]],
        "KeySchema": _keys(said["key_schema"]),
        "GlobalSecondaryIndexes": [
            {
                "IndexName": one["index_name"],
                "KeySchema": _keys(one["key_schema"]),
                "Projection": _capital(one["projection"]),
            }
            for one in said["global_secondary_indexes"]
        ],
    }


def _keys(said: list[Part]) -> list[Part]:
    """The keys in the order that DynamoDB wants, HASH before RANGE; PynamoDB has them by their names."""
    return sorted((_capital(one) for one in said), key=lambda key: str(key["KeyType"]))


def indexes_changed(before: Part, after: Part) -> list[str]:
    """Which indexes of the table differ between two templates: DynamoDB makes or takes away one a deployment."""
    was, will = (_indexes(one) for one in (before, after))
    return sorted(name for name in was.keys() | will.keys() if was.get(name) != will.get(name))


def _indexes(template: Part) -> dict[str, Part]:
    said = template["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"]
    return {one["IndexName"]: one for one in said}


def _capital(said: Part) -> Part:
    """CloudFormation begins names with a capital; PynamoDB has both forms."""
    return {
        "".join(word[:1].upper() + word[1:] for word in name.split("_")): value
        for name, value in said.items()
    }
