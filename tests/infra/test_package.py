"""The archive for Lambda: the same bytes twice, everything in it that is used, nothing loaded that is not."""

from __future__ import annotations

import json
import platform
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.aws import audit, wheels
from infra.aws.cutting import SERVICES
from infra.aws.package import Package, package
from infra.aws.platform import Platform, platform_of
from infra.aws.rehearse import rehearse, unpacked
from infra.local.console import LocalProblem

ROOT = Path(__file__).resolve().parents[2]
HERE = platform_of("arm64" if platform.machine() == "aarch64" else "x86_64")
# What a start may load of neither kind: a request or a job that needs it loads it then.
NEVER_AT_A_START = {"PIL", "segno", "python_calamine", "pyotp", "boto3", "cryptography", "pydantic", "jinja2"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package("prod", HERE, tmp_path_factory.mktemp("first"))


def loaded(folder: Path, module: str, then: str = "") -> set[str]:
    """What is loaded when a function has started, in a process that sees the standard library and the archive only."""
    program = (
        f"import sys; sys.path.insert(0, sys.argv[1]); import {module}\n{then or 'pass'}\nprint(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", program, str(folder)],
        env={"AWS_DEFAULT_REGION": "cn-north-1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_two_packages_are_the_same_bytes(made: Package, tmp_path: Path) -> None:
    again = package("dev", HERE, tmp_path)
    assert again.archive.read_bytes() == made.archive.read_bytes()
    assert again.bill.read_bytes() == made.bill.read_bytes()


def test_every_entry_is_sorted_undated_and_readable_and_every_module_is_byte_code(made: Package) -> None:
    with zipfile.ZipFile(made.archive) as packed:
        entries = packed.infolist()
        compiled = [packed.read(entry)[4:8] for entry in entries if entry.filename.endswith(".pyc")]
    names = [entry.filename for entry in entries]
    assert names == sorted(set(names))
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {stat.S_IFREG | 0o644}
    assert not [name for name in names if name.endswith(".py") or "/tests/" in name or ".dist-info" in name]
    assert {"app.pyc", "chalicelib/compiled/rulebook.json", "chalicelib/compiled/frame.zh.html"} <= set(names)
    assert set(compiled) == {(1).to_bytes(4, "little")}  # by hash, and nobody need look at a source


def test_the_unpacked_archive_answers_what_is_asked_of_it(made: Package) -> None:
    assert "scheduled functions are well" in rehearse(made.archive)


def test_only_the_services_that_are_called_are_shipped_and_each_gives_a_client(made: Package) -> None:
    code = "".join(file.read_text() for file in (ROOT / "backend" / "chalicelib").rglob("*.py"))
    called = set(re.findall(r"create_client\(\s*\"(\w+)\"", code)) | {"dynamodb"}
    assert called == set(SERVICES)
    clients = "import botocore.session; s = botocore.session.get_session(); " + "".join(
        f"s.create_client('{name}', region_name='cn-north-1', aws_access_key_id='x', aws_secret_access_key='x'); "
        for name in SERVICES
    )
    with unpacked(made.archive) as folder:
        assert "botocore.client" in loaded(folder, "botocore", clients)


def test_a_start_loads_nothing_that_the_function_does_not_need(made: Package) -> None:
    with unpacked(made.archive) as folder:
        api = loaded(folder, "app")
        job = loaded(folder, "chalicelib.schedules.timetable", "import chalicelib.jobs.enforce_deadlines")
        filing = loaded(folder, "app", "app.app.open('/v1/cases')")
    assert not NEVER_AT_A_START - {"jinja2"} & api
    assert not NEVER_AT_A_START & job
    assert not {name for name in job if name.startswith("chalicelib.web")}
    assert not {"chalicelib.web.desk", "chalicelib.web.imports", "PIL", "python_calamine"} & filing
    assert {"chalicelib.web.filing", "pydantic"} <= filing


def test_the_bill_of_materials_names_every_package_with_its_hash_and_licence(made: Package) -> None:
    bill = json.loads(made.bill.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["name"] for one in bill["components"]} == wheels.SHIPPED
    lock = (ROOT / "requirements" / "run.txt").read_text()
    for component in bill["components"]:
        assert f"sha256:{component['hashes'][0]['content']}" in lock
        assert component["licenses"], component["name"]
    assert bill["metadata"]["component"]["hashes"][0]["content"] == made.digest


def test_a_new_package_is_neither_shipped_nor_left_out_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wheels, "LEFT_OUT", wheels.LEFT_OUT - {"click"})
    with pytest.raises(LocalProblem, match="click"):
        wheels.shipped_pins()


def test_an_unknown_stage_and_machine_are_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LocalProblem, match="STAGE=dev"):
        package("staging", HERE, tmp_path)
    with pytest.raises(LocalProblem, match="x86_64, arm64"):
        platform_of("mips")
    assert "manylinux_2_27_x86_64" not in Platform((3, 11), "x86_64").tags  # its image has glibc 2.26
    assert "manylinux_2_34_aarch64" in Platform((3, 13), "arm64").tags


@pytest.mark.parametrize(
    ("known", "code", "said"),
    [
        ({}, audit.NOT_ASKED, "nothing is known"),
        ({"urllib3==1.24.1": []}, audit.NOT_ASKED, "knows nothing of urllib3==1.24.1"),
        ({"urllib3==1.24.1": ["CVE-1"], "*": []}, 0, "No vulnerability is known"),
        ({"urllib3==1.24.1": ["CVE-1"], "*": ["CVE-2"]}, 1, "CVE-2"),
        ({"urllib3==1.24.1": ["CVE-1"]}, audit.NOT_ASKED, "nothing is known"),
    ],
)
def test_the_audit_says_none_only_where_somebody_answered(
    known: dict[str, list[str]], code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, pathlib, sys\n"
        f"known = {known!r}\n"
        "out = []\n"
        "for line in pathlib.Path(sys.argv[sys.argv.index('--requirement') + 1]).read_text().split():\n"
        "    name, version = line.split('==')\n"
        "    found = known.get(line, known.get('*'))\n"
        "    told = {'skip_reason': 'x'} if found is None else {'version': version, 'vulns': [{'id': i} for i in found]}\n"
        "    out.append({'name': name, **told})\n"
        "print(json.dumps({'dependencies': out}))\n"
    )
    program.chmod(0o755)
    assert audit.audit(str(program)) == code
    told = capsys.readouterr()
    assert said in told.out + told.err
    assert ("No vulnerability" in told.out) == (code == 0)
