"""The Overview in a browser against a hello-world page, and what its script costs beside its SQL."""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import event

from benchmarks.timing import Ratio, in_turn, ms
from crmcore import people, sign_in
from crmcore.database.gate import Who, engine, shop_session

HELLO = "import streamlit as st\nst.title('Hello')\nst.write('world')\n"
LAST_ON_THE_PAGE = "text=Do new customers come back?"
MEGABYTE = 1_000_000


def run(shops: list[Who]) -> list[Ratio]:
    """For the owner of the largest shop."""
    token = _token_of_an_owner(shops[0])
    return [*_in_a_browser(token), _script(token)]


def _in_a_browser(token: str) -> list[Ratio]:
    with ExitStack() as running:
        ours = running.enter_context(_served([sys.executable, "-m", "dashboard.server", "--port"], "/health"))
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        (folder / "hello.py").write_text(HELLO, encoding="utf-8")
        hello = running.enter_context(
            _served([sys.executable, "-m", "streamlit", "run", str(folder / "hello.py"), "--server.headless=true",
                     "--browser.gatherUsageStats=false", "--server.port"], "/_stcore/health")
        )
        playwright = running.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        first_load = _bytes_of_a_first_load(browser, ours, token)
        our_page = _signed_in(browser, ours, token).new_page()
        hello_page = browser.new_page()
        our_page.goto(ours)
        hello_page.goto(hello)
        overview, world = in_turn(
            lambda: _reload(our_page, LAST_ON_THE_PAGE), lambda: _reload(hello_page, "text=world"), rounds=10
        )
        browser.close()
    return [
        Ratio("reload of the Overview against hello world, in Chromium", overview / world, "<= 2",
              f"{ms(overview)} against {ms(world)}"),
        Ratio("first load of the Overview, MB on the wire", first_load / MEGABYTE, "<= 3", f"{first_load:,} bytes"),
    ]


def _script(token: str) -> Ratio:
    """The Overview's script from first to last line without its SQL, over reruns."""
    from streamlit.testing.v1 import AppTest

    spent_in_sql: list[float] = []

    def begun(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        context.begun = time.perf_counter()

    def ended(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
        spent_in_sql.append(time.perf_counter() - context.begun)

    event.listen(engine(), "before_cursor_execute", begun)
    event.listen(engine(), "after_cursor_execute", ended)
    page = AppTest.from_function(_timed_overview, default_timeout=60)
    page.session_state["sign_in_token"] = token
    beside: list[float] = []
    for _ in range(25):
        spent_in_sql.clear()
        page.run()
        beside.append(page.session_state["took"] - sum(spent_in_sql))
    event.remove(engine(), "before_cursor_execute", begun)
    event.remove(engine(), "after_cursor_execute", ended)
    median = statistics.median(beside[5:])
    return Ratio("the Overview's script beside its SQL, ms", median * 1000, "<= 25", ms(median))


def _timed_overview() -> None:
    import time

    import streamlit as st

    from dashboard import navigation
    from dashboard.pages import overview
    from dashboard.parts.session import signed_in

    started = time.perf_counter()
    navigation.current_page(signed_in())
    overview.page()
    st.session_state["took"] = time.perf_counter() - started


def _token_of_an_owner(who: Who) -> str:
    login = f"owner-{who.shop.slug}"
    with shop_session(who, writes=True) as shop:
        found = [member.staff_id for member in people.members(shop) if member.login == login]
        new = people.NewMember(login, "Owner", "owner", "not a real password")
        owner = found[0] if found else people.add_member(shop, new)
    return sign_in.open_session(owner, who.shop.id)


def _signed_in(browser: Browser, address: str, token: str) -> BrowserContext:
    context = browser.new_context()
    context.add_cookies([{"name": sign_in.COOKIE, "value": token, "url": address}])
    return context


def _bytes_of_a_first_load(browser: Browser, address: str, token: str) -> int:
    """Everything that came over the wire for an empty cache, as Chromium's own network log counts it."""
    context = _signed_in(browser, address, token)
    page = context.new_page()
    received: list[int] = []
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    page.goto(address)
    page.wait_for_selector(LAST_ON_THE_PAGE)
    page.wait_for_load_state("networkidle")
    context.close()
    return int(sum(received))


def _reload(page: Page, last: str) -> None:
    page.reload()
    page.wait_for_selector(last)


@contextmanager
def _served(command: list[str], health: str) -> Iterator[str]:
    """A server as a child process on a free port; yields its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as output, subprocess.Popen(
        [*command, str(port)], stdout=output, stderr=output
    ) as child:
        try:
            for _ in range(300):
                try:
                    if httpx.get(address + health).is_success:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            child.terminate()


def _chromium() -> str:
    from shutil import which

    return os.environ.get("CHROMIUM") or which("chromium") or which("chromium-browser") or which("google-chrome") or ""
