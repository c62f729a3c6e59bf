"""Signing in, as browsers and those who pretend to be one see it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from browser.conftest import PASSWORD, NewPage, Running, is_at, settle
from browser.forms import cookie, enter, login_of, token_in
from crmcore import people, sign_in
from crmcore.database.gate import Shop, Who, global_session, keeper, shop_session
from crmcore.errors import NotSignedIn
from crmcore.models import SignInSession
from dashboard.gatekeeper import safe_next
from dashboard.navigation import ENTRIES
from dashboard.sign_in import mark_cookie

ADDRESSES = ["/", *(f"/{entry.noun}" for entry in ENTRIES), "/nowhere", "/customer?id=1&x=%26", "/a/b"]
BUNDLE = "static/js/index"  # what Streamlit's own page loads and a plain one does not


def join(person: Who, shop: Shop) -> None:
    """Make a person of one shop the owner of another."""
    with shop_session(keeper(shop), writes=True) as session:
        people.admit(session, person.staff_id, name=person.name, role="owner")


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


# In the browser


def fill_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.get_by_label("Sign-in name").fill(login)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page, name: str = "Asha") -> None:
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="Sign out").click()


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
