"""Reading an e-mail as it was sent: who, to whom, when, what about, its text, and what was attached."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from crmcore.errors import BadInput

LARGEST = 25 * 1024 * 1024  # bytes, as most mail servers have it
MOST_FILES = 20
LONGEST_TEXT = 9_500  # letters of what was said; an interaction keeps no more

Address = tuple[str, str]  # name, address in small letters


@dataclass(frozen=True)
class Letter:
    """An e-mail. `message_id`: its own name for itself, or else one made of its content. `files`: name and content."""

    message_id: str
    sender: Address
    recipients: tuple[Address, ...]
    sent_at: datetime | None
    subject: str | None
    text: str
    files: tuple[tuple[str, bytes], ...]


def read(content: bytes) -> Letter:
    """Read an .eml file. Raises BadInput for what is none, is damaged or too large."""
    if len(content) > LARGEST:
        raise BadInput("file", f"An e-mail may have at most {LARGEST // 1024**2} MB. Log it by hand instead.")
    try:
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)  # the policy makes no other
        return _read(message, content)
    except (LookupError, TypeError, ValueError, AttributeError) as damage:
        if isinstance(damage, BadInput):
            raise
        raise BadInput("file", "This e-mail is damaged. Save it again from your mail program, as .eml.") from damage


def _read(message: EmailMessage, content: bytes) -> Letter:
    senders = _addresses(message, "from") or _addresses(message, "sender")
    recipients = _addresses(message, "to", "cc", "bcc")
    if not senders or not (recipients or message["date"]):
        raise BadInput("file", "This is no e-mail. Save one from your mail program as .eml and choose that.")
    named = " ".join(str(message["message-id"] or "").split())
    text = _text(message)
    return Letter(
        message_id=named[:900] or f"<{hashlib.sha256(content).hexdigest()}@no-name>",
        sender=senders[0],
        recipients=tuple(recipients),
        sent_at=_moment(message),
        subject=" ".join(str(message["subject"] or "").split())[:200] or None,
        text=text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()} … (cut: the e-mail is longer)",
        files=tuple(_files(message)),
    )


def _addresses(message: EmailMessage, *headers: str) -> list[Address]:
    found = getaddresses([str(value) for header in headers for value in message.get_all(header, [])])
    return [(" ".join(name.split()), address.lower()) for name, address in found if re.fullmatch(r"\S+@\S+", address)]


def _moment(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message["date"]))
    except (TypeError, ValueError):  # no date, or one that no calendar has: the time it came in stands for it
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    written = _decoded(body)
    if body.get_content_subtype() == "html":
        reader = _Reader()
        reader.feed(written)
        reader.close()
        written = reader.text
    lines = (" ".join(line.split()) for line in written.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _decoded(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)  # a text is no multipart
    try:
        return content.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set nobody knows: most are readable as this one
        return content.decode("utf-8", "replace")


def _files(message: EmailMessage) -> list[tuple[str, bytes]]:
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:  # a mail within the mail has none of its own
            found.append((part.get_filename() or "attachment", content))
    return found[:MOST_FILES]


class _Reader(HTMLParser):
    """The text of a page: without its markup, scripts and styles, a line for each block."""

    _BLOCKS = frozenset(("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"))
    _UNSEEN = frozenset(("script", "style", "head", "title", "template"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._unseen = 0

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in self._UNSEEN
        if tag in self._BLOCKS:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in self._UNSEEN))
        if tag in self._BLOCKS and tag != "br":
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(" ".join(data.split("\n")))
