"""What the tests of faults share: the proxy before the database, and the store talking through it."""

import os
from collections.abc import Iterator

import pytest

from infra.local.dynamodb import DynamoDBLocal
from tests.faults.connecting import connect_to
from tests.faults.proxy import Proxy, running_proxy


@pytest.fixture(scope="session")
def one_proxy(dynamodb: DynamoDBLocal) -> Iterator[Proxy]:
    """One proxy for the whole run."""
    with running_proxy(dynamodb.endpoint) as proxy:
        yield proxy


@pytest.fixture
def proxy(one_proxy: Proxy, table: str) -> Iterator[Proxy]:
    """The proxy without a fault, before an empty table; the store talks to the database through it."""
    one_proxy.set()
    connect_to(one_proxy.url)
    yield one_proxy
    one_proxy.set()
    connect_to(os.environ["SHOUNUO_DYNAMODB_ENDPOINT"])
