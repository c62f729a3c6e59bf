"""Where this installation keeps its data and which database it uses, read from the environment once.

REGULARS_HOME       the folder for everything kept on this machine
REGULARS_SECRET     signs forms and seals the audit record; kept in the home folder when not given
REGULARS_LOCAL_SERVICES  1 when shops may name mail and SMS servers inside your own network
REGULARS_ADDRESS    where people reach Regulars, such as https://shop.example.org, for links in mails
REGULARS_SMTP_URL   the mail server of the morning mail, as smtp://user:password@host:587 or smtps://user:password@host
REGULARS_MAIL_FROM  whom these mails come from, as Regulars <mail@example.org>
REGULARS_PGBOUNCER  1 when a pooler in transaction mode stands before the database
DATABASE_URL        a PostgreSQL of your own, as the role that owns the tables
DATABASE_APP_URL    the same database as the role the application works as
"""

import errno
import hashlib
import os
import re
import secrets
import sys
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from crmcore.errors import BadInput, Unavailable

SECRET_BYTES = 32
ACCOUNTS = ("postgres", "nobody")  # root's database runs as the first of these that exists
SHORTEST_SECRET = 16  # characters, for REGULARS_SECRET

_MAIL_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")  # what is said to it needs no encryption


class MailServer(NamedTuple):
    """The mail server of the morning mail. `encryption`: tls, starttls, or none when it is on this machine."""

    host: str
    port: int
    encryption: str
    user: str
    password: SecretStr
    sender: str
    sender_name: str


def default_home() -> Path:
    """The user data folder of this system; for root the system's own."""
    if os.geteuid() == 0:
        return Path("/var/lib/regulars")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "regulars"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "regulars"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="REGULARS_", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    home: Path = Field(default_factory=default_home)
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL", repr=False)
    application_database_url: str | None = Field(default=None, validation_alias="DATABASE_APP_URL", repr=False)
    pgbouncer: bool = False
    local_services: bool = False
    secret: SecretStr | None = None
    address: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None

    @field_validator("home")
    @classmethod
    def from_the_root_of_the_disk(cls, home: Path) -> Path:
        """`~` and relative paths mean the same whatever folder the next command is typed in."""
        return Path(os.path.realpath(home.expanduser()))

    @field_validator("address")
    @classmethod
    def of_the_web(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
            raise ValueError("write it like https://shop.example.org")
        return address.rstrip("/") if address else None

    @model_validator(mode="after")
    def a_mail_server_with_a_sender(self) -> Self:
        self.mail_server()
        return self

    def mail_server(self) -> MailServer | None:
        """The server of the morning mail; None when there is none, so that no such mail goes."""
        if self.smtp_url is None:
            return None
        try:
            parts = urlsplit(self.smtp_url.get_secret_value())
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _MAIL_PORTS or not parts.hostname:
            raise ValueError("Write REGULARS_SMTP_URL like smtp://user:password@mail.example.org:587.")
        user = unquote(parts.username or "")
        name, sender = parseaddr(self.mail_from or user)
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
            raise ValueError("Name the sender of mails in REGULARS_MAIL_FROM, like Regulars <mail@example.org>.")
        encryption = "tls" if parts.scheme == "smtps" else "none" if parts.hostname in _THIS_MACHINE else "starttls"
        return MailServer(
            host=parts.hostname,
            port=port or _MAIL_PORTS[parts.scheme],
            encryption=encryption,
            user=user,
            password=SecretStr(unquote(parts.password or "")),
            sender=sender,
            sender_name=name or "Regulars",
        )


@cache
def settings() -> Settings:
    """The settings of this process. Tests that change the environment call `settings.cache_clear()`."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors()[0]
        if not fault["loc"]:  # of several variables together: the sentence names them
            raise BadInput("REGULARS_SMTP_URL", fault["msg"].removeprefix("Value error, ")) from error
        name = str(fault["loc"][0])
        variable = name if name.startswith("DATABASE_") else f"REGULARS_{name.upper()}"
        raise BadInput(variable, f"{variable} can't be used: {fault['msg']}.") from error


class Account(NamedTuple):
    """The user of this machine that the embedded database runs as."""

    name: str
    uid: int
    gid: int


def account_for_the_database() -> Account | None:
    """Who serves the database when root asks, since PostgreSQL refuses root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise Unavailable(
        "PostgreSQL can't run as root and this machine has no account named postgres or nobody: "
        "add one (useradd --system postgres) or run Regulars as a normal user."
    )


def make_home() -> Path:
    """The home folder, made if need be, closed to others. Call it before writing anything there.

    A new or empty folder becomes ours; one that was in use before keeps its owner and its rights.
    """
    home = settings().home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        account = account_for_the_database()
        if account and not any(home.iterdir()):
            os.chown(home, 0, account.gid)
            home.chmod(0o710)  # the account passes through, and lists nothing
    except OSError as error:
        raise home_unusable(error) from error
    return home


def home_unusable(error: OSError) -> Unavailable:
    home = settings().home
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable(f"The disk that holds {home} is full: make room and try again.")
    reason = (error.strerror or str(error)).lower()
    return Unavailable(f"Regulars can't use the folder {home} ({reason}): name another one in REGULARS_HOME.")


def secret_key() -> bytes:
    """The 32 bytes that sign forms and seal the audit record: the same for all processes, for good."""
    given = settings().secret
    if given is not None:
        return key_from_words(given.get_secret_value())
    path = make_home() / "secret"
    try:
        if not path.exists():
            write_once(path, secrets.token_bytes(SECRET_BYTES))
        key = path.read_bytes()
    except OSError as error:
        raise home_unusable(error) from error
    if len(key) != SECRET_BYTES:
        raise Unavailable(f"{path} is damaged: put it back from a copy (32 bytes).")
    return key


def key_from_words(words: str) -> bytes:
    if len(words) < SHORTEST_SECRET:
        raise BadInput("REGULARS_SECRET", f"REGULARS_SECRET needs at least {SHORTEST_SECRET} characters.")
    return hashlib.sha256(words.encode()).digest()


def write_once(path: Path, content: bytes) -> None:
    """Put a private file there whole, unless another process was faster: then theirs stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600, exist_ok=False)
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
