"""The served description is valid, describes every JSON route there is, and what the portal answers is what it describes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from infra.local.server import Origin, listening_socket
from tests.web.client import PROGRAM, Visitor, serving


@pytest.fixture
def served(origin: Origin, table: str) -> Iterator[str]:
    """The origin behind a real socket; gives its address."""
    with listening_socket(0) as listening, serving(origin, listening) as address:
        yield address


def test_the_description_is_valid_and_complete(program: Visitor, origin: Origin) -> None:
    from chalicelib.web.openapi import covered

    described: dict[str, Any] = program.get("/api/v1/openapi.json").json()
    validate(described)
    import app

    routes = {path for path in app.app.routes if path.startswith("/v1/")}
    assert {covered(path) for path in described["paths"]} == routes
    for path, item in described["paths"].items():
        for method in set(item) - {"parameters"}:
            assert method.upper() in app.app.routes[covered(path)], path


@pytest.mark.parametrize("seed", [20261124])
@pytest.mark.parametrize("part", ["/v1/staff/cases/", "/v1/staff/", "/v1/"])
def test_generated_requests_find_no_answer_that_is_not_described(
    served: str, part: str, seed: int, staff: Any, filed: Any, program: Visitor, tmp_path: Path
) -> None:
    """A bounded run of schemathesis (G20): valid and invalid requests of every operation, on cases that exist and others."""
    cookie = staff("manager").cookies["sid"]
    described = program.get("/api/v1/openapi.json").json()
    parts = ("/v1/staff/cases/", "/v1/staff/", "/v1/")
    described["paths"] = {
        path: item
        for path, item in described["paths"].items()
        if part == next(start for start in parts if path.startswith(start))
    }
    cases = [filed(category) for category in ("C2", "C3", "B1", "D2", "D4")]
    for item in described["paths"].values():
        for parameter in item.get("parameters", []):
            if parameter["name"] in ("link", "number"):
                known = [case[parameter["name"]] for case in cases]
                parameter["schema"] = {"anyOf": [{"enum": known}, parameter["schema"]]}
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(described))
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    run = subprocess.run(
        [
            str(Path(sys.executable).parent / "schemathesis"),
            "run",
            str(description),
            "--url",
            f"{served}/api",
            "--checks",
            checks,
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            os.environ.get("SCHEMATHESIS_EXAMPLES", "4"),
            "--seed",
            str(seed),
            "--header",
            f"Cookie: sid={cookie}",
            "--header",
            f"Accept: {PROGRAM['Accept']}",
            "--exclude-operation-id",
            "post_session_end",
            "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
