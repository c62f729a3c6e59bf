"""The services that carry a shop's messages: connecting them, testing them, and whether they work."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline, wake_ups
from crmcore.database.gate import ShopSession, Who, new_id, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound, Unavailable
from crmcore.messages import secrets
from crmcore.messages.carriers import CARRY, new_client
from crmcore.messages.carriers.answers import SENT, UNKNOWN, Answer, Outgoing
from crmcore.messages.carriers.reach import may_be_asked
from crmcore.messages.consent import CHANNELS, EMAIL, SMS, WHATSAPP
from crmcore.models import Message, MessageProvider
from crmcore.phones import normalise
from crmcore.settings import settings as of_this_machine


@dataclass(frozen=True)
class Field:
    """Something to fill in: `hint` says what it looks like, `secret` that it is never shown again."""

    label: str
    hint: str = ""
    secret: bool = False
    needed: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of service. `about`: what one needs for it, in one sentence."""

    channel: str
    label: str
    about: str
    fields: Mapping[str, Field]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "whatsapp_cloud": Kind(
            WHATSAPP,
            "WhatsApp Business (Cloud API)",
            "From your app at Meta for Developers, under WhatsApp: API setup.",
            {
                "phone_number_id": Field("Phone number id", "15 digits or more, not the phone number itself"),
                "access_token": Field("Access token", "a lasting one, of a system user", secret=True),
                "app_secret": Field("App secret", "under App settings: Basic", secret=True),
            },
        ),
        "twilio": Kind(
            SMS,
            "SMS (Twilio, or a service that works like it)",
            "From the console of your SMS service.",
            {
                "account_sid": Field("Account SID", "begins with AC at Twilio"),
                "sender": Field("Sender", "a number of yours, a name, or a messaging service (MG…)"),
                "auth_token": Field("Auth token", secret=True),
                "base": Field("Address of the service", "empty for Twilio", needed=False),
            },
        ),
        "smtp": Kind(
            EMAIL,
            "E-mail (SMTP)",
            "From whoever runs your mailbox.",
            {
                "host": Field("Mail server", "such as smtp.example.org"),
                "port": Field("Port", "usually 587"),
                "encryption": Field("Encryption", "starttls, tls or none"),
                "username": Field("Name to sign in with", needed=False),
                "password": Field("Password", secret=True, needed=False),
                "sender": Field("Sender's e-mail address"),
                "sender_name": Field("Sender's name", needed=False),
            },
        ),
    }
)
OF_CHANNEL = {kind.channel: key for key, kind in KINDS.items()}
ENCRYPTIONS = {"starttls": "STARTTLS (usual, port 587)", "tls": "TLS from the start (port 465)", "none": "None"}


@dataclass(frozen=True)
class Provider:
    """A connected service, without its secrets. `trouble`: why it carries nothing until somebody mends it."""

    channel: str
    kind: str
    settings: Mapping[str, str]
    is_active: bool
    trouble: str | None
    wait_until: datetime | None
    tested_at: datetime | None

    @property
    def carries(self) -> bool:
        """Whether messages are handed to it, now or as soon as it allows."""
        return self.is_active and self.trouble is None


def all_of(shop: ShopSession) -> dict[str, Provider]:
    """The connected services by channel."""
    query = select(
        MessageProvider.channel,
        MessageProvider.kind,
        MessageProvider.settings,
        MessageProvider.is_active,
        MessageProvider.trouble,
        MessageProvider.wait_until,
        MessageProvider.tested_at,
    ).where(MessageProvider.shop_id == shop.id)
    return {row.channel: Provider(*row) for row in shop.execute(query)}


