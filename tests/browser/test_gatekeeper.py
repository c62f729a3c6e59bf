"""What gets past the gatekeeper, and what every answer carries."""

import re
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import brotli
import httpx
import pytest
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from till import Till
from websockets.sync.client import connect

from browser.conftest import PATIENCE, NewPage, Running
from browser.forms import open_shop
from crmcore import sign_in
from crmcore.database.gate import Who, shop_session
from dashboard import packed
from dashboard.content_policy import STREAMLIT_FILES
from dashboard.navigation import ENTRIES

ADDRESSES = ["/", *(f"/{entry.noun}" for entry in ENTRIES), "/nowhere", "/customer?id=1&x=%26", "/a/b"]
BUNDLE = "static/js/index"  # what Streamlit's own page loads and a plain one does not

# The gatekeeper


def test_the_first_request_to_every_address_of_a_fresh_server_leads_to_the_form_and_runs_no_script(
    fresh_server: Running,
) -> None:
    with fresh_server.client() as client:
        for address in ADDRESSES:
            refused = client.get(address)
            assert refused.status_code == 303, address
            to = urlsplit(refused.headers["location"])
            assert to.path == "/auth/sign-in" and not to.netloc
            assert parse_qs(to.query).get("next", ["/"]) == [address]
            form = client.get(refused.headers["location"])
            assert form.status_code == 200 and BUNDLE not in form.text
        open_shop(client, fresh_server)
        counted = client.get("/_stcore/metrics").text
    assert re.search(r"^active_sessions 0$", counted, re.MULTILINE), "a script session was opened"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/media/0123abcd.csv"),
        ("GET", "/_stcore/metrics"),
        ("GET", "/component/x/index.html"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("POST", "/customers"),
        ("GET", "/auth/nothing"),
    ],
)
def test_whatever_a_page_would_load_is_refused_without_a_session(server: Running, method: str, address: str) -> None:
    refused = httpx.request(method, server.address + address, headers={"sec-fetch-mode": "cors"})
    assert refused.status_code == 401
    assert refused.text == "Please sign in again."


def test_programs_cannot_drive_the_pages(server: Running, asha: Who) -> None:
    cookies = {sign_in.COOKIE: sign_in.open_session(asha.staff_id, asha.shop.id)}
    for address in ("/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/customers/_stcore/agent/mcp"):
        assert httpx.post(server.address + address, json={}, cookies=cookies).status_code == 404


def run_page(server: Running, token: str | None, resume: str = "") -> list[ForwardMsg]:
    """Run the page over a live connection, as a program that is no browser can; everything the server sent."""
    headers = {"Cookie": f"{sign_in.COOKIE}={token}"} if token else {}
    protocols = ["streamlit", "none", resume] if resume else ["streamlit"]
    address = server.address.replace("http", "ws") + "/_stcore/stream"
    messages: list[ForwardMsg] = []
    with connect(address, subprotocols=protocols, additional_headers=headers, max_size=None) as live:
        ask = BackMsg()
        ask.rerun_script.query_string = ""
        live.send(ask.SerializeToString())
        while not messages or messages[-1].WhichOneof("type") != "script_finished":
            messages.append(ForwardMsg.FromString(live.recv(PATIENCE / 1000)))
    return messages


def session_of(messages: list[ForwardMsg]) -> str:
    return next(said for said in messages if said.WhichOneof("type") == "new_session").new_session.initialize.session_id


@pytest.mark.parametrize("token", [None, "x" * 43])
def test_a_live_connection_without_a_session_gets_the_way_to_the_form_and_nothing_else(
    server: Running, token: str | None
) -> None:
    messages = run_page(server, token)
    shown = [str(said.delta) for said in messages if said.WhichOneof("type") == "delta"]
    assert "navigation" not in {said.WhichOneof("type") for said in messages}, "the menu was shown"
    (only,) = [delta for delta in shown if "<style>" not in delta]
    assert "/auth/sign-in?next=" in only


