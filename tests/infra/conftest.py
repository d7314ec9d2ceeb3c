"""An account of moto's, in which nothing is."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from infra.aws.settings import read

DEV = read("dev")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[boto3.Session]:
    with mock_aws():
        yield boto3.Session(region_name=DEV.region)
