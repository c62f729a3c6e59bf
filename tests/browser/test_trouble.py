"""When something breaks: one sentence and a number for the person, and no values in the log."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import NewPage, Running, running
from crmcore import sign_in
from crmcore.database.gate import Who
from crmcore.errors import Unavailable
from dashboard import trouble
from dashboard.gatekeeper import Headers

# The server with a page that breaks in the way its address asks for.
BROKEN = """
import streamlit as st
from sqlalchemy import text
from crmcore.database.gate import shop_session
from crmcore.errors import Unavailable
from dashboard import server
from dashboard.pages import account
from dashboard.parts.session import signed_in

def page():
    how = st.query_params["how"]
    if how == "value":
        int(st.query_params["text"])
    if how == "code":
        None.whereabouts
    if how == "told":
        raise Unavailable("The till is closed. Try again at $8.")
    with shop_session(signed_in(), writes=True) as shop:
        shop.execute(
            text("insert into products (shop_id, id, name, price) values (:shop, :shop, :name, -1)"),
            {"shop": shop.id, "name": st.query_params["text"]},
        )

account.page = page
server.main()
"""
SECRET = "Asha+919881120456"


@pytest.fixture(scope="module")
def broken_server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("broken"), "-c", BROKEN) as one:
        yield one


@pytest.fixture
def page(broken_server: Running, new_page: NewPage, member) -> Page:
    person: Who = member("owner")
    tab = new_page(at=broken_server)
    token = sign_in.open_session(person.staff_id, person.shop.id)
    tab.context.add_cookies([{"name": sign_in.COOKIE, "value": token, "url": broken_server.address}])
    return tab


@pytest.mark.parametrize(
    ("how", "logged"),
    [
        ("value", "ValueError"),
        ("code", "'NoneType' object has no attribute 'whereabouts'"),
        ("database", "23514 products"),
    ],
)
def test_a_page_that_breaks_shows_one_sentence_and_the_log_has_its_number_and_no_values(
    broken_server: Running, page: Page, how: str, logged: str
) -> None:
    page.goto(f"/account?how={how}&text={SECRET}")
    told = page.get_by_test_id("stAlert")
    expect(told).to_contain_text("Something went wrong.")
    number = re.search(r"error (\w{8})", told.inner_text())[1]
    expect(page.get_by_test_id("stException")).to_have_count(0)
    log = broken_server.log.read_text()
    assert f"Error {number}" in log and logged in log and "in page" in log
    assert SECRET.replace("+", " ") not in log and "919881120456" not in log


def test_what_was_meant_for_the_person_is_shown_as_it_is(broken_server: Running, page: Page) -> None:
    page.goto("/account?how=told")
    expect(page.get_by_test_id("stAlert")).to_contain_text("The till is closed. Try again at $8.")


def test_the_traceback_of_a_cause_is_told_too_but_no_message_that_may_name_a_customer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    name, phone = "Asha Rao", "+919881120456"
    try:
        try:
            int(name)
        except ValueError as error:
            raise KeyError(phone) from error
    except KeyError as error:
        number = trouble.remember(error)
    assert number in caplog.text and number in trouble.sentence(number)
    assert "ValueError" in caplog.text and "KeyError" in caplog.text and "test_trouble.py" in caplog.text
    assert name not in caplog.text.replace('"Asha Rao"', "") and phone not in caplog.text


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (ValueError(SECRET), 500, "Something went wrong."),
        (Unavailable("The till is closed."), 503, "The till is closed."),
    ],
)
def test_a_route_that_breaks_answers_with_one_sentence(error: Exception, status: int, sentence: str) -> None:
    async def broken(*_: object) -> None:
        raise error

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Headers(broken)), base_url="http://till") as client:
            return await client.get("/")

    with ThreadPoolExecutor(1) as elsewhere:  # Playwright keeps this thread's event loop
        answer = elsewhere.submit(asyncio.run, ask()).result()
    assert answer.status_code == status and sentence in answer.text and SECRET not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
