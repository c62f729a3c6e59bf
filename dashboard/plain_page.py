"""Pages without Streamlit: sign-in, set-up and bad news. They work without JavaScript, in light and dark."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crmcore.settings import secret_key
from dashboard import content_policy

_HERE = Path(__file__).parent
_STYLE = (_HERE / "plain" / "plain.css").read_text(encoding="utf-8")
_LOGO = (_HERE / "look" / "logo.svg").read_text(encoding="utf-8")
_FONT = next((content_policy.STREAMLIT_FILES / "static" / "media").glob("SourceSansVF-Upright.*.woff2"), None)

_FORM_COOKIE = "regulars_form"
_LONGEST_FORM = 16_384  # bytes


def page(request: Request | None, name: str, status: int = 200, /, **parts: object) -> HTMLResponse:
    """dashboard/plain/<name>.html with its $parts, each escaped unless it is Html; forms get their token.

    `title` and `trouble` (one sentence, or empty) are parts of every page.
    """
    nonce = secrets.token_urlsafe(16)
    form_id = (request.cookies.get(_FORM_COOKIE) if request else None) or secrets.token_urlsafe(16)
    trouble = parts.pop("trouble", "")
    known = {
        "trouble": Html(f'<p class="trouble" role="alert">{escape(str(trouble))}</p>' if trouble else ""),
        "token": Html(f'<input type="hidden" name="token" value="{_token(form_id)}">'),
        "nonce": nonce,
        "show_password": Html(_fill("show-password", {"nonce": nonce})),
        **parts,
    }
    body = _fill(name, known)
    html = _fill("frame", {**known, "body": Html(body), "style": Html(_style()), "logo": Html(_LOGO)})
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": content_policy.for_a_plain_page(nonce)}
    response = HTMLResponse(html, status, headers)
    if request:
        secure = request.url.scheme == "https"
        response.set_cookie(_FORM_COOKIE, form_id, path="/auth", httponly=True, samesite="lax", secure=secure)
    return response


def message(title: str, sentence: str, status: int = 200) -> HTMLResponse:
    """A page that says one thing."""
    return page(None, "message", status, title=title, sentence=sentence)


class Html(str):
    """Text that is HTML already and is not escaped again."""


def options(choices: Iterable[tuple[str, str]], chosen: str) -> Html:
    """The choices of a select field, as (value, label)."""
    return Html(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(label)}</option>'
            for value, label in choices
        )
    )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form, without its token. Raises 413 when it is larger than any form of ours."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            raise HTTPException(413)
    fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    request.state.form_is_ours = hmac.compare_digest(
        fields.pop("token", "").encode(), _token(request.cookies.get(_FORM_COOKIE, "")).encode()
    )
    return fields


def form_is_ours(request: Request) -> bool:
    """Whether the form that was read carried the token this browser was given."""
    return bool(request.state.form_is_ours) and _FORM_COOKIE in request.cookies


def foreign() -> Response:
    """The answer to a form that another site sent."""
    return message("That did not work", "This form came from another site. Open Regulars and try again.", 403)


def _token(form_id: str) -> str:
    return hmac.new(secret_key(), b"form " + form_id.encode(), hashlib.sha256).hexdigest()


def _style() -> str:
    if _FONT is None:
        return _STYLE
    return f'@font-face{{font-family:"Source Sans";src:url("/static/media/{_FONT.name}");font-weight:200 900}}{_STYLE}'


def _fill(name: str, parts: Mapping[str, object]) -> str:
    template = Template((_HERE / "plain" / f"{name}.html").read_text(encoding="utf-8"))
    return template.substitute(
        {key: value if isinstance(value, Html) else escape(str(value)) for key, value in parts.items()}
    )
