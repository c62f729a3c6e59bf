"""What comes of handing a message to a service."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

import httpx

SENT = "sent"  # the service took it
LATER = "later"  # it did not, and may take it another time
REFUSED = "refused"  # it will never take this one
BROKEN = "broken"  # it takes nothing until somebody mends the connection
UNKNOWN = "unknown"  # nobody knows whether it took it: it must not go again by itself

LONGEST_WAIT = timedelta(hours=6)
USUAL_WAIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Outgoing:
    """A message as a carrier needs it. `template_name`: the approved template that `parameters` fill, if it is one."""

    id: UUID
    to: str
    body: str
    subject: str | None = None
    template_name: str | None = None
    language: str = "en"
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`came`: one of the words above. `id`: the service's own. `words`: why not, for a person.

    `wait`: leave the service alone so long. `asks_to_stop`: the recipient wants no such messages.
    """

    came: str
    id: str | None = None
    words: str = ""
    wait: timedelta | None = None
    asks_to_stop: bool = False


def no_answer(error: httpx.HTTPError, service: str) -> Answer:
    """What a failed call means: it never got there, or nobody knows."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return Answer(LATER, words=f"{service} can't be reached at this moment.")
    return Answer(UNKNOWN, words=f"The connection to {service} broke before it answered.")


def wait_of(response: httpx.Response) -> timedelta:
    """How long the service asks to be left alone: its Retry-After, in seconds or as a date; else a minute."""
    asked = response.headers.get("retry-after", "").strip()
    if asked.isdigit():
        wait = timedelta(seconds=int(asked))
    else:
        try:
            wait = parsedate_to_datetime(asked) - datetime.now(UTC)
        except (TypeError, ValueError):
            return USUAL_WAIT
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)
