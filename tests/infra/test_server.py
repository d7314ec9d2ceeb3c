"""One origin on this machine: site, API, outbox, and nothing that lies outside them."""

import gzip
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from chalice import Chalice, Response

from infra.local.console import LocalProblem
from infra.local.run import wanted_port
from infra.local.server import Origin, listening_socket, make_server

Ask = Callable[..., tuple[http.client.HTTPResponse, bytes]]


def small_app() -> Chalice:
    app = Chalice(app_name="small")
    app.api.binary_types.append("multipart/form-data")

    @app.route(
        "/v1/echo/{name}", methods=["GET", "POST"], content_types=["application/json", "multipart/form-data"]
    )
    def echo(name):
        request = app.current_request
        told = {
            "name": name,
            "query": request.query_params.getlist("x") if request.query_params else None,
            "body": request.raw_body.decode("latin-1"),
            "host": request.headers["host"],
            "cookie": request.headers.get("cookie"),
            "forwarded": request.headers.get("x-forwarded-for"),
        }
        return Response(told, headers={"Set-Cookie": ["a=1", "b=2"]})

    @app.route("/picture")
    def picture():
        return Response(b"\x00\xff\x89PNG", headers={"Content-Type": "image/png"})

    @app.route("/long/{signs}")
    def long(signs):
        return Response("a" * int(signs), headers={"Content-Type": "text/plain", "ETag": '"1"'})

    @app.route("/page")
    def page():
        own = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
        return Response("<p>好</p>", headers=own)

    return app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("portal")
    (folder / "secret.txt").write_text("secret")
    built = folder / "site"
    for name, text in {
        "index.html": "首页",
        "404.html": "没有这个页面",
        "en/404.html": "no such page",
        "repair/index.html": "报修",
        "app.js": "1",
        "styles/site.0123456789.css": "a{}" * 500,
        "find/zh/abcdef0123/t0.json": "{}",
        "picture.svg": "<svg/>",
        "空 格/index.html": "空格",
    }.items():
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).write_text(text)
    (built / "outside").symlink_to(folder / "secret.txt")
    (folder / "headers.json").write_text(json.dumps({"Content-Security-Policy": "default-src 'self'"}))
    return built


@pytest.fixture(scope="module")
def ask(site: Path) -> Iterator[Ask]:
    listening = listening_socket(0)
    port = listening.getsockname()[1]
    origin = Origin(small_app(), site, site.parent / "headers.json", site.parent / "messages.jsonl")
    server = make_server(origin, listening)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()

    def send(
        method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("localhost", port, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        answer = connection.getresponse()
        return answer, answer.read()

    yield send
    server.close()
    server.task_dispatcher.shutdown()


def test_a_folder_answers_with_its_page_and_the_sites_headers(ask: Ask) -> None:
    answer, body = ask("GET", "/repair/")
    assert (answer.status, body.decode()) == (200, "报修")
    assert answer.getheader("Content-Type") == "text/html; charset=utf-8"
    assert answer.getheader("Content-Security-Policy") == "default-src 'self'"
    assert answer.getheader("X-Content-Type-Options") == "nosniff"


def test_a_folder_without_its_slash_leads_to_it_and_keeps_the_query(ask: Ask) -> None:
    answer, _ = ask("GET", "/repair?community=a")
    assert (answer.status, answer.getheader("Location")) == (301, "/repair/?community=a")


def test_a_chinese_path_is_found(ask: Ask) -> None:
    assert ask("GET", "/%E7%A9%BA%20%E6%A0%BC/")[1].decode() == "空格"


def test_a_missing_page_is_the_sites_own_404_in_the_language_of_the_path(ask: Ask) -> None:
    answer, body = ask("GET", "/none/")
    assert (answer.status, body.decode()) == (404, "没有这个页面")
    answer, body = ask("GET", "/en/none/")
    assert (answer.status, body.decode()) == (404, "no such page")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/repair/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/outside",
        "//secret.txt",
        "/%00",
        "/index.html/",
        "/" + "a" * 5000,
        "/%ff%fe",
    ],
)
def test_nothing_outside_the_site_is_answered(ask: Ask, path: str) -> None:
    answer, body = ask("GET", path)
    assert answer.status == 404
    assert b"secret" not in body


