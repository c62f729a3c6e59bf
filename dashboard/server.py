"""The one process people's browsers talk to: the dashboard, the sign-in pages, the API and health, as one ASGI app.

`python -m dashboard.server` is what `regulars serve` starts. Serve it in no other way: `serve` brings the settings that
keep errors, logs and a page's state to those they belong to.
"""

import argparse
import errno
import json
import logging
import pkgutil
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st
from anyio import to_thread
from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from crmcore import people
from crmcore.database import migrate
from crmcore.errors import BadInput, CrmError, Unavailable
from crmcore.sign_in import nobodys_hash, who_has
from dashboard import calendar_feed, files, first_page, packed, pages, setup, sign_in, trouble, webhooks
from dashboard.gatekeeper import MARK, Gate, Headers
from dashboard.look.theme import OPTIONS as LOOK
from dashboard.navigation import ENTRIES
from dashboard.parts.words import escape

_HERE = Path(__file__).resolve().parent

OPTIONS: dict[str, Any] = {
    **LOOK,
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.toolbarMode": "viewer",
    "logger.enableRich": False,  # it would print what broke a page with all its values; show_trouble does without
    "logger.hideWelcomeMessage": True,
    "runner.postScriptGC": False,  # a forced collection after each run costs 50 ms and was seen to save nothing
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
    "server.maxUploadSize": 10,  # MB; larger files go through the command line
    "server.trustedUserHeaders": json.dumps({MARK: "sign_in"}),
}

_NOT_LOGGED = (
    "streamlit.error_util",  # what broke a page, with all its values
    "streamlit.runtime.scriptrunner_utils.script_run_context",  # that the warm-up is no page
)


async def health(_: Request) -> Response:
    """Whether the database answers and is at the newest step."""
    try:
        step = await to_thread.run_sync(migrate.current_step)
    except Unavailable:
        return JSONResponse({"status": "the database can't be reached"}, 503)
    if step != migrate.newest_step():
        return JSONResponse({"status": "the database is not migrated", "step": step}, 503)
    return JSONResponse({"status": "ok", "step": step})


async def icon(_: Request) -> Response:
    return FileResponse(_HERE / "look" / "icon.svg", media_type="image/svg+xml")


api = FastAPI(title="Regulars", docs_url=None, redoc_url=None, openapi_url=None)


@api.get("/health")
async def api_health(request: Request) -> Response:
    return await health(request)


def routes() -> list[BaseRoute]:
    return [
        Route("/", first_page.show),
        *(Route(f"/{entry.noun}", first_page.show) for entry in ENTRIES),
        Route("/auth/sign-in", sign_in.form),
        Route("/auth/sign-in", sign_in.enter, methods=["POST"]),
        Route("/auth/sign-out", sign_in.ask_to_leave),
        Route("/auth/sign-out", sign_in.leave, methods=["POST"]),
        Route("/auth/switch", sign_in.shops),
        Route("/auth/switch", sign_in.switch, methods=["POST"]),
        Route("/auth/setup/{token}", setup.form),
        Route("/auth/setup/{token}", setup.open_shop, methods=["POST"]),
        Route("/webhooks/whatsapp/{token}", webhooks.challenge),
        Route("/webhooks/whatsapp/{token}", webhooks.from_whatsapp, methods=["POST"]),
        Route("/webhooks/sms/{token}", webhooks.from_sms, methods=["POST"]),
        Route(f"{files.ADDRESS}/{{attachment_id}}", files.hand_out),
        Route(f"{calendar_feed.FOLDER}{{name:path}}", calendar_feed.show),
        Route("/health", health),
        Route("/favicon.svg", icon),
        Route("/favicon.ico", icon),
        Route("/favicon.png", icon),
        Mount("/api", api),
    ]


def show_trouble(error: Exception) -> bool:
    """What a person sees where a page broke: one sentence. The rest is in the log."""
    told = str(error) if isinstance(error, CrmError) else trouble.sentence(trouble.remember(error))
    st.error(escape(told), icon=":material/error:")
    return True


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    print(app.state.get("greeting", ""), flush=True)  # only now: from here on the address answers
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App(
    _HERE / "shell" / "app.py",
    routes=routes(),
    middleware=[Middleware(Headers), Middleware(packed.PackedFiles), Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=show_trouble,
)


def serve(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve until told to stop. Migrates if need be; on an empty database prints the set-up address.

    Raises BadInput when the port can't be used.
    """
    _must_be_free(host, port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for told_elsewhere in _NOT_LOGGED:
        logging.getLogger(told_elsewhere).addFilter(lambda _: False)
    if not _is_migrated():
        migrate.migrate()
    address = f"http://{_named(host)}:{port}"
    if people.is_empty():
        app.state["greeting"] = f"Open your shop here, within a day:\n\n    {address}{setup.invitation()}\n"
    else:
        app.state["greeting"] = f"Regulars is at {address}"
    # Streamlit puts the folder of the program it thinks was started on the import path: let it be the shell's.
    sys.argv = [""]
    app.run(config={**OPTIONS, "server.address": host, "server.port": port})


def _is_migrated() -> bool:
    try:
        return migrate.current_step() == migrate.newest_step()
    except Unavailable:
        return False  # a new database does not know the application's role yet


def _named(host: str) -> str:
    """The host as it stands in an address on this machine."""
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _must_be_free(host: str, port: int) -> None:
    if not 0 < port < 65_536:
        raise BadInput("port", f"There is no port {port}: choose one from 1 to 65535, such as 8501.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise BadInput("port", f"Port {port} is in use: choose another with --port.") from error
            raise BadInput("host", f"Regulars can't listen at {host}:{port} ({error.strerror}).") from error


def _warm_up() -> None:
    """Load what the first visitor would wait for: two seconds of imports, the compressed files, the first hash."""
    try:
        for page in pkgutil.iter_modules(pages.__path__, "dashboard.pages."):
            import_module(page.name)
        import_module("plotly.graph_objects")
        import_module("streamlit_authenticator")
        nobodys_hash()
        who_has("nobody's")
        packed.pack_all()
    except CrmError as error:
        trouble.log.warning("%s", error)
    except Exception as error:
        trouble.remember(error)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dashboard.server", description="Serve the dashboard and the API.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    asked = parser.parse_args()
    try:
        serve(asked.host, asked.port)
    except CrmError as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
