"""Signing in, as browsers and those who pretend to be one see it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import uuid4

import brotli
import httpx
import psycopg
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from till import Till
from websockets.sync.client import connect

from browser.conftest import PASSWORD, PATIENCE, NewPage, Running, settle
from crmcore import people, sign_in
from crmcore.database import server as database
from crmcore.database.gate import Shop, Who, global_session, keeper, shop_session
from crmcore.errors import NotSignedIn
from crmcore.models import SignInSession, Staff
from dashboard import packed
from dashboard.content_policy import STREAMLIT_FILES
from dashboard.gatekeeper import safe_next
from dashboard.navigation import ENTRIES
from dashboard.sign_in import mark_cookie

ADDRESSES = ["/", *(f"/{entry.noun}" for entry in ENTRIES), "/nowhere", "/customer?id=1&x=%26", "/a/b"]
BUNDLE = "static/js/index"  # what Streamlit's own page loads and a plain one does not


def login_of(who: Who) -> str:
    with global_session() as connection:
        return connection.scalar(select(Staff.login).where(Staff.id == who.staff_id))


def token_in(page: httpx.Response) -> str:
    return re.search(r'name="token" value="(\w+)"', page.text)[1]


def enter(client: httpx.Client, login: str, password: str = PASSWORD, headers: dict[str, str] | None = None, **fields):
    """Fill in the form as it was served and send it."""
    form = client.get("/auth/sign-in")
    data = {"token": token_in(form), "login": login, "password": password, **fields}
    return client.post("/auth/sign-in", data=data, headers=headers)


def cookie(answer: httpx.Response, name: str = sign_in.COOKIE) -> str:
    return next(value for value in answer.headers.get_list("set-cookie") if value.startswith(f"{name}="))


def join(person: Who, shop: Shop) -> None:
    """Make a person of one shop the owner of another."""
    with shop_session(keeper(shop), writes=True) as session:
        people.admit(session, person.staff_id, name=person.name, role="owner")


@pytest.fixture
def asha(member: Callable[..., Who]) -> Who:
    return member("manager", name="Asha")


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


# The form


def test_the_right_password_leads_to_the_page_that_was_asked_for(server: Running, asha: Who) -> None:
    with server.client() as client:
        to_form = client.get("/customers?q=asha%20b&sort=name")
        form = client.get(to_form.headers["location"])
        asked = re.search(r'name="next" value="([^"]*)"', form.text)[1].replace("&amp;", "&")
        done = enter(client, login_of(asha), next=asked)
        assert (done.status_code, done.headers["location"]) == (303, "/customers?q=asha%20b&sort=name")
        page = client.get(done.headers["location"])
        assert page.status_code == 200 and BUNDLE in page.text
        assert client.get("/auth/sign-in?next=/orders").headers["location"] == "/orders"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Running, asha: Who) -> None:
    with server.client() as client:
        kept = cookie(enter(client, login_of(asha), keep="yes"))
    with server.client() as client:
        for_now = cookie(enter(client, login_of(asha)))
    for value in (kept, for_now):
        assert "HttpOnly" in value and "SameSite=lax" in value and "Path=/" in value and "Secure" not in value
    assert "Max-Age" in kept and "Max-Age" not in for_now


def test_behind_https_the_cookie_never_leaves_it(server: Running, asha: Who) -> None:
    with server.client() as client:
        client.headers.update({"x-forwarded-proto": "https", "origin": server.address.replace("http", "https")})
        form = client.get("/auth/sign-in")
        data = {"token": token_in(form), "login": login_of(asha), "password": PASSWORD}
        form_cookie = cookie(form, "regulars_form")
        done = client.post("/auth/sign-in", data=data, headers={"cookie": form_cookie.split(";")[0]})
        assert "Secure" in form_cookie and "Secure" in cookie(done)
        assert done.headers["strict-transport-security"] == "max-age=31536000"


def test_a_wrong_password_is_refused_in_one_sentence_that_does_not_say_who_exists(server: Running, asha: Who) -> None:
    with server.client() as client:
        wrong, unknown = enter(client, login_of(asha), "wrong"), enter(client, f"nobody-{uuid4()}", "wrong")
    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert f'role="alert">{sign_in.WRONG}<' in answer.text
        assert not any(value.startswith(sign_in.COOKIE) for value in answer.headers.get_list("set-cookie"))
    assert f'value="{login_of(asha)}"' in wrong.text, "the name need not be typed again"


def test_after_five_wrong_passwords_one_has_to_wait(server: Running, asha: Who) -> None:
    with server.client() as client:
        for _ in range(5):
            assert enter(client, login_of(asha), "wrong").status_code == 422
        # How long it waits grows from one second: ask until the wait outlasts the asking.
        for _ in range(20):
            answer = enter(client, login_of(asha), "wrong")
            if answer.status_code == 429:
                break
    assert answer.status_code == 429
    assert re.search(r"Too many tries\. Wait \d+ seconds? and try again\.", answer.text)
    assert int(answer.headers["retry-after"]) > 0


def test_a_browser_one_has_signed_in_with_before_does_not_wait_for_strangers(server: Running, asha: Who) -> None:
    with server.client() as client, server.client() as stranger:
        known = cookie(enter(client, login_of(asha)), mark_cookie(login_of(asha)))
        assert "HttpOnly" in known and "Path=/auth" in known and "Max-Age" in known
        client.post("/auth/sign-out", data={})
        stranger.headers["x-forwarded-for"] = address = client.headers["x-forwarded-for"]
        # Minutes of trying that are still to come: what they leave to wait outlasts this test on any machine.
        for minute in range(10):
            moment = datetime.now(UTC) + timedelta(minutes=minute)
            with pytest.raises(NotSignedIn):
                sign_in.sign_in(login_of(asha), "wrong", check=lambda *_: False, address=address, now=moment)
        assert enter(stranger, login_of(asha)).status_code == 429
        assert enter(client, login_of(asha)).status_code == 303


def test_a_sign_in_name_nobody_can_have_is_refused_like_any_other(server: Running) -> None:
    with server.client() as client:
        assert enter(client, "a\0b", "wrong").status_code == 422


@pytest.mark.parametrize("keep", ["yes", ""])
def test_in_another_shop_the_cookie_stays_as_long_as_it_was_asked_to(
    server: Running, asha: Who, new_shop: Callable[..., Shop], keep: str
) -> None:
    join(asha, second := new_shop(name="Zed's stall"))
    with server.client() as client:
        enter(client, login_of(asha), keep=keep)
        data = {"token": token_in(client.get("/auth/switch")), "shop": str(second.id)}
        moved = cookie(client.post("/auth/switch", data=data))
    assert ("Max-Age" in moved) is (keep == "yes")


def test_what_was_typed_is_shown_as_text_and_never_as_html(server: Running) -> None:
    nasty = '"><script>alert(1)</script>'
    with server.client() as client:
        answer = enter(client, nasty, "wrong", next='/x"><b>')
    assert "<script>alert" not in answer.text and '/x"><b>' not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_sent_from_another_site_is_refused(server: Running, asha: Who, headers: dict[str, str]) -> None:
    with server.client() as client:
        refused = enter(client, login_of(asha), headers=headers)
        assert refused.status_code == 403 and "another site" in refused.text
        assert sign_in.COOKIE not in client.cookies
        client.cookies[sign_in.COOKIE] = sign_in.open_session(asha.staff_id, asha.shop.id)
        assert client.post("/auth/sign-out", headers=headers).status_code == 403
        assert client.get("/customers").status_code == 200


def test_a_form_without_this_browsers_token_is_refused_and_offered_again(server: Running, asha: Who) -> None:
    with server.client() as other, server.client() as client:
        foreign = token_in(other.get("/auth/sign-in"))
        for token in ("", foreign):
            client.get("/auth/sign-in")
            fields = {"token": token, "login": login_of(asha), "password": PASSWORD}
            refused = client.post("/auth/sign-in", data=fields)
            assert refused.status_code == 403 and "open for too long" in refused.text
            assert token_in(refused) != token
        client.cookies.clear()
        assert client.post("/auth/sign-in", data={**fields, "token": foreign}).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/\t/evil",
        "/\n/evil",
        "javascript:x",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(server: Running, asha: Who, address: str) -> None:
    with server.client() as client:
        assert enter(client, login_of(asha), next=address).headers["location"] == "/"
        assert client.get("/auth/sign-in", params={"next": address}).headers["location"] == "/"


def test_a_page_of_this_site_is_where_one_goes_after_signing_in() -> None:
    assert safe_next("/customers?q=%2F%2Fx&y=1") == "/customers?q=%2F%2Fx&y=1"
    assert safe_next("/auth/sign-out") == "/"
    assert safe_next(None) == "/"


def test_a_form_larger_than_any_of_ours_is_refused(server: Running) -> None:
    with server.client() as client:
        assert client.post("/auth/sign-in", data={"login": "x" * 20_000}).status_code == 413


# What ends a session


@pytest.fixture
def ashas_browser(server: Running, asha: Who):
    with server.client() as client:
        client.cookies[sign_in.COOKIE] = sign_in.open_session(asha.staff_id, asha.shop.id)
        assert client.get("/customers").status_code == 200
        yield client


def is_out(client: httpx.Client) -> bool:
    return client.get("/customers").headers.get("location") == "/auth/sign-in?next=%2Fcustomers"


def test_a_cookie_replayed_after_signing_out_is_worth_nothing(ashas_browser: httpx.Client) -> None:
    stolen = ashas_browser.cookies[sign_in.COOKIE]
    done = ashas_browser.post("/auth/sign-out")
    assert (done.status_code, done.headers["location"]) == (303, "/auth/sign-in")
    assert "Max-Age=0" in cookie(done)
    assert ashas_browser.cookies[sign_in.COOKIE] == stolen
    assert is_out(ashas_browser)


def test_a_link_signs_nobody_out(ashas_browser: httpx.Client) -> None:
    asked = ashas_browser.get("/auth/sign-out")
    assert asked.status_code == 200 and 'method="post"' in asked.text
    assert not is_out(ashas_browser)


def test_a_new_password_ends_the_session(ashas_browser: httpx.Client, asha: Who) -> None:
    with shop_session(keeper(asha.shop), writes=True) as shop:
        people.set_password(shop, asha.staff_id, "another-lamp-8")
    assert is_out(ashas_browser)


def test_switching_the_account_off_ends_the_session(ashas_browser: httpx.Client, asha: Who) -> None:
    with shop_session(keeper(asha.shop), writes=True) as shop:
        people.change_member(
            shop, asha.staff_id, name="Asha", role="manager", sells=False, medical=False, is_active=False
        )
    assert is_out(ashas_browser)


def test_an_expired_session_is_over(ashas_browser: httpx.Client, asha: Who) -> None:
    with global_session() as connection:
        connection.execute(
            update(SignInSession)
            .where(SignInSession.staff_id == asha.staff_id)
            .values(expires_at=SignInSession.seen_at - timedelta(seconds=1))
        )
    assert is_out(ashas_browser)


def test_signing_in_anew_ends_the_session_this_browser_had(ashas_browser: httpx.Client, asha: Who) -> None:
    old = ashas_browser.cookies[sign_in.COOKIE]
    with httpx.Client(base_url=str(ashas_browser.base_url)) as fresh:
        token = token_in(fresh.get("/auth/sign-in"))
        fresh.cookies[sign_in.COOKIE] = old
        fresh.post("/auth/sign-in", data={"token": token, "login": login_of(asha), "password": PASSWORD})
    assert sign_in.who_has(old) is None


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


# In the browser


def fill_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("Sign-in name").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page, name: str = "Asha") -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Sign out").click()


def is_at(page: Page, path_and_query: str) -> None:
    expect(page).to_have_url(urljoin(page.url, path_and_query))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_form_looks_well(new_page: NewPage, screenshot, width: int, dark: bool) -> None:
    page = new_page(width, dark)
    page.goto("/")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    screenshot(page, f"sign-in-{width}{'-dark' if dark else ''}")
    fill_in(page, "nobody-here", "wrong")
    expect(page.get_by_role("alert")).to_have_text(sign_in.WRONG)
    screenshot(page, f"sign-in-wrong-{width}{'-dark' if dark else ''}")


def test_a_deep_link_survives_sign_in_refresh_and_going_back(new_page: NewPage, asha: Who) -> None:
    complaints: list[str] = []
    page = new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto("/orders?q=77")
    fill_in(page, login_of(asha))
    is_at(page, "/orders?q=77")
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text(asha.shop.name)).to_be_visible()
    page.reload()
    settle(page)
    is_at(page, "/orders?q=77")
    page.goto("/products")
    settle(page)
    page.go_back()
    is_at(page, "/orders?q=77")
    settle(page)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert not [line for line in complaints if "Content Security Policy" in line]


def test_signing_out_in_one_tab_ends_the_other_and_it_comes_back_to_its_own_page(new_page: NewPage, asha: Who) -> None:
    one = new_page()
    one.goto("/customers?q=x")
    fill_in(one, login_of(asha))
    is_at(one, "/customers?q=x")
    settle(one)
    other = one.context.new_page()
    other.goto("/products")
    settle(other)
    sign_out(one)
    is_at(one, "/auth/sign-in")
    other.get_by_test_id("stSidebarNav").get_by_role("link", name="Orders").click()
    expect(other.get_by_role("heading", name="Welcome back")).to_be_visible()
    is_at(other, "/auth/sign-in?next=%2Fproducts")
    fill_in(other, login_of(asha))
    is_at(other, "/products")
    settle(other)
    one.go_back()
    settle(one)
    expect(one.get_by_test_id("stSidebar").get_by_text(asha.shop.name)).to_be_visible()


def test_going_back_after_signing_out_shows_the_form_and_no_data(
    signed_in_page: NewPage, asha: Who, visit: Callable[[Page, str], None]
) -> None:
    page = signed_in_page(asha)
    visit(page, "/customers")
    sign_out(page)
    is_at(page, "/auth/sign-in")
    page.go_back()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_a_session_revoked_while_a_page_is_open_leads_to_the_form_at_the_next_click(
    signed_in_page: NewPage, asha: Who, visit: Callable[[Page, str], None]
) -> None:
    page = signed_in_page(asha)
    visit(page, "/customers")
    with shop_session(keeper(asha.shop), writes=True) as shop:
        people.set_password(shop, asha.staff_id, "another-lamp-8")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Sell").click()
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_the_password_can_be_shown_and_hidden(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/auth/sign-in")
    secret = page.get_by_label("Password", exact=True)
    secret.fill("lamp")
    page.get_by_role("button", name="Show password").click()
    expect(secret).to_have_attribute("type", "text")
    page.get_by_role("button", name="Hide password").click()
    expect(secret).to_have_attribute("type", "password")


def test_signing_in_works_without_javascript(new_page: NewPage, asha: Who) -> None:
    page = new_page(javascript=False)
    page.goto("/orders")
    expect(page.get_by_role("button", name="Show password")).to_have_count(0)
    fill_in(page, login_of(asha))
    is_at(page, "/orders")


def test_a_person_of_two_shops_goes_from_one_to_the_other(
    signed_in_page: NewPage, asha: Who, new_shop, visit: Callable[[Page, str], None]
) -> None:
    second = new_shop(name="Asha's own stall")
    join(asha, second)
    page = signed_in_page(asha)
    visit(page, "/customers")
    old_tab = page.context.new_page()
    visit(old_tab, "/orders")
    page.goto("/auth/switch")
    page.get_by_role("button", name="Asha's own stall").click()
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Asha's own stall")).to_be_visible()
    old_tab.get_by_test_id("stSidebarNav").get_by_role("link", name="Products").click()
    expect(old_tab.get_by_test_id("stSidebar").get_by_text("Asha's own stall")).to_be_visible()


# Setting up, and bad days


def setup_path(server: Running) -> str:
    return re.search(r"/auth/setup/[\w-]+", server.greeting)[0]


OWNER_AND_SHOP = {
    "owner": "Meera Iyer",
    "login": "meera",
    "password": PASSWORD,
    "name": "Meera Home & Care",
    "kind": "counter",
    "region": "IN",
    "currency": "",
    "timezone": "",
    "start": "empty",
}


def open_shop(client: httpx.Client, server: Running, **changes: str) -> httpx.Response:
    path = setup_path(server)
    return client.post(path, data={**OWNER_AND_SHOP, **changes, "token": token_in(client.get(path))})


def rows(server: Running, query: str) -> list[tuple]:
    with psycopg.connect(server.database) as connection:
        return connection.execute(query).fetchall()


def test_an_empty_regulars_says_where_to_begin(empty_server: Running) -> None:
    assert "Open your shop here" in empty_server.greeting
    with empty_server.client() as client:
        page = client.get("/auth/sign-in")
        assert "set-up address" in page.text and "<form" not in page.text
        assert client.get("/auth/setup/made-up").status_code == 410


def test_the_setup_address_makes_owner_and_shop_once_and_dies(empty_server: Running) -> None:
    with empty_server.client() as client:
        done = open_shop(client, empty_server)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert client.get("/").status_code == 200, "the owner is signed in"
    assert rows(empty_server, "select slug, currency, region, timezone, is_demo from shops") == [
        ("meera-home-care", "INR", "IN", "Asia/Kolkata", False)
    ]
    assert rows(empty_server, "select login from staff") == [("meera",)]
    assert rows(empty_server, "select role, name, sells from memberships") == [("owner", "Meera Iyer", True)]
    with empty_server.client() as somebody:
        dead = somebody.get(setup_path(empty_server))
        assert dead.status_code == 410 and "Sign in" in dead.text and "<form" not in dead.text
        fields = {**OWNER_AND_SHOP, "login": "mallory", "token": token_in(somebody.get("/auth/sign-in"))}
        assert somebody.post(setup_path(empty_server), data=fields).status_code == 410
        assert sign_in.COOKIE not in somebody.cookies
    assert rows(empty_server, "select count(*) from staff") == [(1,)]


def test_pressing_the_button_twice_makes_one_shop_and_signs_in_both_times(empty_server: Running) -> None:
    path = setup_path(empty_server)
    with empty_server.client() as client:
        fields = {**OWNER_AND_SHOP, "token": token_in(client.get(path))}
        with ThreadPoolExecutor(2) as both_hands:
            presses = [both_hands.submit(client.post, path, data=fields) for _ in range(2)]
            answers = [press.result() for press in presses]
        assert [answer.headers["location"] for answer in answers] == ["/", "/"]
        assert client.get("/").status_code == 200
    assert rows(empty_server, "select (select count(*) from shops), (select count(*) from staff)") == [(1, 1)]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"owner": " "}, "Give the person a name"),
        ({"login": "m"}, "can’t be a sign-in name|can&#x27;t be a sign-in name"),
        ({"login": "meera@home"}, "e-mail address is not complete"),
        ({"password": "short"}, "at least 8 characters"),
        ({"password": "x" * 80}, "at most 72 bytes"),
        ({"name": ""}, "Give the shop a name"),
        ({"kind": "circus"}, "not a kind of shop"),
        ({"region": ""}, "Choose the country"),
        ({"region": "XX"}, "Choose the country"),
        ({"currency": "???"}, "not a currency code"),
        ({"timezone": "Mars/Base"}, "not a time zone"),
    ],
)
def test_a_field_that_cannot_be_used_is_told_and_nothing_is_made(
    empty_server: Running, changes: dict[str, str], sentence: str
) -> None:
    with empty_server.client() as client:
        answer = open_shop(client, empty_server, **changes)
        assert answer.status_code == 422
        told = re.search(r'role="alert">([^<]+)<', answer.text)[1]
        assert re.search(sentence, told)
        assert answer.text.count('aria-invalid="true"') == 1
        if "name" not in changes:
            assert 'value="Meera Home &amp; Care"' in answer.text, "what was typed is still there"
        assert OWNER_AND_SHOP["password"] not in answer.text
    assert rows(empty_server, "select (select count(*) from shops), (select count(*) from staff)") == [(0, 0)]


def test_the_setup_address_is_good_for_a_day(empty_server: Running) -> None:
    with psycopg.connect(empty_server.database) as connection:
        connection.execute("update setup_invitations set expires_at = now() - interval '1 second'")
    with empty_server.client() as client:
        assert client.get(setup_path(empty_server)).status_code == 410


def test_the_database_being_down_is_told_in_one_sentence_and_gets_better_by_itself(empty_server: Running) -> None:
    name = urlsplit(empty_server.database).path.lstrip("/")
    with (
        empty_server.client() as client,
        psycopg.connect(database.libpq_url(database.owner_url()), autocommit=True) as keeper_of_the_machine,
    ):
        open_shop(client, empty_server)
        assert client.get("/").status_code == 200
        keeper_of_the_machine.execute(f'alter database "{name}" allow_connections false')
        keeper_of_the_machine.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        for address in ("/", "/customers", "/auth/sign-in"):
            if address == "/auth/sign-in":
                form_cookie = client.cookies.pop(sign_in.COOKIE)
            resting = client.get(address)
            assert resting.status_code == 503
            assert "The database can&#x27;t be reached." in resting.text and "Traceback" not in resting.text
        assert httpx.get(empty_server.address + "/health").status_code == 503
        keeper_of_the_machine.execute(f'alter database "{name}" allow_connections true')
        client.cookies[sign_in.COOKIE] = form_cookie
        assert client.get("/").status_code == 200
    assert "Traceback" not in empty_server.log.read_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_owner_opens_an_empty_shop_in_the_browser(
    empty_server: Running, new_page: NewPage, screenshot, width: int
) -> None:
    page = new_page(width, at=empty_server)
    page.goto(setup_path(empty_server))
    expect(page.get_by_label("Country")).to_have_value("IN")
    expect(page.get_by_label("Currency")).to_have_value("INR")
    page.get_by_label("Country").select_option("Ghana")
    expect(page.get_by_label("Currency")).to_have_value("GHS")
    expect(page.get_by_label("Time zone")).to_have_value("Africa/Accra")
    page.get_by_label("Country").select_option("India")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    page.get_by_label("Your name").fill("Meera Iyer")
    page.get_by_label("Sign-in name").fill("meera")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name", exact=True).fill("Meera Home & Care")
    page.get_by_label("Your own, empty shop").check()
    screenshot(page, f"setup-{width}")
    page.get_by_role("button", name="Open the shop").click()
    is_at(page, "/")
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    screenshot(page, f"first-page-{width}")
    page.goto(setup_path(empty_server))
    is_at(page, "/")


def test_an_owner_looks_around_a_demo_shop_first(empty_server: Running, new_page: NewPage, screenshot) -> None:
    page = new_page(at=empty_server)
    page.goto(setup_path(empty_server))
    page.get_by_label("Your name").fill("Meera Iyer")
    page.get_by_label("Sign-in name").fill("meera")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name", exact=True).fill("Meera Home & Care")
    page.get_by_label("A look around a demo shop").check()
    page.get_by_role("button", name="Open the shop").click(timeout=180_000)  # two years of a shop's life
    is_at(page, "/")
    settle(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar").get_by_text("Demo shop")).to_be_visible()
    screenshot(page, "first-page-demo")
    page.goto("/auth/switch")
    page.get_by_role("button", name="Meera Home & Care").click()
    settle(page)
    expect(page.get_by_test_id("stSidebar").get_by_text("Meera Home & Care")).to_be_visible()
    made = rows(empty_server, "select is_demo, count(*) over () from shops order by is_demo")
    assert made == [(False, 2), (True, 2)]


def test_an_owner_opens_a_shop_without_javascript(empty_server: Running, new_page: NewPage) -> None:
    page = new_page(at=empty_server, javascript=False)
    page.goto(setup_path(empty_server))
    page.get_by_label("Your name").fill("Kofi Mensah")
    page.get_by_label("Sign-in name").fill("kofi@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name", exact=True).fill("कोफ़ी")
    page.get_by_label("Country").select_option("Ghana")
    page.get_by_label("Your own, empty shop").check()
    page.get_by_role("button", name="Open the shop").click()
    is_at(page, "/")
    assert rows(empty_server, "select slug, currency, timezone from shops") == [("shop", "GHS", "Africa/Accra")]