def test_head_answers_the_same_headers_and_no_body(ask: Ask) -> None:
    full, _ = ask("GET", "/app.js")
    answer, body = ask("HEAD", "/app.js")
    assert (answer.status, body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified"):
        assert answer.getheader(name) == full.getheader(name)


def test_a_page_the_browser_has_already_is_not_sent_again(ask: Ask) -> None:
    first, _ = ask("GET", "/")
    assert ask("GET", "/", If_None_Match=first.getheader("ETag"))[0].status == 304
    assert ask("GET", "/", If_Modified_Since=first.getheader("Last-Modified"))[0].status == 304
    assert ask("GET", "/", If_None_Match='"other"')[0].status == 200
    assert ask("GET", "/", If_Modified_Since="no date")[0].status == 200


def test_a_file_is_sent_compressed_to_whoever_takes_it_so(ask: Ask) -> None:
    plain, whole = ask("GET", "/styles/site.0123456789.css", Accept_Encoding="identity")
    answer, body = ask("GET", "/styles/site.0123456789.css", Accept_Encoding="br;q=1.0, gzip;q=0.8")
    assert answer.getheader("Content-Encoding") == "gzip" and plain.getheader("Content-Encoding") is None
    assert gzip.decompress(body) == whole and len(body) < len(whole) / 10
    assert answer.getheader("Vary") == plain.getheader("Vary") == "Accept-Encoding"
    assert answer.getheader("ETag") != plain.getheader("ETag")
    tag = str(answer.getheader("ETag"))
    assert (
        ask("GET", "/styles/site.0123456789.css", Accept_Encoding="gzip", If_None_Match=tag)[0].status == 304
    )
    assert ask("GET", "/app.js", Accept_Encoding="gzip;q=0")[0].getheader("Content-Encoding") is None


def test_a_long_answer_of_the_api_is_compressed_as_the_cloud_does_it(ask: Ask) -> None:
    answer, body = ask("GET", "/api/long/1024", Accept_Encoding="gzip")
    assert answer.getheader("Content-Encoding") == "gzip"
    assert gzip.decompress(body) == b"a" * 1024 and answer.getheader("Content-Length") == str(len(body))
    assert ask("GET", "/api/long/1023", Accept_Encoding="gzip")[0].getheader("Content-Encoding") is None
    assert ask("GET", "/api/long/1024")[1] == b"a" * 1024


@pytest.mark.parametrize(
    ("path", "lasting"),
    [
        ("/", False),
        ("/app.js", False),
        ("/styles/site.0123456789.css", True),
        ("/find/zh/abcdef0123/t0.json", True),
    ],
)
def test_only_what_is_named_after_its_content_is_kept_without_asking(
    ask: Ask, path: str, lasting: bool
) -> None:
    kept = ask("GET", path)[0].getheader("Cache-Control")
    assert kept == ("public, max-age=31536000, immutable" if lasting else "no-cache")


def test_the_site_takes_no_post(ask: Ask) -> None:
    answer, _ = ask("POST", "/repair/", b"a=1")
    assert (answer.status, answer.getheader("Allow")) == (405, "GET, HEAD")


def test_the_api_gets_path_query_cookie_and_host_as_the_browser_sent_them(ask: Ask) -> None:
    answer, body = ask("GET", "/api/v1/echo/%E6%B0%B4?x=1&x=%E5%A5%BD", Cookie="s=1", Host="localhost:1234")
    told = json.loads(body)
    assert (told["name"], told["query"]) == ("水", ["1", "好"])
    assert (told["host"], told["cookie"]) == ("localhost:1234", "s=1")
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_a_forged_proxy_header_is_not_believed(ask: Ask) -> None:
    told = json.loads(ask("GET", "/api/v1/echo/a", X_Forwarded_For="8.8.8.8")[1])
    assert told["forwarded"] == "127.0.0.1"


def test_binary_bodies_arrive_and_leave_unchanged(ask: Ask) -> None:
    sent = bytes(range(256))
    told = json.loads(ask("POST", "/api/v1/echo/a", sent, Content_Type="multipart/form-data; boundary=x")[1])
    assert told["body"].encode("latin-1") == sent
    answer, body = ask("GET", "/api/picture", Accept="image/png")
    assert (answer.getheader("Content-Type"), body) == ("image/png", b"\x00\xff\x89PNG")


def test_an_answer_of_the_api_keeps_its_own_policy(ask: Ask) -> None:
    answer, _ = ask("GET", "/api/page")
    assert answer.headers.get_all("Content-Security-Policy") == ["default-src 'none'"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/none", "/api//host/x", "/api/v1/echo/a/b"])
def test_an_unknown_path_of_the_api_is_a_problem_answer(ask: Ask, path: str) -> None:
    answer, body = ask("GET", path)
    assert (answer.status, answer.getheader("Content-Type")) == (404, "application/problem+json")
    assert json.loads(body)["status"] == 404


def test_a_body_above_what_a_function_takes_is_refused_as_a_problem(ask: Ask) -> None:
    answer, body = ask("POST", "/api/v1/echo/a", b"x" * 4_500_001, Content_Type="application/json")
    assert (answer.status, json.loads(body)["status"]) == (413, 413)


def test_the_outbox_is_for_this_machine_under_its_own_name_only(ask: Ask) -> None:
    answer, body = ask("GET", "/_local/outbox")
    assert answer.status == 200
    assert "本机发件箱" in body.decode()
    assert ask("GET", "/_local/outbox", Host="evil.example:8000")[0].status == 403
    assert ask("GET", "/_local/other")[0].status == 404


def test_a_port_in_use_is_one_sentence() -> None:
    with listening_socket(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(LocalProblem, match=f"port {port} is in use"):
            listening_socket(port)


@pytest.mark.parametrize("text", ["abc", "-1", "99999", "80.5", "８０００"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(LocalProblem, match="is not a port"):
        wanted_port(text)


def test_without_a_port_it_is_8000() -> None:
    assert (wanted_port(""), wanted_port("8010")) == (8000, 8010)
