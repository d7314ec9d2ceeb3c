"""wiring.py names stores that it has not loaded: none of its functions may take one for granted."""

import ast
import dis
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from chalicelib import wiring


def codes_in(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes_in(inner)


def test_no_function_reads_a_name_that_only_the_type_checker_knows() -> None:
    source = Path(wiring.__file__).read_text(encoding="utf-8")
    only_typed = {
        alias.asname or alias.name
        for block in ast.parse(source).body
        if isinstance(block, ast.If)
        for statement in ast.walk(block)
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert {"cases", "Office", "Request"} <= only_typed
    read = {
        (code.co_name, step.argval)
        for code in codes_in(compile(source, wiring.__file__, "exec"))
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    }
    assert not {(where, name) for where, name in read if name in only_typed}


def test_every_store_that_is_named_is_there() -> None:
    assert [name for name in wiring.__all__ if getattr(wiring, name, None) is None] == []
