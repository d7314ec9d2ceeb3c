"""What every test may ask for: a real DynamoDB Local, an empty table, the compiled rulebook.

The environment is set here, when pytest starts and before anything of `chalicelib` is imported; each worker of
pytest-xdist has a port, and so a database in memory, of its own. Java starts only when a test asks for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infra.local.browser import find_chromium
from infra.local.dynamodb import CLIENT_ENVIRONMENT, DynamoDBLocal, free_port, running_dynamodb

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from chalicelib.domain.standards import Rulebook

DYNAMODB_PORT = free_port()
# Chromium asks nobody for anything: no updates, no accounts, no experiments.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROOT = Path(__file__).resolve().parents[1]

os.environ.update(
    CLIENT_ENVIRONMENT,
    SHOUNUO_DYNAMODB_ENDPOINT=f"http://127.0.0.1:{DYNAMODB_PORT}",
    SHOUNUO_TABLE="shounuo-test",
    SHOUNUO_ORIGIN="http://localhost:8000",
    SHOUNUO_STAGE="local",
    SHOUNUO_LINK_KEY="5a" * 32,
    SHOUNUO_VAULT_KEY="5b" * 32,
    SHOUNUO_ALLOWANCE_FACTOR="1000",  # tests file more than residents do; those of the allowances set it to 1
)


def pytest_configure(config: pytest.Config) -> None:
    """Every run is listened to: what a function uses of AWS must stand in its policy (G37)."""
    from tests.infra.uses import Uses

    config.pluginmanager.register(Uses(), "uses")


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynamoDBLocal]:
    """A real DynamoDB Local in memory, one for each test process."""
    with running_dynamodb(port=DYNAMODB_PORT) as database:
        yield database


@pytest.fixture
def table(dynamodb: DynamoDBLocal) -> Iterator[str]:
    """The portal's table, new and empty; gives its name."""
    import boto3

    from chalicelib.storage.table import create_table

    name = os.environ["SHOUNUO_TABLE"]
    client = boto3.client("dynamodb", endpoint_url=dynamodb.endpoint)
    if name in client.list_tables()["TableNames"]:
        client.delete_table(TableName=name)
    create_table()
    yield name


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rulebook as the repository has it, checked."""
    from chalicelib.rulebook import load

    return load(ROOT / "docs" / "rulebook")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, one for each test process: Playwright cannot be begun twice in one thread."""
    from playwright.sync_api import sync_playwright

    chromium = find_chromium()
    assert chromium is not None, "these tests need a Chromium: `make test` installs it or says how"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Notes a measured figure: one line of the list that stands at the end of a run, whichever process measured it."""

    def note(line: str) -> None:
        request.node.user_properties.append(("figure", line))

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lists the figures of all tests, those of failed ones too."""
    lines = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "figure"
    }
    if lines:
        terminalreporter.section("figures")
    for line in sorted(lines):
        terminalreporter.line(line)
