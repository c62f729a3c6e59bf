"""Walking through Regulars in a real browser, against a real server that runs as a process of its own.

A test makes its data through crmcore, then opens pages: the server works on the same database.

    def test_a_sale_is_on_the_customers_page(who, signed_in_page, visit):
        with shop_session(who, writes=True) as shop:
            customer_id = customers.create(shop, {"name": "Asha"})
        page = signed_in_page("staff", width=390)
        visit(page, f"/customer?id={customer_id}")
        expect(page.get_by_text("Asha")).to_be_visible()
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin
from uuid import uuid4

import httpx
import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from crmcore import people, sign_in
from crmcore.database import server as database
from crmcore.database.gate import Shop, Who, keeper, shop_session

PASSWORD = "harbour-lamp-7"
PICTURES = Path(__file__).resolve().parents[1] / "pictures"
PATIENCE = 20_000  # ms, for what comes by itself
HEIGHTS = {1280: 860, 390: 844}
STORED = "local_storage,indexeddb,cache_storage,service_workers"

# What moves by itself is drawn sixty times a second, which is a fifth of a browser's work here.
STILL = """
addEventListener("DOMContentLoaded", () => {
    const still = new CSSStyleSheet();
    still.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; }");
    document.adoptedStyleSheets.push(still);
});
"""


@dataclass
class Running:
    """A server of ours. `greeting` is what it printed; `log` grows as it goes on; `database` is its owner's address."""

    address: str
    greeting: str
    log: Path
    database: str

    def client(self, **more: object) -> httpx.Client:
        """Asks as a browser that opens a page would, each from an address of its own; redirects are not followed."""
        headers = {
            "accept": "text/html",
            "sec-fetch-mode": "navigate",
            "x-forwarded-for": f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1",
        }
        return httpx.Client(base_url=self.address, headers=headers, timeout=30, **more)


@contextmanager
def running(folder: Path, *program: str, **environment: str) -> Iterator[Running]:
    """Start a server as a child process and wait until it answers; end it afterwards.

    `program`: what Python runs, if not the server as it is.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / f"server-{port}.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, *(program or ("-m", "dashboard.server")), "--port", str(port)],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as child,
    ):
        assert child.stdout is not None
        try:
            greeting = ""
            for line in child.stdout:
                greeting += line
                if f":{port}" in line:
                    break
            else:
                pytest.fail(f"The server did not start:\n{greeting}{log.read_text()}")
            Thread(target=child.stdout.read, daemon=True).start()  # a full pipe would stop the server
            url = environment.get("DATABASE_URL") or database.owner_url()
            yield Running(f"http://127.0.0.1:{port}", greeting, log, database.libpq_url(url))
        finally:
            child.terminate()
            child.wait(30)


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The server of this run of the tests, on the tests' own database."""
    people.open_shop(
        people.NewShop(f"first-{uuid4().hex[:8]}", "The first shop", "counter", "INR", "IN", "Asia/Kolkata")
    )
    packed = tmp_path_factory.getbasetemp().parent / "packed"  # what one server has compressed serves all
    packed.mkdir(exist_ok=True)
    if not (home / "cache").exists():
        (home / "cache").symlink_to(packed)
    with running(tmp_path_factory.mktemp("server")) as one:
        yield one


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a new database beside the tests' own."""
    name, owner = f"empty_{uuid4().hex}", database.owner_url()
    with psycopg.connect(database.libpq_url(owner), autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
        try:
            yield re.sub(r"/[^/?]+(?=\?|$)", f"/{name}", owner, count=1)
        finally:
            connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def fresh_server(home: Path, tmp_path: Path) -> Iterator[Running]:
    """A server just started on a new database, where no shop has been opened and nobody has asked for anything."""
    with empty_database() as url, running(tmp_path, DATABASE_URL=url) as one:
        yield one


@pytest.fixture(scope="module")
def shared_empty_server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with empty_database() as url, running(tmp_path_factory.mktemp("empty"), DATABASE_URL=url) as one:
        yield one


@pytest.fixture
def empty_server(shared_empty_server: Running) -> Iterator[Running]:
    """A server on a database where no shop has been opened yet; afterwards it is as empty again."""
    with psycopg.connect(shared_empty_server.database) as owner:
        invitations = owner.execute("select token_hash, created_at, expires_at from setup_invitations").fetchall()
    yield shared_empty_server
    with psycopg.connect(shared_empty_server.database) as owner:
        tables = owner.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname = 'public' and tablename <> 'alembic_version' or tablename = 'procrastinate_jobs'"
        ).fetchall()
        if owner.execute("select exists (select from shops) or exists (select from staff)").fetchone() == (True,):
            owner.execute(f"truncate {', '.join(name for (name,) in tables)} cascade")
        owner.execute("delete from setup_invitations")
        owner.cursor().executemany(
            "insert into setup_invitations (token_hash, created_at, expires_at) values (%s, %s, %s)", invitations
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("The browser tests need Chromium: install the package chromium.")
        pytest.skip("No Chromium here: install the package chromium to run the browser tests.")
    expect.set_options(timeout=PATIENCE)
    # Tabs that share a process share what it has compiled of Streamlit's nine megabytes: half the work of a page.
    with sync_playwright() as driver:
        yield driver.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu", "--process-per-site"]
        )


