"""Reading an e-mail as it was sent: who, to whom, when, what about, its text, and what was attached."""

import codecs
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser

from crmcore.errors import BadInput
from crmcore.periods import BEGINNING
from crmcore.texts import one_line

LARGEST = 25 * 1024 * 1024  # bytes, as most mail servers have it
LONGEST_HEADER = 64 * 1024  # letters: the time to read one grows with the square of its length,
LONGEST_OF_A_PART = 8 * 1024  # and fastest for one that says what a part is
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
        message = message_from_bytes(content.removeprefix(codecs.BOM_UTF8), policy=_POLICY)
        assert isinstance(message, EmailMessage)  # the policy makes no other
        return _read(message, content)
    except BadInput:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as damage:
        raise BadInput("file", "This e-mail is damaged. Save it again from your mail program, as .eml.") from damage


class _Policy(EmailPolicy):
    """Reads headers as the library does, but none that is longer than any mail program writes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        is_of_a_part = sourcelines[0][:8].lower() == "content-"
        if sum(map(len, sourcelines)) > (LONGEST_OF_A_PART if is_of_a_part else LONGEST_HEADER):
            raise BadInput("file", "This e-mail has a header that is too long to be read. Log it by hand instead.")
        return super().header_source_parse(sourcelines)


_POLICY = _Policy()


def _read(message: EmailMessage, content: bytes) -> Letter:
    senders = _addresses(message, "from") or _addresses(message, "sender")
    recipients = _addresses(message, "to", "cc", "bcc")
    if not senders or not (recipients or message["date"]):
        raise BadInput("file", "This is no e-mail. Save one from your mail program as .eml and choose that.")
    text = _text(message)
    return Letter(
        message_id=_line(message["message-id"], 900) or f"<{hashlib.sha256(content).hexdigest()}@no-name>",
        sender=senders[0],
        recipients=tuple(recipients),
        sent_at=_moment(message),
        subject=_line(message["subject"], 200),
        text=text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT].rstrip()} … (cut: the e-mail is longer)",
        files=tuple(_files(message)),
    )


def _addresses(message: EmailMessage, *headers: str) -> list[Address]:
    # As they were sent: the library's own reading of them can be kept busy for minutes.
    raw = [str(value) for name, value in message.raw_items() if name.lower() in headers]
    return [
        (_line(_plain(name), 200) or "", address.lower())
        for name, address in getaddresses(raw)
        if re.fullmatch(r"\S+@\S+", address) and address.isprintable()
    ]


def _plain(name: str) -> str:
    """A name as people read it."""
    try:
        return str(make_header(decode_header(name[:1_000].encode(errors="surrogateescape").decode(errors="replace"))))
    except (MessageError, LookupError, ValueError):  # in letters that nobody knows
        return name.encode(errors="replace").decode()


def _line(header: object, longest: int) -> str | None:
    """What a header says, without signs that can't be kept, and not more of it."""
    return one_line("file", "A header", str(header or "")[:longest], longest)


def _moment(message: EmailMessage) -> datetime | None:
    try:
        sent = parsedate_to_datetime(str(message["date"]))
    except (TypeError, ValueError):  # no date, or one that no calendar has: the time it came in stands for it
        return None
    if not BEGINNING.year <= sent.year < date.max.year:  # nobody wrote it then
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None and not message.is_multipart() and message.get_content_maintype() == "multipart":
        body = message  # it says that it has parts, and has none
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
    # What it says it is written in, else what most are written in: an old program may say nothing, or what is not so.
    for charset in (part.get_content_charset("utf-8"), "utf-8", "cp1252"):
        try:
            return content.decode(charset)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _files(message: EmailMessage) -> list[tuple[str, bytes]]:
    """What came with the text; of a mail that is nothing but a file, as scanners send them, that file."""
    if message.is_multipart():
        parts = list(message.iter_attachments())
    else:
        parts = [] if message.get_content_maintype() in ("text", "multipart") else [message]
    found = [_file(part) for part in parts]
    return [(name, content) for name, content in found if content][:MOST_FILES]


def _file(part: MIMEPart) -> tuple[str, bytes]:
    """The name and the content of a part; a mail within the mail is a text."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_content()
        said = [f"{header}: {inner[header]}" for header in ("From", "To", "Date", "Subject") if inner[header]]
        return "forwarded.txt", "\n".join([*said, "", _text(inner)]).encode(errors="replace")
    content = part.get_payload(decode=True)
    ending = mimetypes.guess_extension(part.get_content_type()) or ""
    return part.get_filename() or f"attachment{ending}", content if isinstance(content, bytes) else b""


class _Reader(HTMLParser):
    """The text of a page: without its markup, scripts and styles, a line for each block."""

    _BLOCKS = frozenset(("p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "blockquote"))
    _UNSEEN = frozenset(("script", "style", "title", "template"))

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
