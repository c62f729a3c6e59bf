"""What a page may load and run: its own files, and the few inline scripts named here by their hash."""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit

STREAMLIT_FILES = Path(streamlit.__file__).parent / "static"

# Sends the browser to the sign-in page and back here afterwards; for st.html(…, unsafe_allow_javascript=True).
TO_SIGN_IN = (
    '<script>location.replace("/auth/sign-in?next=" + encodeURIComponent(location.pathname + location.search))</script>'
)


def for_the_dashboard(host: str) -> str:
    """The policy of Streamlit's pages. `host` is where this server was asked, for the live connection."""
    live = f" ws://{host} wss://{host}" if re.fullmatch(r"[\w.:\[\]-]+", host) else ""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(_known_scripts())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            f"connect-src 'self'{live}",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


def for_a_plain_page(nonce: str) -> str:
    """The policy of the sign-in pages: nothing but the styles, the script and the font they bring."""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@cache
def _known_scripts() -> tuple[str, ...]:
    """The hashes of the scripts in Streamlit's own page, and of ours."""
    own_page = (STREAMLIT_FILES / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", own_page + TO_SIGN_IN, re.DOTALL)
    return tuple(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in scripts)