def a_window(browser: Browser, at: Running, **more: object) -> BrowserContext:
    """A window of a browser that knows nobody."""
    window = browser.new_context(
        base_url=at.address,
        viewport={"width": 1280, "height": HEIGHTS[1280]},
        locale="en-IN",
        timezone_id="Asia/Kolkata",
        **more,
    )
    window.set_default_timeout(PATIENCE)
    window.add_init_script(STILL)
    return window


class Windows:
    """Windows that test after test gets again, each time as if they were new.

    What a test leaves behind (tabs, cookies, what pages have stored) goes; what Chromium has compiled stays.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.free: dict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def lent(self, at: Running) -> Iterator[BrowserContext]:
        window = self.free[at.address].pop() if self.free[at.address] else self._opened(at)
        yield window
        first, *others = window.pages
        for page in others:
            page.close()
        window.clear_cookies()
        wire = window.new_cdp_session(first)
        wire.send("Storage.clearDataForOrigin", {"origin": at.address, "storageTypes": STORED})
        wire.detach()
        self.free[at.address].append(window)

    def _opened(self, at: Running) -> BrowserContext:
        window = a_window(self.browser, at)
        window.new_page().goto("/health")  # this tab stays: it keeps the process alive that the others share
        return window


@pytest.fixture(scope="session")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(server: Running, browser: Browser, windows: Windows) -> Iterator[NewPage]:
    """Opens an empty tab in a window that knows nobody: new_page(width=390, dark=True, at=another_server).

    `fresh`: in a browser that never was at this server, for what only a first visit shows.
    """
    with ExitStack() as afterwards:

        def open_one(
            width: int = 1280, dark: bool = False, at: Running = server, javascript: bool = True, fresh: bool = False
        ) -> Page:
            if javascript and not fresh:
                window = afterwards.enter_context(windows.lent(at))
            else:
                window = afterwards.enter_context(a_window(browser, at, java_script_enabled=javascript))
            page = window.new_page()
            if width != 1280:
                page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 860)})
            if dark:
                page.emulate_media(color_scheme="dark")
            return page

        yield open_one


@pytest.fixture
def member(who: Who) -> Callable[..., Who]:
    """Gives a person a sign-in: member("staff", shop, name="Asha", sells=True). The password is PASSWORD."""

    def join(role: str = "owner", shop: Shop = who.shop, name: str = "Meera Joshi", **rights: bool) -> Who:
        login = f"{role}-{uuid4().hex[:8]}"
        with shop_session(keeper(shop), writes=True) as session:
            staff_id = people.add_member(session, people.NewMember(login, name, role, PASSWORD, **rights))
        joined = people.who_is(shop, staff_id)
        assert joined is not None
        return joined

    return join


@pytest.fixture
def signed_in_page(server: Running, new_page: NewPage, member: Callable[..., Who], who: Who) -> NewPage:
    """A tab of somebody who is signed in by cookie: signed_in_page("staff", shop, width=390), or of a `Who`."""

    def open_one(
        role: str | Who = "owner", shop: Shop = who.shop, width: int = 1280, dark: bool = False, fresh: bool = False
    ) -> Page:
        person = role if isinstance(role, Who) else member(role, shop, sells=True)
        assert person.staff_id is not None
        page = new_page(width, dark, fresh=fresh)
        token = sign_in.open_session(person.staff_id, person.shop.id)
        page.context.add_cookies([{"name": sign_in.COOKIE, "value": token, "url": server.address}])
        return page

    return open_one


@pytest.fixture
def visit() -> Callable[[Page, str], None]:
    """Opens an address and waits until its script has run: visit(page, "/customers?q=asha")."""

    def go(page: Page, address: str) -> None:
        page.goto(address)
        settle(page)

    return go


def settle(page: Page) -> None:
    """Wait until Streamlit has nothing more to do."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def is_at(page: Page, path_and_query: str) -> None:
    expect(page).to_have_url(urljoin(page.url, path_and_query))


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Checks that nothing makes the page scroll sideways; keeps a picture when REGULARS_PICTURES is set."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("REGULARS_PICTURES"):
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        wider = page.evaluate(
            """[document.scrollingElement, document.querySelector('[data-testid=stMain]')]
            .filter(box => box && box.scrollWidth > box.clientWidth + 1).map(box => box.scrollWidth)"""
        )
        assert wider == [], f"{name} scrolls sideways: {wider} px wide"

    return take


@pytest.fixture
def asha(member: Callable[..., Who]) -> Who:
    return member("manager", name="Asha")


@pytest.fixture
def ashas_browser(server: Running, asha: Who):
    with server.client() as client:
        client.cookies[sign_in.COOKIE] = sign_in.open_session(asha.staff_id, asha.shop.id)
        assert client.get("/customers").status_code == 200
        yield client
