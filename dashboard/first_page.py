"""The page every address of the dashboard opens with: Streamlit's own, with our name and icon from the first moment."""

import re
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from dashboard.content_policy import STREAMLIT_FILES

_NO_SCRIPT = "<noscript><p>Regulars needs JavaScript: please switch it on for this page.</p></noscript>"

# Until Streamlit has drawn its own: no white flash in the dark.
_GROUND = "<style>html{background:#fff}@media(prefers-color-scheme:dark){html{background:#16191c}}</style>"


async def show(_: Request) -> Response:
    # Never stored: going back after signing out must ask the gatekeeper again.
    return HTMLResponse(_html(), headers={"Cache-Control": "no-store"})


@cache
def _html() -> str:
    html = (STREAMLIT_FILES / "index.html").read_text(encoding="utf-8")
    html = re.sub(r"<!--.*?-->\s*", "", html, flags=re.DOTALL)
    html = re.sub(r"<noscript>.*?</noscript>", _NO_SCRIPT, html, flags=re.DOTALL)
    html = re.sub(r'<link rel="service-desc"[^>]*>', "", html)
    html = html.replace("<title>Streamlit</title>", f"<title>Regulars</title>{_GROUND}")
    return html.replace('href="./favicon.png"', 'href="./favicon.svg"')
