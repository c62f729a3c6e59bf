"""Text as people type it, made fit to be kept: no outer blanks, no invisible control characters, not too long."""

import re
import unicodedata

from crmcore.errors import BadInput


def one_line(field: str, label: str, typed: str | None, longest: int = 200) -> str | None:
    """The text on one line, or None when there is none. Raises BadInput(field) when it is longer than `longest`."""
    return _kept(field, label, " ".join(_visible(typed).split()), longest)


def paragraph(field: str, label: str, typed: str | None, longest: int = 2000) -> str | None:
    """The text with its line breaks, or None when there is none. Raises BadInput(field) when it is too long."""
    return _kept(field, label, _visible(typed).strip(), longest)


def email_address(field: str, typed: str | None) -> str | None:
    """The address in small letters, or None when there is none. Raises BadInput(field) when it can't be one."""
    address = (one_line(field, "An e-mail address", typed, 320) or "").lower()
    if address and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", address):
        raise BadInput(field, f"“{address}” is not an e-mail address such as asha@example.org.")
    return address or None


def gist(text: str | None, longest: int = 60) -> str:
    """How a text begins, on one line."""
    line = " ".join((text or "").split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def beyond_the_gist(text: str | None) -> str | None:
    """The whole text, unless its gist says all of it."""
    return text if text and gist(text) != text else None


def can_be_asked_for(text: str) -> bool:
    """Whether the database can be asked for it: there is no NUL in it, and no half of a character."""
    return "\x00" not in text and text.encode(errors="ignore").decode() == text


def _visible(typed: str | None) -> str:
    text = (typed or "").replace("\r\n", "\n")
    return text if text.isprintable() else "".join(mark for mark in text if mark in "\n\t" or not _is_control(mark))


def _is_control(mark: str) -> bool:
    """Controls and what takes no room, but not the joiners that some scripts are written with."""
    return unicodedata.category(mark) in ("Cc", "Cf", "Cs") and mark not in "\u200c\u200d"


def _kept(field: str, label: str, text: str, longest: int) -> str | None:
    if len(text) > longest:
        raise BadInput(field, f"{label} may have at most {longest:,} characters; this has {len(text):,}.")
    return text or None