def test_the_state_of_a_page_is_handed_on_to_the_same_sign_in_only(
    server: Running, asha: Who, member: Callable[..., Who]
) -> None:
    bilal = member("owner", name="Bilal")
    hers = sign_in.open_session(asha.staff_id, asha.shop.id)
    his = sign_in.open_session(bilal.staff_id, bilal.shop.id)
    page = session_of(run_page(server, hers))
    assert session_of(run_page(server, his, resume=page)) != page
    assert session_of(run_page(server, None, resume=page)) != page
    assert session_of(run_page(server, hers, resume=page)) == page


# What every answer carries


def test_every_answer_carries_the_security_headers(server: Running, ashas_browser: httpx.Client) -> None:
    for address in (
        "/",
        "/auth/sign-in",
        "/auth/nothing",
        "/health",
        "/api/health",
        "/api/x",
        "/favicon.svg",
        "/_stcore/health",
    ):
        headers = ashas_browser.get(address).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], address
        assert "'unsafe-eval'" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in headers
    assert ashas_browser.get("/").headers["cache-control"] == "no-store"
    assert ashas_browser.get("/auth/sign-out").headers["cache-control"] == "no-store"


def test_health_says_that_the_database_answers_and_is_migrated(server: Running) -> None:
    for address in ("/health", "/api/health"):
        answer = httpx.get(server.address + address)
        assert answer.status_code == 200 and answer.json()["status"] == "ok"


def test_streamlits_page_carries_our_name_from_the_first_moment(ashas_browser: httpx.Client) -> None:
    page = ashas_browser.get("/customers").text
    assert "<title>Regulars</title>" in page and "./favicon.svg" in page
    assert "Streamlit</title>" not in page and "agent" not in page


# Streamlit's files


LARGEST = max((STREAMLIT_FILES / "static" / "js").glob("*.js"), key=lambda file: file.stat().st_size)


def raw(server: Running, path: str, accept: str | None, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer with its body as it came over the wire."""
    headers["accept-encoding"] = accept or "identity"
    with httpx.stream("GET", server.address + path, headers=headers, timeout=30) as answer:
        return answer, b"".join(answer.iter_raw())


def test_static_files_come_compressed_in_whichever_form_the_browser_takes(server: Running) -> None:
    path = f"/static/js/{LARGEST.name}"
    whole = LARGEST.read_bytes()
    plain, plain_body = raw(server, path, None)
    zipped, zipped_body = raw(server, path, "gzip, deflate")
    best, best_body = raw(server, path, "gzip, deflate, br, zstd")
    assert plain_body == whole and "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip" and packed.gzip.decompress(zipped_body) == whole
    assert best.headers["content-encoding"] == "br" and brotli.decompress(best_body) == whole
    assert len(best_body) < len(zipped_body) < len(whole) / 3
    for answer in (plain, zipped, best):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].startswith("text/javascript")
    tags = {answer.headers["etag"] for answer in (plain, zipped, best)}
    assert len(tags) == 3
    again, nothing = raw(server, path, "br", **{"if-none-match": best.headers["etag"]})
    assert (again.status_code, nothing) == (304, b"")
    refused_br, _ = raw(server, path, "br;q=0, gzip")
    assert refused_br.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "path",
    ["/static/%2e%2e/index.html", "/static/..%2findex.html", "/static//etc/passwd", "/static/js/x.js", "/static/"],
)
def test_only_static_files_are_served_as_such(server: Running, path: str) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    asked = HTTPConnection(host, int(port))
    asked.request("GET", path)  # a plain client, which sends the address as it stands
    assert asked.getresponse().status == 404


def test_the_first_load_of_the_overview_is_at_most_three_megabytes_on_the_wire(
    who: Who, signed_in_page: NewPage, visit: Callable[[Page, str], None]
) -> None:
    with shop_session(who, alone=True) as shop:
        till = Till(shop)
        for days in range(1, 60, 3):
            for name in ("Asha", "Bilal", None):
                till.sell(name, 100 + days, shop.today - timedelta(days=days))
    page = signed_in_page("owner", fresh=True)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    visit(page, "/")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert 1_500_000 < sum(sizes) <= 3_000_000
