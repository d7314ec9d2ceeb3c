"""Reads what is promised of call-backs, and holds the words of those promises against it (E4, E5)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from chalicelib.domain.call_back import CallBackRules
from chalicelib.domain.commitments import Family
from chalicelib.rulebook.table import Table

_PERCENT = re.compile(r"(\d+)%")
# Which promise says which figure, first of all.
_SAYS = {"share": "E4", "satisfied": "E5"}


def read_call_backs(
    table: Table, departments: Collection[str] | None, families: Mapping[str, Family] | None
) -> CallBackRules:
    """The rules. `departments` and `families` are None when they could not be read and cannot be checked against."""
    department = table.words("department", longest=40)
    if department and departments is not None and department not in departments:
        table.wrong("department", f"没有“{department}”这个部门。可以写的有：{'、'.join(departments)}。")
    rules = CallBackRules(
        department, table.whole("share", least=1, most=100), table.whole("satisfied", least=1, most=100)
    )
    promises = {one.id: one for family in (families or {}).values() for one in family.commitments}
    for name, id in _SAYS.items():
        percent, promise = getattr(rules, name), promises.get(id)
        if promise is None or not percent:
            continue
        for field, text in (("title", promise.title), ("often", promise.often)):
            for language in ("zh", "en"):
                said = _PERCENT.search(text.in_language(language))
                if said[1] != str(percent) if said else field == "often":
                    table.wrong(
                        name,
                        f"这里写的是 {percent}%，承诺 {id} 的 {field}.{language} 却不是这个数。请把两处改成一样的。",
                    )
    table.finish()
    return rules
