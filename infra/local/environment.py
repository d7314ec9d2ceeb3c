"""What the app is told about the place it runs in, and how the commands of this machine find each other."""

from __future__ import annotations

import importlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from chalice import Chalice

from infra.local.console import LocalProblem
from infra.local.dynamodb import CLIENT_ENVIRONMENT, answers, running_dynamodb
from infra.local.places import BACKEND, DYNAMODB_DATA, LINK_KEY, RUN_FILE, VAR, VAULT_KEY

TABLE = "shounuo"


@dataclass(frozen=True)
class RunningPortal:
    """What `make run` writes down while it runs."""

    pid: int
    origin: str
    endpoint: str


def tell_the_app(endpoint: str, origin: str) -> None:
    """Set the environment that the app reads; before its modules are imported."""
    os.environ.update(
        CLIENT_ENVIRONMENT,
        SHOUNUO_DYNAMODB_ENDPOINT=endpoint,
        SHOUNUO_TABLE=TABLE,
        SHOUNUO_ORIGIN=origin,
        SHOUNUO_STAGE="local",
        SHOUNUO_VAR=str(VAR),
        SHOUNUO_CHANNELS="infra.local.outbox:channels",
        SHOUNUO_LINK_KEY=kept_key(LINK_KEY),
        SHOUNUO_VAULT_KEY=kept_key(VAULT_KEY),
        SHOUNUO_HURRY="infra.local.timekeeper:hurry",
        SHOUNUO_PHOTOS="photos",
        # Another origin than the pages': whatever lies in the store can never act in the portal's name.
        SHOUNUO_PHOTOS_ENDPOINT=f"{origin.replace('localhost', '127.0.0.1')}/_local",
    )


def kept_key(file: Path) -> str:
    """A key of this machine, made at the first start and kept: a link handed out stays right, what is sealed stays readable."""
    if not file.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        draft = VAR / f"{file.name}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        with suppress(FileExistsError):  # another command was faster
            os.link(draft, file)
        draft.unlink()
    return file.read_text().strip()


def replace_key(file: Path, text: str) -> None:
    """Another key in the place of a kept one, whole or not at all."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(file)


def load_app() -> Chalice:
    """The Chalice app of backend/app.py."""
    if not (BACKEND / "app.py").is_file():
        raise LocalProblem("backend/app.py is missing, so there is no portal to start")
    if str(BACKEND) not in sys.path:
        sys.path.insert(0, str(BACKEND))
    app: Chalice = importlib.import_module("app").app
    return app


def create_table() -> None:
    """Make the portal's table where it is not there yet."""
    if str(BACKEND) not in sys.path:
        sys.path.insert(0, str(BACKEND))
    importlib.import_module("chalicelib.storage.table").create_table()


def write_run_file(portal: RunningPortal) -> None:
    """Write down where the portal answers, whole or not at all."""
    draft = RUN_FILE.with_suffix(".new")
    draft.write_text(json.dumps(asdict(portal)))
    draft.replace(RUN_FILE)


def running_portal() -> RunningPortal | None:
    """The portal that runs on this machine now, None where there is none (what a killed one left is not believed)."""
    try:
        portal = RunningPortal(**json.loads(RUN_FILE.read_text()))
        os.kill(portal.pid, 0)
    except (OSError, ValueError, TypeError):
        return None
    return portal if answers(portal.endpoint) else None


@contextmanager
def portal_data(origin: str = "http://localhost:8000") -> Iterator[None]:
    """The portal's own data for a command beside it: its database where it runs, otherwise one started for it."""
    portal = running_portal()
    if portal:
        tell_the_app(portal.endpoint, portal.origin)
        create_table()
        yield
        return
    with running_dynamodb(DYNAMODB_DATA) as database:
        tell_the_app(database.endpoint, origin)
        create_table()
        yield
