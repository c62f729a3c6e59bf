"""Streamlit's own files, compressed once and kept in the home folder: a third of the bytes on the wire."""

import gzip
import mimetypes
import secrets
from collections.abc import Callable
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import streamlit
from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from crmcore.errors import Unavailable
from crmcore.settings import make_home
from dashboard.content_policy import STREAMLIT_FILES

_WORTH_IT = {".js", ".css", ".svg", ".json", ".html"}  # fonts and pictures are compressed already
_FOR_GOOD = "public, immutable, max-age=31536000"  # the names hold a hash of the content

# In order of preference: what browsers call it, and how it is made. Browsers take brotli only over HTTPS or from the
# same machine, hence gzip for a shop's own network.
_PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=9),
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
}


class PackedFiles:
    """Answers for /static itself: compressed as the browser likes it, with a tag of its own for each form."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        response = await to_thread.run_sync(_response, scope["path"], scope["method"], Headers(scope=scope))
        await response(scope, receive, send)


def pack_all() -> None:
    """Compress what is not compressed yet, so that no visitor waits for it: five seconds, once a Streamlit version."""
    for file in (STREAMLIT_FILES / "static").rglob("*"):
        if file.suffix in _WORTH_IT:
            for encoding in _PACKERS:
                _packed(file, encoding)


def _response(path: str, method: str, asked: Headers) -> Response:
    folder = (STREAMLIT_FILES / "static").resolve()
    file = (folder / path.removeprefix("/static/").lstrip("/")).resolve()
    if method not in ("GET", "HEAD") or not file.is_relative_to(folder) or not file.is_file():
        return PlainTextResponse("Not found", 404)
    encoding = _best(asked.get("accept-encoding", "")) if file.suffix in _WORTH_IT else None
    tag = f'"{file.name}{f"-{encoding}" if encoding else ""}"'
    headers = {"ETag": tag, "Vary": "Accept-Encoding", "Cache-Control": _FOR_GOOD}
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    media_type = "text/javascript" if file.suffix == ".js" else mimetypes.guess_type(file.name)[0]
    if encoding is None:
        return Response(file.read_bytes(), media_type=media_type, headers=headers)
    headers["Content-Encoding"] = encoding
    return Response(_packed(file, encoding), media_type=media_type, headers=headers)


def _best(accepted: str) -> str | None:
    """The first of our forms that the browser takes."""
    offered = {}
    for part in accepted.lower().split(","):
        name, _, rest = part.strip().partition(";")
        offered[name.strip()] = rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((encoding for encoding in _PACKERS if offered.get(encoding)), None)


def _packed(file: Path, encoding: str) -> bytes:
    """The file, compressed; made now if it is not kept yet. A home that can't be written to keeps nothing."""
    try:
        folder = make_home() / "cache" / f"streamlit-{streamlit.__version__}"
        kept = folder / f"{file.name}.{encoding}"
        if kept.exists():
            return kept.read_bytes()
        content = _PACKERS[encoding](file.read_bytes())
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{secrets.token_hex(8)}"
        draft.write_bytes(content)
        draft.replace(kept)
    except (OSError, Unavailable):
        return _PACKERS[encoding](file.read_bytes())
    return content
