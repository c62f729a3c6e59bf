"""Which addresses a shop may name for its own services: public ones. What is inside the house is not for shops to ask.

Whoever keeps the machine may allow others, such as a mail server of their own, with REGULARS_LOCAL_SERVICES=1.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from crmcore.settings import settings


def may_be_asked(address: str) -> bool:
    """Whether a web address (https only) or the name of a mail server leads outside, as far as names can tell."""
    if settings().local_services:
        return True
    parts = urlsplit(address) if "://" in address else None
    if parts is not None and parts.scheme != "https":
        return False
    return _is_public(parts.hostname if parts else address)


def _is_public(host: str | None) -> bool:
    """Whether a host's name leads to public addresses only; a name that leads nowhere does no harm."""
    if not host:
        return False
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    return all(ipaddress.ip_address(str(where[4][0]).split("%")[0]).is_global for where in found)
