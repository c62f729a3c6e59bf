"""Password hashes: bcrypt, in the same form streamlit-authenticator's Hasher reads and writes."""

import bcrypt

from crmcore.errors import BadInput

SHORTEST = 8
ROUNDS = 12  # each more doubles the time one guess takes
LONGEST = 72  # bytes: bcrypt reads no further, and refusing is better than ignoring the rest


def check(password: str) -> None:
    """Raise BadInput when this can't be anybody's password."""
    if len(password) < SHORTEST:
        raise BadInput("password", f"A password needs at least {SHORTEST} characters.")
    if password != password.strip() or "\0" in password:
        raise BadInput("password", "A password can't begin or end with a blank.")
    if len(password.encode()) > LONGEST:
        raise BadInput("password", f"A password may have at most {LONGEST} bytes; please use a shorter one.")


def hash_password(password: str) -> str:
    """The bcrypt hash of a password. Raises BadInput when it can't be one."""
    check(password)
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()
