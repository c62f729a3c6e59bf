"""The services that carry messages: each has a function `carry` that hands one over and says what came of it."""

from collections.abc import Callable, Mapping

import httpx

from crmcore.messages.carriers import smtp, twilio, whatsapp_cloud
from crmcore.messages.carriers.answers import Answer, Outgoing

# Connecting fails soon; an answer may take its time. All of it stays far below sending.LOST_AFTER.
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)

Carry = Callable[[Mapping[str, str], Mapping[str, str], Outgoing, httpx.Client], Answer]

CARRY: dict[str, Carry] = {
    "whatsapp_cloud": whatsapp_cloud.carry,
    "twilio": twilio.carry,
    "smtp": smtp.carry,
}


def new_client() -> httpx.Client:
    """What speaks to the services over HTTP. It follows no redirect: a message goes where it was meant to go."""
    return httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)
