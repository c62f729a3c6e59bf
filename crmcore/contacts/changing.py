"""Changing what is on file about a contact, marking who came by without buying, and counting who was in touch."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, update
from sqlalchemy.exc import IntegrityError

from crmcore import timeline
from crmcore.contacts.contact import CONTACTED, CONVERTED, PENDING, YELLOW, checked
from crmcore.contacts.reading import on_file
from crmcore.contacts.recording import find_customer, refuse_number
from crmcore.database.gate import ShopSession, broken_constraint
from crmcore.errors import Conflict
from crmcore.models import Contact


def change(
    shop: ShopSession, contact_id: UUID, fields: Mapping[str, Any], *, seen_at: datetime | None = None
) -> None:
    """Change what is given in `fields` (keys of FIELDS; None or "" empties a field).

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises NotFound, and BadInput as `record` does.
    """
    shop.who.must("edit contacts")
    before = on_file(shop, contact_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this contact meanwhile. Look at what it says now, then save again.")
    values = checked(shop, fields)
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    try:
        with shop.connection.begin_nested():
            _write(shop, contact_id, changed["after"])
    except IntegrityError as error:
        if broken_constraint(error).startswith("contacts_phone_once"):
            refuse_number(shop, values["phone"])
        raise
    if changed["after"].keys() & {"phone", "other_phones"}:
        find_customer(shop, contact_id)
    timeline.note(shop, "contact changed", "contact", contact_id, **changed)


def did_not_buy(shop: ShopSession, contact_id: UUID) -> None:
    """They came by and bought nothing: marked so, until they buy. Nothing changes for whoever is marked already.

    Raises NotFound, and Conflict for a converted contact, who did buy.
    """
    shop.who.must("edit contacts")
    before = on_file(shop, contact_id)
    if before["status"] == YELLOW:
        return
    if before["status"] == CONVERTED:
        raise Conflict("This contact bought, and stays converted. Log the visit instead, if you like.")
    _move(shop, before, YELLOW, did_not_buy_on=shop.today)


def take_back_did_not_buy(shop: ShopSession, contact_id: UUID) -> None:
    """Marking them was a mistake: contacted again, or pending if nobody was in touch. Nothing changes for others."""
    shop.who.must("edit contacts")
    before = on_file(shop, contact_id)
    if before["status"] == YELLOW:
        _move(shop, before, CONTACTED if before["touches"] else PENDING, did_not_buy_on=None)


def touched(shop: ShopSession, contact_id: UUID) -> None:
    """Something was written into the history with a contact, changed or taken out of it: count it anew.

    The contact is locked already (`on_file`), so that two people who write at once are both counted.
    """
    shop.run("contacts/touch", contact_id=contact_id, now=shop.now, staff_id=shop.who.staff_id)


def recount(shop: ShopSession) -> None:
    """Count anew how often somebody was in touch with each contact. Needs the gate alone."""
    shop.must_be_alone()
    shop.run("contacts/touch_all", now=shop.now, staff_id=shop.who.staff_id)


def _move(shop: ShopSession, before: RowMapping, status: str, **more: Any) -> None:
    _write(shop, before["id"], {"status": status, **more})
    timeline.note(
        shop,
        "contact marked",
        "contact",
        before["id"],
        before={"status": before["status"]},
        after={"status": status},
    )


def _write(shop: ShopSession, contact_id: UUID, values: Mapping[str, Any]) -> None:
    shop.execute(
        update(Contact)
        .where(Contact.shop_id == shop.id, Contact.id == contact_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )
