"""A list that was sent in: kept whole or not at all, sealed, gone with everything about it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.importing import Finding, Import, Report, Sort, looked
from chalicelib.domain.keeping import Stale
from chalicelib.storage import imports, personal
from chalicelib.storage.table import Record
from tests.faults.crashing import Moment, calls_of, dies_at

pytestmark = pytest.mark.usefixtures("table")

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
ROWS = json.dumps([["江晴", "00000000501"]], ensure_ascii=False)


def sent_in(id: str = "a" * 24, pieces: int = 3) -> Import:
    """A list of some pieces."""
    one = Import(id, "river-view", Sort.HOMES, "wang-manager", AT, 5, pieces)
    return imports.keep(one, [ROWS] * pieces)


def test_what_is_kept_is_read_and_nobody_reads_it_in_the_table() -> None:
    kept = sent_in()
    assert imports.read(kept.id) == kept
    assert imports.piece(kept.id, 2) == ROWS
    assert imports.report(kept.id, 0) is None
    found = Report(
        (Finding("fault", "no_building", 4, "building", "8 号楼", {"known": "东座"}),), {"east-0-2604": 2}
    )
    further = imports.advance(kept, looked(kept, 1, found.findings), {0: found})
    assert imports.report(kept.id, 0) == found
    assert (further.done, further.count("fault")) == (1, 1)
    assert imports.of_community("river-view") == [further]
    stored = json.dumps([record.serialize() for record in Record.scan()], ensure_ascii=False)
    assert "江晴" not in stored
    assert "00000000501" not in stored


def test_of_two_who_go_on_with_a_list_one_is_told() -> None:
    kept = sent_in()
    imports.advance(kept, looked(kept, 1, ()))
    with pytest.raises(Stale):
        imports.advance(kept, looked(kept, 1, ()))


def test_removed_at_any_moment_and_again_nothing_is_left() -> None:
    calls = calls_of(lambda: imports.remove(sent_in().id)) - 1
    for call in range(1, calls + 1):
        for moment in Moment:
            kept = sent_in()
            dies_at(call, moment, lambda kept=kept: imports.remove(kept.id))
            imports.remove(kept.id)
            imports.remove(kept.id)
            assert list(Record.scan()) == []


def test_a_removed_list_does_not_come_back_in_part() -> None:
    kept = sent_in()
    imports.remove(kept.id)
    with pytest.raises(Stale):
        imports.advance(kept, looked(kept, 1, ()), {0: Report()})
    assert list(Record.scan()) == []
    with pytest.raises(LookupError):
        imports.piece(kept.id, 0)


def test_it_stands_among_what_is_to_be_forgotten() -> None:
    kept = sent_in()
    due = [
        one for shard in range(personal.SHARDS) for one in personal.to_forget(shard, AT + timedelta(days=1))
    ]
    assert [(one.sort, one.id, one.moment) for one in due] == [
        (imports.IMPORT, kept.id, AT + timedelta(days=1))
    ]
