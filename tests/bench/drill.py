"""`make drill`: export, empty, import, compare, check, and send nothing twice (G16); ITEMS=50000 unless it says otherwise."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.dynamodb import CLIENT_ENVIRONMENT, running_dynamodb

MOST_SECONDS = 600
ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Fill a table, lose it, and have it again; 1 when something is missing, wrong or too slow."""
    os.environ.update(
        CLIENT_ENVIRONMENT,
        SHOUNUO_TABLE="shounuo-drill",
        SHOUNUO_STAGE="local",
        SHOUNUO_VAULT_KEY="5b" * 32,
        SHOUNUO_LINK_KEY="5a" * 32,
    )
    from chalicelib.rulebook import load
    from tests.bench.tables import filings, use
    from tests.cases import TUESDAY_TEN
    from tests.faults import loading

    wanted = int(os.environ.get("ITEMS") or 50_000)
    book = load(ROOT / "docs" / "rulebook")
    with running_dynamodb() as database, tempfile.TemporaryDirectory() as folder:
        os.environ["SHOUNUO_DYNAMODB_ENDPOINT"] = database.endpoint
        use(database.endpoint, "shounuo-drill")
        per_case = sum(1 for _ in loading.items_of(filings(book, range(1), "C8", TUESDAY_TEN)))
        loading.load(loading.items_of(filings(book, range(wanted // per_case), "C8", TUESDAY_TEN)))
        said, well = drill(Path(folder) / "backup.jsonl.gz", TUESDAY_TEN + timedelta(minutes=1))
    print(said)
    return 0 if well else 1


def drill(file: Path, now: datetime) -> tuple[str, bool]:
    """Everything out, gone, and in again; the figures in words, and whether all is as it must be."""
    from chalicelib import wiring
    from chalicelib.jobs.check_everything import check_everything
    from chalicelib.storage.table import Record
    from infra.aws import backup, backup_client

    client, table = backup_client.of_environment(), Record.Meta.table_name
    took: dict[str, float] = {}

    def timed(what: str, act: Callable[[], Any]) -> Any:
        began = time.monotonic()
        done = act()
        took[what] = time.monotonic() - began
        return done

    before = timed("export", lambda: backup.export(client, table, file))
    timed("emptying", lambda: backup.empty(client, table))
    read = timed("import", lambda: backup.import_into(client, table, backup.Backup(file)))
    after = timed("checksum", lambda: backup.checksum(client, table))
    report = timed("fsck", lambda: check_everything(wiring.census, wiring.rulebook(), now, repair=False))
    seconds = sum(took.values())
    well = before == read == after and not report.violations and seconds <= MOST_SECONDS
    figures = ", ".join(f"{what} {value:.1f} s" for what, value in took.items())
    return (
        f"G16: {after.items} items ({file.stat().st_size / 1e6:.1f} MB), checksums "
        f"{'equal' if before == read == after else 'DIFFERENT'}, {len(report.violations)} violations; {figures}; "
        f"{seconds:.0f} s in all of {MOST_SECONDS}"
    ), well


if __name__ == "__main__":
    sys.exit(main())
