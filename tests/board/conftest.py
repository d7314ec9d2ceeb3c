"""The whole origin and a real browser, for the tests of the info board; its table is filled once for a file of tests."""

import os

import boto3
import pytest

from infra.local.dynamodb import DynamoDBLocal
from tests.web.conftest import origin as origin


@pytest.fixture(scope="module")
def own_table(dynamodb: DynamoDBLocal) -> None:
    """The portal's table, new and empty."""
    from chalicelib.storage.table import create_table

    client = boto3.client("dynamodb", endpoint_url=dynamodb.endpoint)
    name = os.environ["SHOUNUO_TABLE"]
    if name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    create_table()
