"""An empty Regulars is set up, once; and what is said when the database is down."""

import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from playwright.sync_api import expect

from browser.conftest import PASSWORD, NewPage, Running, is_at, settle
from browser.forms import OWNER_AND_SHOP, open_shop, setup_path, token_in
from crmcore import sign_in
from crmcore.database import server as database


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
