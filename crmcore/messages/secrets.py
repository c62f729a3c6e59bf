"""The secrets of services: encrypted before they reach the database, so that no backup tells them.

The key follows from REGULARS_SECRET, or from the file `secret` in REGULARS_HOME. Without it what was encrypted can't be
read: connect the services again.
"""

import base64
import hmac
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken

from crmcore.errors import Unavailable
from crmcore.settings import secret_key


def locked(secrets: Mapping[str, str]) -> bytes:
    """The secrets as they are kept."""
    return _box().encrypt(json.dumps(dict(secrets)).encode())


def unlocked(kept: bytes | None) -> dict[str, str]:
    """The secrets as they were given. Raises Unavailable when the key is another one by now."""
    if kept is None:
        return {}
    try:
        found: dict[str, str] = json.loads(_box().decrypt(kept))
    except InvalidToken as error:
        raise Unavailable(
            "The secret of this service was kept with another key: connect the service again under Messages."
        ) from error
    return found


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hmac.digest(secret_key(), b"secrets of message services", "sha256")))
