"""The compiled rulebook is the checked one, and its version follows the content and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook import RulebookError, compile, load, read_compiled

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "rulebook"


def changed(folder: Path, name: str, old: str, new: str) -> Rulebook:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return load(folder)


def test_what_is_compiled_is_read_back_the_same(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "rulebook.json"
    written = compile(DOCS, target)
    assert read_compiled(target) == written == load(DOCS)
    assert list(read_compiled(target).forms["repair"].fields) == list(written.forms["repair"].fields)
    assert [path.name for path in target.parent.iterdir()] == ["rulebook.json"]


def test_compiling_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    compile(DOCS, tmp_path / "one.json")
    compile(DOCS, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_a_broken_rulebook_leaves_the_last_good_file_alone(copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "rulebook.json"
    compile(copy, target)
    before = target.read_bytes()
    (copy / "service.toml").write_text("zone = ", encoding="utf-8")
    with pytest.raises(RulebookError):
        compile(copy, target)
    assert target.read_bytes() == before


def test_a_comment_does_not_change_the_version(copy: Path) -> None:
    before = load(copy).version
    assert changed(copy, "standards/repairs.toml", "# C1", "# 说明改了。C1").version == before


def test_a_file_under_another_name_does_not_change_the_version(copy: Path) -> None:
    before = load(copy).version
    (copy / "standards/repairs.toml").rename(copy / "standards/a-repairs.toml")
    assert load(copy).version == before


def test_windows_line_ends_and_a_byte_order_mark_do_not_change_the_version(copy: Path) -> None:
    before = load(copy).version
    path = copy / "standards/repairs.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load(copy).version == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("standards/repairs.toml", "amount = 7\n", "amount = 8\n"),
        ("standards/repairs.toml", "漏水、停电", "停电、漏水"),
        ("ladders.toml", "share = 0.5", "share = 0.4"),
        ("calendar/2027.toml", "last = 2027-10-03", "last = 2027-10-04"),
        ("messages/staff.toml", "新工单", "来单"),
        ("service.toml", '"18:00"', '"17:30"'),
        ("communities/river-view.toml", "望小舟", "望小船"),
    ],
)
def test_any_change_of_content_changes_the_version(copy: Path, name: str, old: str, new: str) -> None:
    before = load(copy).version
    after = changed(copy, name, old, new).version
    assert after != before
    assert len(after) == 12 and int(after, 16) >= 0


def test_the_order_of_the_questions_of_a_form_is_content(copy: Path) -> None:
    before = load(copy)
    path = copy / "forms/repair.toml"
    head, *fields = path.read_text(encoding="utf-8").split("[[fields]]")
    path.write_text("[[fields]]".join([head, *reversed(fields)]), encoding="utf-8")
    after = load(copy)
    assert after.version != before.version
    assert list(after.forms["repair"].fields) == list(reversed(before.forms["repair"].fields))


def test_a_limit_changed_in_its_one_place_changes_what_residents_read(copy: Path) -> None:
    after = changed(copy, "standards/repairs.toml", "amount = 7\n", "amount = 8\n")
    assert "最晚 8 个工作日内" in after.standards["C3"].explanation.zh
    assert "within 8 working days" in after.standards["C3"].explanation.en


def test_a_community_in_another_zone_has_its_own_calendar(copy: Path) -> None:
    after = changed(
        copy, "communities/river-view.toml", "# 地址。", '# 时区。\nzone = "Asia/Urumqi"\n\n# 地址。'
    )
    assert after.calendar_for("river-view").zone == "Asia/Urumqi"
    assert after.calendar_for("osmanthus-lane").zone == "Asia/Shanghai"


def test_reading_the_compiled_file_loads_no_checker(tmp_path: Path) -> None:
    target = tmp_path / "rulebook.json"
    compile(DOCS, target)
    program = (
        "import sys; from chalicelib.rulebook import read_compiled; read_compiled(sys.argv[1]); "
        "heavy = {'msgspec', 'tomllib', 'chalicelib.rulebook.loading'} & set(sys.modules); sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(target)],
        cwd=ROOT / "backend",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_command_says_that_all_is_well_or_what_is_wrong(copy: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "chalicelib.rulebook", *arguments, "--docs", str(copy)],
            cwd=ROOT / "backend",
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={"PYTHONUTF8": "1"},
            check=False,
        )

    good = run("compile", "--target", str(tmp_path / "rulebook.json"))
    assert good.returncode == 0 and "24 条标准，79 条其他承诺" in good.stdout
    (copy / "departments.toml").unlink()
    bad = run("check")
    assert bad.returncode == 1
    assert "departments.toml：缺少这个文件" in bad.stderr and "Traceback" not in bad.stderr
