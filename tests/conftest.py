"""What every test may ask for: a real DynamoDB Local, an empty table, the compiled rulebook.

The environment is set here, when pytest starts and before anything of `chalicelib` is imported; each worker of
pytest-xdist has a port, and so a database in memory, of its own. Java starts only when a test asks for it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.browser import find_chromium
from infra.local.dynamodb import CLIENT_ENVIRONMENT, DynamoDBLocal, running_dynamodb

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from chalicelib.domain.standards import Rulebook

# The database is begun with the first test that wants it, which may be minutes later: until then the port is held, or it goes to
# one of the many connections of the others.
HELD = socket.socket()
HELD.bind(("127.0.0.1", 0))
DYNAMODB_PORT = HELD.getsockname()[1]
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
# Taking out so many items costs no more than making the table with its indexes anew.
FEW = 25
JOURNEYS = "tests/journeys/"
# Files of these folders take longest: begun first, they leave no worker waiting for the other at the end.
LONGEST = ("journeys", "infra", "faults", "site", "doors", "board")

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first (make test keeps this order); within a file nothing moves."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.relative_to(ROOT).parts[1], len(LONGEST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadfile` all journeys go to one worker too: they mostly wait, and share a portal."""
    from xdist.scheduler import LoadScopeScheduling

    if config.option.dist != "loadfile":
        return None

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return JOURNEYS if nodeid.startswith(JOURNEYS) else nodeid.partition("::")[0]

    return Files(config, log)


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[DynamoDBLocal]:
    """A real DynamoDB Local in memory, one for each test process; a process of many works through a large part of the tests."""
    HELD.close()
    with running_dynamodb(port=DYNAMODB_PORT, for_minutes="PYTEST_XDIST_WORKER" in os.environ) as database:
        yield database


@pytest.fixture(scope="session")
def database(dynamodb: DynamoDBLocal) -> Any:
    """A client of the database, to prepare what the portal finds there."""
    import boto3

    return boto3.client("dynamodb", endpoint_url=dynamodb.endpoint)


@pytest.fixture
def table(database: Any) -> str:
    """The portal's table, empty; gives its name."""
    return empty_table(database)


def empty_table(database: Any) -> str:
    """Makes the portal's table, or empties it, and gives its name: few items are taken out, many go with the table."""
    from chalicelib.storage.table import create_table

    name = os.environ["SHOUNUO_TABLE"]
    try:
        found = database.scan(TableName=name, ProjectionExpression="pk, sk", Limit=FEW + 1)["Items"]
    except database.exceptions.ResourceNotFoundException:
        found = None
    if found is not None and len(found) <= FEW:
        for start in range(0, len(found), 25):
            doomed = [{"DeleteRequest": {"Key": key}} for key in found[start : start + 25]]
            database.batch_write_item(RequestItems={name: doomed})
        return name
    if found is not None:
        database.delete_table(TableName=name)
    create_table()
    return name


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rulebook as the repository has it, checked."""
    from chalicelib.rulebook import load

    return load(ROOT / "docs" / "rulebook")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium, one for each test process: Playwright cannot be begun twice in one thread."""
    from playwright.sync_api import expect, sync_playwright

    chromium = find_chromium()
    assert chromium is not None, "these tests need a Chromium: `make test` installs it or says how"
    # As long as everything else waits in the journeys: a machine that does much besides is no failure of a page.
    expect.set_options(timeout=15_000)
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
