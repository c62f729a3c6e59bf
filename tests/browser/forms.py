"""Filling in the forms of signing in and setting up without a browser, as a program would."""

import re

import httpx
from sqlalchemy import select

from browser.conftest import PASSWORD, Running
from crmcore import sign_in
from crmcore.database.gate import Who, global_session
from crmcore.models import Staff


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
