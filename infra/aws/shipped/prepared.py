"""Gives Python what it would otherwise make anew at each start out of text that never changes.

That is the code of regular expressions, and of the methods that dataclasses write for themselves: a third of a start. Both were
made when the archive was packed (infra/aws/preparing.py) and lie in `prepared.bin`. What does not lie there is made as ever; what
was made by another engine of regular expressions is not used.
"""

import marshal
import re

_compiler = re._compiler  # type: ignore[attr-defined]
with open(__file__.rpartition("/")[0] + "/prepared.bin", "rb") as _file:  # noqa: PTH123  pathlib is not loaded yet
    _made = marshal.load(_file)  # noqa: S302  our own file
_patterns, _methods = _made["patterns"], _made["methods"]
_compile_pattern = _compiler.compile


def _pattern(pattern, flags=0):
    """`re._compiler.compile`, from what was made."""
    made = _patterns.get((pattern, int(flags))) if isinstance(pattern, str | bytes) else None
    if made is None:
        return _compile_pattern(pattern, flags)
    all_flags, code, groups, names, by_number = made
    words = memoryview(code).cast("I").tolist()
    return _compiler._sre.compile(pattern, all_flags, words, groups, dict(names), by_number)


def _execute(text, namespace, local):
    """`exec`, as dataclasses calls it, from what was made."""
    made = _methods.get(text)
    exec(text if made is None else marshal.loads(made), namespace, local)  # noqa: S102, S302  our own file


if _made["engine"] == (_compiler._sre.MAGIC, _compiler._sre.CODESIZE):
    _compiler.compile = _pattern

import dataclasses  # noqa: E402  what it loads has patterns of its own

dataclasses.exec = _execute  # type: ignore[attr-defined]
