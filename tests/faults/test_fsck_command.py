"""`python -m chalicelib.fsck` says in plain words what is wrong, and its exit code says whether anything is."""

import pytest

from chalicelib import fsck, wiring
from chalicelib.domain.standards import Rulebook
from chalicelib.storage.table import Record
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
    assert fsck.main(["--repair"]) == 0
    assert f"put back   moment_missing: {due.pk} / {due.sk}" in capsys.readouterr().out
    assert fsck.main([]) == 0


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert fsck.main(["--fix"]) == 2
    assert "usage:" in capsys.readouterr().err