def connect(shop: ShopSession, kind: str, given: Mapping[str, str], *, receipts: str | None = None) -> None:
    """Connect a service for its channel, in place of the one before; a secret left empty stays as it was.

    `receipts`: the public address at which it may tell what became of a message. Raises BadInput naming the field.
    """
    shop.who.must("manage settings")
    if shop.shop.is_demo:
        raise NotAllowed("This is a demo shop: its customers are made up, so it sends nothing.")
    if kind not in KINDS:
        raise BadInput("kind", f"“{kind}” is not a service. Use one of: {', '.join(KINDS)}.")
    channel = KINDS[kind].channel
    before = _locked(shop, channel)
    same = before is not None and before["kind"] == kind
    kept = secrets.unlocked(before["secret"]) if before is not None and same and _some_are_kept(kind, given) else {}
    plain, hidden = _checked(kind, given, kept)
    if receipts and urlsplit(receipts).scheme == "https":
        plain["receipts"] = receipts
    row = {
        "kind": kind,
        "settings": plain,
        "secret": secrets.locked(hidden),
        "is_active": True,
        "trouble": None,
        "wait_until": None,
        "tested_at": None,
        "updated_at": shop.now,
        "updated_by": shop.who.staff_id,
    }
    stamp = {"created_at": shop.now, "created_by": shop.who.staff_id}
    connected = upsert(MessageProvider).values(shop_id=shop.id, channel=channel, **row, **stamp)
    shop.execute(connected.on_conflict_do_update(index_elements=["shop_id", "channel"], set_=row))
    _go_on(shop, channel)
    timeline.note(
        shop, "message service connected", "message service", important=True, channel=channel, kind=kind, settings=plain
    )


def switch(shop: ShopSession, channel: str, *, on: bool) -> None:
    """Let a connected service carry messages, or let them wait. Raises NotFound."""
    shop.who.must("manage settings")
    _must_be_there(shop, channel)
    this = (MessageProvider.shop_id == shop.id, MessageProvider.channel == channel)
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    mended = {"trouble": None, "wait_until": None} if on else {}
    shop.execute(update(MessageProvider).where(*this).values(is_active=on, **mended, **stamp))
    if on:
        _go_on(shop, channel)
    what = "message service switched on" if on else "message service switched off"
    timeline.note(shop, what, "message service", important=True, channel=channel)


def disconnect(shop: ShopSession, channel: str) -> None:
    """Forget a service with its secrets; what waits for it is there for a person to send. Raises NotFound."""
    shop.who.must("manage settings")
    _must_be_there(shop, channel)
    shop.execute(
        delete(MessageProvider).where(MessageProvider.shop_id == shop.id, MessageProvider.channel == channel)
    )
    waiting = (Message.shop_id == shop.id, Message.channel == channel, Message.status == "queued")
    by_hand = {"status": "prepared", "way": "link", "provider": "link", "next_try_at": None, "updated_at": shop.now}
    shop.execute(update(Message).where(*waiting).values(**by_hand))
    timeline.note(shop, "message service disconnected", "message service", important=True, channel=channel)


def test(who: Who, channel: str, to: str) -> Answer:
    """Send a short message to oneself and say what came of it. `to`: a phone number or an e-mail address.

    Raises BadInput for an address that can't be used, NotFound when no service is connected.
    """
    who.must("manage settings")
    with shop_session(who) as shop:
        kind, settings, hidden = opened(shop, channel)
        address = _own_address(shop, channel, to)
    greeting = f"This is a test from Regulars for {who.shop.name}. It works."
    # WhatsApp takes free text only from those who wrote first, but every new account has this template approved.
    is_whatsapp = channel == WHATSAPP
    message = Outgoing(
        new_id(),
        address,
        greeting,
        subject="A test from Regulars",
        template_name="hello_world" if is_whatsapp else None,
        language="en_US" if is_whatsapp else "en",
    )
    with new_client() as client:
        answer = CARRY[kind](settings, hidden, message, client)
    with shop_session(who, writes=True) as shop:
        this = (MessageProvider.shop_id == shop.id, MessageProvider.channel == channel)
        if answer.came == SENT:
            shop.execute(update(MessageProvider).where(*this).values(tested_at=shop.now, trouble=None))
        elif answer.came != UNKNOWN:
            shop.execute(update(MessageProvider).where(*this).values(tested_at=None))
        timeline.note(shop, "message service tested", "message service", channel=channel, came=answer.came)
    return answer


