"""`make import-homes FILE=... [COMMUNITY=...] [COMMIT=yes]` and `make import-staff`: what a list would change, or the change.

Without COMMIT=yes nothing of the register changes: the report is printed and the list is removed again. Telephones are printed
with their middle hidden, as on the desk's own page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.local.build import COMPILED_RULEBOOK
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.environment import load_app, portal_data

MOST_SHOWN = 200


def main() -> int:
    """Read the list, print its report, carry it out where that was asked for. The exit code is 1 where a row has a fault."""
    parser = argparse.ArgumentParser(prog="make import-homes | import-staff")
    parser.add_argument("sort", choices=("homes", "staff"))
    parser.add_argument("--file", default="")
    parser.add_argument("--community", default="")
    parser.add_argument("--commit", default="")
    parser.add_argument("--whole", default="")
    asked = parser.parse_args()
    if not asked.file or not Path(asked.file).is_file():
        raise LocalProblem(f"say which file, as in: make import-{asked.sort} FILE=list.xlsx")
    if not COMPILED_RULEBOOK.is_file():
        raise LocalProblem("nothing is built yet: start the portal once with `make run`")
    content = Path(asked.file).read_bytes()
    with portal_data():
        load_app()
        return import_list(asked.sort, content, asked.community, asked.commit == "yes", asked.whole == "yes")


def import_list(sort: str, content: bytes, community: str, commit: bool, whole: bool) -> int:
    """The report of a list, and with `commit` what it says carried out. Raises LocalProblem for what is no list."""
    from chalicelib import wiring
    from chalicelib.actions.accept_list import accept_list
    from chalicelib.actions.go_on_with_list import go_on_with_list
    from chalicelib.actions.send_list import send_list
    from chalicelib.domain.importing import Import, Sort
    from chalicelib.domain.list_file import Unfit
    from chalicelib.web.import_words import why_unfit
    from chalicelib.web.imports_view import KINDS, finding_row
    from chalicelib.web.story import Reader

    book, now = wiring.rulebook(), wiring.now()
    if community and community not in book.communities:
        raise LocalProblem(f"COMMUNITY={community} is none of: {', '.join(book.communities)}")
    place = book.communities[community or next(iter(book.communities))]
    reader = Reader("zh", True, now, book)

    def all_steps(one: Import) -> Import:
        return go_on_with_list(
            wiring.imports, wiring.households, wiring.accounts, one, wiring.now(), lambda: False
        )

    try:
        one = send_list(wiring.imports, book, place.id, Sort(sort), wiring.rows_of(content), "", now, whole)
    except Unfit as unfit:
        raise LocalProblem(why_unfit(unfit.code).zh) from None
    try:
        one = all_steps(one)
        if commit:
            one = all_steps(accept_list(wiring.imports, one))
        shown = 0
        for number in range(one.pieces):
            report = wiring.imports.report(one.id, number)
            for finding in sorted(report.findings, key=lambda f: KINDS.index(f.kind)) if report else ():
                shown += 1
                if shown <= MOST_SHOWN:
                    row = finding_row(finding, place, reader)
                    say("  ".join(filter(None, (row.row, row.place, row.about, row.words))))
        if shown > MOST_SHOWN:
            say(f"……还有 {shown - MOST_SHOWN} 条，在员工页面“导入名单”里能全部看到。")
    finally:
        wiring.imports.remove(one.id)
    faults, changes, done = one.count("fault"), one.count("change"), one.count("outcome:done")
    say(f"\n{place.name.zh}：{one.rows} 行，{faults} 处有问题，{changes} 处会改动。")
    say(f"已办好 {done} 项。" if commit else "只是看看，什么都没有改。确认要改，加上 COMMIT=yes。")
    return 1 if faults else 0


if __name__ == "__main__":
    run_as_command(main)
