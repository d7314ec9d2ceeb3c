"""Who may enter where is written down twice: on the route, and here. The two must agree, for every route there is."""

import inspect
import re

import pytest

METHODS = {"read": {"GET", "HEAD", "OPTIONS"}, "write": {"POST", "OPTIONS"}}
METHODS["both"] = METHODS["read"] | METHODS["write"]

ROUTES = {
    "/file/{form}": ("write", "anyone"),
    "/track": ("write", "anyone"),
    "/track/{link}": ("read", "resident link"),
    "/track/{link}/receipt": ("read", "resident link"),
    "/track/{link}/{verb}": ("write", "resident link"),
    "/staff/code": ("write", "anyone"),
    "/staff/session": ("both", "anyone"),
    "/staff/session/end": ("write", "anyone"),
    "/staff/proof": ("both", "anyone"),
    "/staff/communities": ("both", "staff"),
    "/staff/queue": ("read", "staff"),
    "/staff/search": ("write", "staff"),
    "/staff/file": ("both", "staff"),
    "/staff/stuck": ("read", "staff"),
    "/staff/call-backs": ("read", "staff"),
    "/staff/figures": ("read", "staff"),
    "/staff/start": ("read", "staff"),
    "/figures": ("read", "anyone"),
    "/v1/figures": ("read", "anyone"),
    "/staff/cases/{number}": ("read", "staff"),
    "/staff/cases/{number}/{verb}": ("write", "staff"),
    "/my/code": ("write", "anyone"),
    "/my/session": ("both", "anyone"),
    "/my/session/end": ("write", "anyone"),
    "/my": ("read", "resident"),
    "/my/history": ("read", "resident"),
    "/my/messages": ("read", "resident"),
    "/my/cases/{number}": ("read", "resident"),
    "/my/cases/{number}/{verb}": ("write", "resident"),
    "/my/file/{form}": ("both", "resident"),
    "/board": ("read", "anyone"),
    "/board/{post}": ("read", "anyone"),
    "/board/{post}/report": ("write", "resident"),
    "/v1/board": ("read", "anyone"),
    "/v1/board/{post}": ("read", "anyone"),
    "/v1/board/{post}/report": ("write", "resident"),
    "/open-days": ("read", "anyone"),
    "/v1/open-days": ("read", "anyone"),
    "/my/open-days": ("read", "resident"),
    "/my/open-days/{day}/{verb}": ("write", "resident"),
    "/v1/my/open-days": ("read", "resident"),
    "/v1/my/open-days/{day}/{verb}": ("write", "resident"),
    "/staff/open-days": ("read", "staff"),
    "/staff/open-days/{day}/{verb}": ("write", "staff"),
    "/v1/staff/open-days": ("read", "staff"),
    "/v1/staff/open-days/{day}/{verb}": ("write", "staff"),
    "/my/posts": ("read", "resident"),
    "/my/posts/new": ("both", "resident"),
    "/my/posts/{post}": ("read", "resident"),
    "/my/posts/{post}/edit": ("both", "resident"),
    "/my/posts/{post}/{verb}": ("write", "resident"),
    "/v1/my/posts": ("both", "resident"),
    "/v1/my/posts/{post}": ("read", "resident"),
    "/v1/my/posts/{post}/{verb}": ("write", "resident"),
    "/v1/my/posts/{post}/photos": ("write", "resident"),
    "/v1/my/posts/{post}/photos/{id}/done": ("write", "resident"),
    "/staff/board": ("read", "staff"),
    "/staff/board/{post}": ("read", "staff"),
    "/staff/board/{post}/{verb}": ("write", "staff"),
    "/v1/staff/board": ("read", "staff"),
    "/v1/staff/board/{post}": ("read", "staff"),
    "/v1/staff/board/{post}/{verb}": ("write", "staff"),
    "/now": ("read", "anyone"),
    "/v1/now": ("read", "anyone"),
    "/incidents": ("read", "anyone"),
    "/v1/incidents": ("read", "anyone"),
    "/incidents/{id}": ("read", "anyone"),
    "/v1/incidents/{id}": ("read", "anyone"),
    "/staff/incidents": ("both", "staff"),
    "/v1/staff/incidents": ("both", "staff"),
    "/staff/incidents/{id}": ("read", "staff"),
    "/v1/staff/incidents/{id}": ("read", "staff"),
    "/staff/incidents/{id}/{verb}": ("write", "staff"),
    "/v1/staff/incidents/{id}/{verb}": ("write", "staff"),
    "/staff/duty": ("read", "staff"),
    "/staff/duty/{verb}": ("write", "staff"),
    "/v1/staff/duty": ("read", "staff"),
    "/v1/staff/duty/{verb}": ("write", "staff"),
    "/staff/accountability": ("read", "staff"),
    "/staff/accountability/{record}": ("read", "staff"),
    "/staff/accountability/{record}/{verb}": ("write", "staff"),
    "/v1/staff/accountability": ("read", "staff"),
    "/v1/staff/accountability/{record}": ("read", "staff"),
    "/v1/staff/accountability/{record}/{verb}": ("write", "staff"),
    "/staff/report/{form}": ("both", "staff"),
    "/v1/staff/report/{form}": ("write", "staff"),
    "/staff/homes": ("both", "staff"),
    "/staff/homes/{home}": ("read", "staff"),
    "/staff/homes/{home}/{verb}": ("write", "staff"),
    "/v1/staff/homes": ("write", "staff"),
    "/v1/staff/homes/find": ("write", "staff"),
    "/v1/staff/homes/{home}": ("read", "staff"),
    "/v1/staff/homes/{home}/{verb}": ("write", "staff"),
    "/staff/imports": ("both", "staff"),
    "/staff/imports/{id}": ("read", "staff"),
    "/staff/imports/{id}/{verb}": ("write", "staff"),
    "/v1/staff/imports": ("both", "staff"),
    "/v1/staff/imports/{id}": ("read", "staff"),
    "/v1/staff/imports/{id}/{verb}": ("write", "staff"),
    "/v1/cases": ("write", "anyone"),
    "/v1/my/code": ("write", "anyone"),
    "/v1/my/session": ("write", "anyone"),
    "/v1/my/session/end": ("write", "anyone"),
    "/my/data": ("both", "resident"),
    "/my/data/export": ("read", "resident"),
    "/v1/my/data": ("read", "resident"),
    "/my/data/deletion": ("both", "resident"),
    "/v1/my/data/deletion": ("both", "resident"),
    "/staff/readings": ("read", "staff"),
    "/v1/staff/readings": ("read", "staff"),
    "/v1/my": ("read", "resident"),
    "/v1/my/history": ("read", "resident"),
    "/v1/my/messages": ("read", "resident"),
    "/v1/my/cases": ("write", "resident"),
    "/v1/my/cases/{number}": ("read", "resident"),
    "/v1/my/cases/{number}/{verb}": ("write", "resident"),
    "/v1/health": ("read", "anyone"),
    "/v1/openapi.json": ("read", "anyone"),
    "/v1/preview": ("read", "anyone"),
    "/v1/standards": ("read", "anyone"),
    "/v1/standards/{id}": ("read", "anyone"),
    "/v1/track/{link}": ("read", "resident link"),
    "/v1/track/{link}/{verb}": ("write", "resident link"),
    "/v1/track/{link}/photos": ("write", "resident link"),
    "/v1/track/{link}/photos/{id}/done": ("write", "resident link"),
    "/v1/staff/cases/{number}/photos": ("write", "staff"),
    "/v1/staff/cases/{number}/photos/{id}/done": ("write", "staff"),
    "/v1/staff/code": ("write", "anyone"),
    "/v1/staff/proof": ("write", "anyone"),
    "/v1/staff/session": ("write", "anyone"),
    "/v1/staff/session/end": ("write", "anyone"),
    "/v1/staff/call-backs": ("read", "staff"),
    "/v1/staff/figures": ("read", "staff"),
    "/v1/staff/queue": ("read", "staff"),
    "/v1/staff/queue/counts": ("read", "staff"),
    "/v1/staff/search": ("write", "staff"),
    "/v1/staff/cases/{number}/changes": ("read", "staff"),
    "/v1/staff/file/homes": ("write", "staff"),
    "/v1/staff/file/about": ("write", "staff"),
    "/v1/staff/stuck": ("read", "staff"),
    "/v1/staff/cases/{number}": ("read", "staff"),
    "/v1/staff/cases/{number}/{verb}": ("write", "staff"),
}