def opened(shop: ShopSession, channel: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """The service of a channel ready for use: kind, settings, secrets. Raises NotFound and Unavailable."""
    query = select(MessageProvider.kind, MessageProvider.settings, MessageProvider.secret).where(
        MessageProvider.shop_id == shop.id, MessageProvider.channel == channel
    )
    row = shop.execute(query).one_or_none()
    if row is None:
        raise NotFound(f"No service for {CHANNELS[channel]} is connected.")
    return row.kind, row.settings, secrets.unlocked(row.secret)


def troubles(shop: ShopSession) -> list[str]:
    """What keeps a connected service from carrying messages, each in one sentence."""
    found = []
    for channel, provider in all_of(shop).items():
        try:
            opened(shop, channel)
        except Unavailable as locked:
            found.append(f"{CHANNELS[channel]}: {locked}")
        else:
            if provider.trouble:
                found.append(f"{CHANNELS[channel]} messages wait: {provider.trouble}")
    return found


def _go_on(shop: ShopSession, channel: str) -> None:
    """What waited for the service is tried right away."""
    waiting = (Message.shop_id == shop.id, Message.channel == channel, Message.status == "queued")
    count = shop.scalar(select(func.count()).select_from(Message).where(*waiting))
    if count:
        wake_ups.send_messages(shop, count)


def _checked(kind: str, given: Mapping[str, str], kept: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    fields = KINDS[kind].fields
    allowed = {*fields, "base"} if of_this_machine().local_services else set(fields)
    if unknown := set(given) - allowed:
        raise BadInput(min(unknown), f"{KINDS[kind].label} has no field “{min(unknown)}”.")
    tidy = {name: " ".join(str(given.get(name) or "").split()) for name in given}
    plain: dict[str, str] = {}
    hidden: dict[str, str] = {}
    for name, field in fields.items():
        value = tidy.get(name) or (kept.get(name, "") if field.secret else "")
        if not value and field.needed:
            raise BadInput(name, f"Fill in: {field.label}.")
        if len(value) > 1000:
            raise BadInput(name, f"{field.label} may have at most 1,000 characters.")
        if value:
            (hidden if field.secret else plain)[name] = value
    if tidy.get("base"):
        plain["base"] = tidy["base"].rstrip("/")
    _CHECKS[kind](plain)
    return plain, hidden


def _check_whatsapp(plain: Mapping[str, str]) -> None:
    if not re.fullmatch(r"[0-9]{5,25}", plain["phone_number_id"]):
        raise BadInput("phone_number_id", "The phone number id is a long number from Meta, not the phone number.")


def _check_twilio(plain: Mapping[str, str]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_-]{3,64}", plain["account_sid"]):
        raise BadInput("account_sid", "The account SID has letters and digits only, such as AC0123….")
    if not re.fullmatch(r"\+[0-9]{6,15}|[A-Za-z0-9 ]{3,34}", plain["sender"]):
        raise BadInput("sender", "The sender is a number such as +14155550100, a name, or a messaging service (MG…).")
    base = plain.get("base")
    if base and not (re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", base) and may_be_asked(base)):
        raise BadInput("base", "The address of the service must be public and begin with https://.")


def _check_smtp(plain: dict[str, str]) -> None:
    if not re.fullmatch(r"[A-Za-z0-9.:-]{1,253}", plain["host"]) or not may_be_asked(plain["host"]):
        raise BadInput("host", "The mail server must be a public name such as smtp.example.org.")
    if not plain["port"].isdigit() or not 0 < int(plain["port"]) < 65_536:
        raise BadInput("port", "The port is a number from 1 to 65535, usually 587.")
    if plain["encryption"] not in ENCRYPTIONS:
        raise BadInput("encryption", f"The encryption is one of: {', '.join(ENCRYPTIONS)}.")
    if plain["encryption"] == "none" and plain.get("username") and not of_this_machine().local_services:
        raise BadInput("encryption", "A password must not go unencrypted: choose STARTTLS or TLS.")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s.<>]+", plain["sender"]):
        raise BadInput("sender", "The sender is an e-mail address such as shop@example.org.")


_CHECKS = {"whatsapp_cloud": _check_whatsapp, "twilio": _check_twilio, "smtp": _check_smtp}


def _some_are_kept(kind: str, given: Mapping[str, str]) -> bool:
    return any(field.secret and not given.get(name) for name, field in KINDS[kind].fields.items())


def _own_address(shop: ShopSession, channel: str, to: str) -> str:
    if channel != EMAIL:
        return normalise(to, shop.shop.region).e164
    address = to.strip().lower()
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s.<>]+", address):
        raise BadInput("to", f"“{address}” is not an e-mail address such as asha@example.org.")
    return address


def _locked(shop: ShopSession, channel: str) -> RowMapping | None:
    query = select(MessageProvider.kind, MessageProvider.secret).where(
        MessageProvider.shop_id == shop.id, MessageProvider.channel == channel
    )
    return shop.execute(query.with_for_update()).mappings().one_or_none()


def _must_be_there(shop: ShopSession, channel: str) -> None:
    if _locked(shop, channel) is None:
        raise NotFound(f"No service for {CHANNELS.get(channel, channel)} is connected.")
