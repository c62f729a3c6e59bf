"""Filing an e-mail with whom it is: as an interaction, once, with what was attached."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import attachments, customers, interactions, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.interactions import NewInteraction
from crmcore.mail_in.letter import Letter, read
from crmcore.models import Interaction, UnmatchedMail

# Mail that anybody can have an address at: it says nothing about the firm.
_ANYBODYS = frozenset(
    {
        "aol.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
        "live.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me", "protonmail.com", "rediffmail.com",
        "web.de", "yahoo.co.in", "yahoo.com", "yahoo.in", "zoho.com",
    }
)  # fmt: skip
MOST_WAITING = 25  # shown at once; sorting some brings the next


@dataclass(frozen=True)
class Filed:
    """What became of a mail. `with_whom`: a name, None when it waits. `is_new`: False for one that was here before.
    `left_out`: attachments that could not be kept, each with the reason."""

    subject: str | None
    with_whom: str | None
    direction: str | None
    is_new: bool = True
    interaction_id: UUID | None = None
    left_out: tuple[str, ...] = ()


def take_in(shop: ShopSession, content: bytes, *, customer_id: UUID | None = None) -> Filed:
    """File a mail with whom it was exchanged, by the addresses in it; with `customer_id` where it is said.

    Received from whoever sent it is on file, sent to them otherwise. Where nobody, or more than one, fits, it waits.
    The same mail twice is filed once. Raises BadInput when it can't be read, and NotFound.
    """
    shop.who.must("log interactions")
    letter = read(content)
    known = _filed_before(shop, letter)
    if known is not None:
        return known
    if customer_id is not None:
        customer = customers.on_file(shop, customer_id)
        direction, person_id = _direction(shop, letter, customer_id)
        found = {"customer_id": customer_id, "contact_person_id": person_id}
        name = customer["name"] or customer["company_name"] or "the customer"
        return _file(shop, letter, found, direction, name)
    for direction, addresses in (("in", [letter.sender]), ("out", letter.recipients)):
        matches = _whose(shop, addresses)
        if matches:
            subjects = _subjects(matches)
            if len(subjects) == 1 or direction == "out":
                # Of several who got it, the first named is whom it was written to.
                subject = subjects[0] if len(subjects) == 1 else _first_named(matches, letter)
                if subject is not None:
                    return _file(shop, letter, subject, direction, str(subject["name"]))
            return _let_wait(shop, letter, content)
    return _let_wait(shop, letter, content)


def waiting(shop: ShopSession) -> list[dict[str, Any]]:
    """Mails that belong to nobody yet, the newest first: id, sender, subject, sent_at, and `could_be`."""
    shop.who.must("sort e-mails")
    columns = (
        UnmatchedMail.id, UnmatchedMail.sender_name, UnmatchedMail.sender_address, UnmatchedMail.subject,
        UnmatchedMail.addresses, UnmatchedMail.sent_at, UnmatchedMail.created_at,
    )  # fmt: skip
    query = select(*columns).where(UnmatchedMail.shop_id == shop.id).order_by(UnmatchedMail.id.desc())
    rows = shop.execute(query.limit(MOST_WAITING)).mappings()
    return [{**row, "could_be": _could_be(shop, row)} for row in rows]


def how_many_wait(shop: ShopSession) -> int:
    """How many mails belong to nobody yet."""
    shop.who.must("sort e-mails")
    return int(shop.scalar(select(func.count()).select_from(UnmatchedMail).where(UnmatchedMail.shop_id == shop.id)))


def file_with(
    shop: ShopSession, mail_id: UUID, *, customer_id: UUID | None = None, lead_id: UUID | None = None
) -> Filed:
    """Say whose a waiting mail is. Raises NotFound when it was sorted meanwhile, BadInput when nobody is named."""
    shop.who.must("sort e-mails")
    letter = read(_taken(shop, mail_id))
    if customer_id is None and lead_id is None:
        raise BadInput("customer", "Choose whom this e-mail is with.")
    if customer_id is not None:
        direction, person_id = _direction(shop, letter, customer_id)
        subject = {"customer_id": customer_id, "contact_person_id": person_id}
    else:
        direction, subject = "in", {"lead_id": lead_id}
    return _file(shop, letter, subject, direction or "in", None)


def drop_waiting(shop: ShopSession, mail_id: UUID) -> None:
    """A waiting mail is nobody's: forget it. Raises NotFound when it was sorted meanwhile."""
    shop.who.must("sort e-mails")
    letter = read(_taken(shop, mail_id))
    timeline.note(shop, "e-mail dropped", "e-mail", mail_id, sender=letter.sender[1], title=letter.subject)


def _taken(shop: ShopSession, mail_id: UUID) -> bytes:
    gone = delete(UnmatchedMail).where(UnmatchedMail.shop_id == shop.id, UnmatchedMail.id == mail_id)
    content = shop.scalar(gone.returning(UnmatchedMail.content))
    if content is None:
        raise NotFound("Somebody sorted this e-mail meanwhile.")
    return bytes(content)