# What a view that only reads never names: the actions, and the stores' ways of writing.
WRITING = re.compile(
    r"\b(file_case|_carry_out|_file\(asked, filing_|sessions\.(begin|end)|\.save\(|\.owe\(|put_)"
)


@pytest.fixture(scope="module")
def routes():
    import app

    return app.app.routes


def test_the_routes_are_those_of_the_table(routes) -> None:
    assert {path: set(methods) for path, methods in routes.items()} == {
        path: METHODS[sort] for path, (sort, _) in ROUTES.items()
    }


def test_every_route_lets_in_whom_the_table_says(routes) -> None:
    for path, methods in routes.items():
        for method, entry in methods.items():
            if method != "OPTIONS":
                who, _roles = entry.view_function.open_to
                assert who == ROUTES[path][1], f"{method} {path}"


def test_reading_writes_nothing(routes) -> None:
    for path, methods in routes.items():
        for method in {"GET", "HEAD"} & set(methods):
            source = inspect.getsource(inspect.unwrap(methods[method].view_function))
            assert not WRITING.search(source), f"{method} {path} writes"


def test_no_level_of_a_path_has_two_names_for_its_variable(routes) -> None:
    """API Gateway refuses it at deployment; nothing before that does."""
    names: dict[str, set[str]] = {}
    for path in routes:
        parts = path.split("/")
        for at, part in enumerate(parts):
            if part.startswith("{"):
                names.setdefault("/".join(re.sub(r"\{.*\}", "{}", p) for p in parts[:at]), set()).add(part)
    assert {parent: found for parent, found in names.items() if len(found) > 1} == {}


def test_a_variable_is_a_whole_segment_of_its_path(routes) -> None:
    for path in routes:
        for part in path.split("/"):
            assert "{" not in part or re.fullmatch(r"\{[a-z]+\}", part), path
