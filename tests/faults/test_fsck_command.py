"""`python -m chalicelib.fsck` says in plain words what is wrong, and its exit code says whether anything is."""

import pytest

from chalicelib import fsck, wiring
from chalicelib.domain.evidence import Violation
from chalicelib.domain.standards import Rulebook
from chalicelib.storage import census, repairs
from chalicelib.storage.table import Record
from infra import portal
from tests.cases import file_one

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture(autouse=True)
def the_rulebook_at_hand(rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads the compiled rulebook; here it is the one of the repository, whether it was compiled or not."""
    monkeypatch.setattr(wiring, "rulebook", lambda: rulebook)


def test_a_sound_table_is_said_to_be_sound(rulebook: Rulebook, capsys: pytest.CaptureFixture[str]) -> None:
    file_one(rulebook, "C1")
    assert fsck.main([]) == 0
    said = capsys.readouterr().out
    assert "1 cases, 1 events, 3 due moments, 2 messages and 0 remembered requests" in said
    assert "Everything is as it must be." in said


def test_a_violation_is_named_with_its_item_and_put_back_when_asked(
    rulebook: Rulebook, capsys: pytest.CaptureFixture[str]
) -> None:
    number = file_one(rulebook, "C1").number
    (due,) = [record for record in Record.scan() if record.pk.startswith("DUE#")]
    due.delete()
    assert fsck.main([]) == 1
    said = capsys.readouterr().out
    assert f"VIOLATION  moment_missing: {due.pk} / {due.sk}: case {number} would be forgotten" in said
    assert "1 violations" in said
    assert fsck.main(["--repair"], "li.wei") == 0
    said = capsys.readouterr().out
    assert f"put back   moment_missing: {due.pk} / {due.sk}" in said
    assert "1 put back, and noted as done by li.wei" in said
    assert fsck.main([]) == 0
    [noted] = repairs.latest()
    assert noted.by == "li.wei" and noted.done is not None
    assert noted.done[0].startswith(f"moment_missing: {due.pk} / {due.sk}")


def test_a_repair_that_was_cut_off_is_seen_and_one_that_put_nothing_back_is_not_kept(
    rulebook: Rulebook, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file_one(rulebook, "C1")
    assert fsck.main(["--repair"], "li.wei") == 0
    assert repairs.latest() == []
    monkeypatch.setattr(fsck, "check_everything", _dies)
    with pytest.raises(KeyboardInterrupt):
        fsck.main(["--repair"], "zhang.min")
    monkeypatch.undo()
    capsys.readouterr()
    assert portal.repairs([], "li.wei") == 0
    said = capsys.readouterr().out
    assert "1 repairs" in said
    assert "zhang.min: did not come to its end" in said
    assert not [one for one in census.everything() if isinstance(one, Violation)]


def _dies(*said: object, **named: object) -> None:
    raise KeyboardInterrupt


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert fsck.main(["--fix"]) == 2
    assert "usage:" in capsys.readouterr().err