def _filed_before(shop: ShopSession, letter: Letter) -> Filed | None:
    query = select(Interaction.id, Interaction.direction).where(
        Interaction.shop_id == shop.id, Interaction.message_id == letter.message_id
    )
    row = shop.execute(query).one_or_none()
    if row is not None:
        return Filed(letter.subject, "whom it was filed with before", row.direction, False, row.id)
    waits = select(UnmatchedMail.id).where(
        UnmatchedMail.shop_id == shop.id, UnmatchedMail.message_id == letter.message_id
    )
    return Filed(letter.subject, None, None, False) if shop.scalar(waits) else None


def _whose(shop: ShopSession, addresses: Iterable[tuple[str, str]]) -> list[RowMapping]:
    wanted = [address for _, address in addresses]
    return shop.rows("mail/whose", addresses=wanted) if wanted else []


def _subjects(matches: Iterable[Mapping[Any, Any]]) -> list[dict[str, Any]]:
    """Whom the matches mean, each once: a customer goes before a lead, and a person of theirs is named with them."""
    found: dict[UUID, dict[str, Any]] = {}
    rows = list(matches)
    for row in rows:
        if row["customer_id"] is not None:
            one = found.setdefault(row["customer_id"], {"customer_id": row["customer_id"], "name": row["name"]})
            if row["contact_person_id"] is not None:
                one.setdefault("contact_person_id", row["contact_person_id"])
    if not found:
        for row in rows:
            found.setdefault(row["lead_id"], {"lead_id": row["lead_id"], "name": row["name"]})
    return list(found.values())


def _first_named(matches: list[RowMapping], letter: Letter) -> dict[str, Any] | None:
    for _, address in letter.recipients:
        theirs = _subjects(row for row in matches if row["address"] == address)
        if len(theirs) == 1:
            return theirs[0]
        if theirs:
            return None
    return None


def _direction(shop: ShopSession, letter: Letter, customer_id: UUID) -> tuple[str | None, UUID | None]:
    """Whether this customer sent or got the mail, and which of their people; None where the addresses don't say."""
    for direction, addresses in (("in", [letter.sender]), ("out", letter.recipients)):
        for row in _whose(shop, addresses):
            if row["customer_id"] == customer_id:
                return direction, row["contact_person_id"]
    return None, None


def _file(
    shop: ShopSession, letter: Letter, subject: Mapping[str, Any], direction: str | None, name: str | None
) -> Filed:
    sent_at = letter.sent_at or shop.now
    new = NewInteraction(
        "email",
        customer_id=subject.get("customer_id"),
        lead_id=subject.get("lead_id"),
        contact_person_id=subject.get("contact_person_id"),
        direction=direction,
        happened_at=min(sent_at, shop.now),
        subject=letter.subject,
        notes=letter.text if subject.get("customer_id") else _with_files_named(letter),
        message_id=letter.message_id,
    )
    interaction_id = interactions.record(shop, new)
    left_out: list[str] = []
    for file_name, content in letter.files:
        if new.customer_id is None:
            left_out.append(f"{attachments.clean_name(file_name)}: files are kept with customers, not with leads")
            continue
        try:
            with shop.connection.begin_nested():
                attachments.add(shop, new.customer_id, file_name, content, interaction_id=interaction_id)
        except BadInput as refused:
            left_out.append(f"{attachments.clean_name(file_name)}: {refused}")
    return Filed(letter.subject, name, direction, True, interaction_id, tuple(left_out))


def _with_files_named(letter: Letter) -> str:
    """What the mail says, and which files came with it: a lead has no place for them, so that the history says so."""
    if not letter.files:
        return letter.text
    names = ", ".join(attachments.clean_name(name) for name, _ in letter.files)[:400]
    return f"{letter.text}\n\nCame with files that are not kept here: {names}.".strip()


def _let_wait(shop: ShopSession, letter: Letter, content: bytes) -> Filed:
    row = {
        "shop_id": shop.id,
        "id": new_id(),
        "message_id": letter.message_id,
        "sender_name": letter.sender[0] or None,
        "sender_address": letter.sender[1][:320],
        "addresses": [address for _, address in letter.recipients][:50],
        "subject": letter.subject,
        "sent_at": letter.sent_at,
        "content": content,
        "created_at": shop.now,
        "created_by": shop.who.staff_id,
    }
    kept = shop.scalar(upsert(UnmatchedMail).values(row).on_conflict_do_nothing().returning(UnmatchedMail.id))
    if kept is not None:
        timeline.note(shop, "e-mail waits", "e-mail", kept, sender=letter.sender[1], title=letter.subject)
    return Filed(letter.subject, None, None, kept is not None)


def _could_be(shop: ShopSession, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Who a waiting mail could be with: everybody the addresses fit, else who has the name or the same firm's mail."""
    everybody = [("", address) for address in (row["sender_address"], *row["addresses"]) if address]
    fitting = _whose(shop, everybody)[:5]
    if fitting:
        return [{key: one[key] for key in ("customer_id", "lead_id", "name")} for one in fitting]
    domain = (row["sender_address"] or "").rpartition("@")[2]
    firm = None if domain in _ANYBODYS else domain or None
    return [dict(one) for one in shop.rows("mail/could_be", called=row["sender_name"], domain=firm)]
