"""Changing what is on file about a lead, and where it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from crmcore import timeline
from crmcore.database.gate import ShopSession, broken_constraint
from crmcore.errors import BadInput, Conflict
from crmcore.leads import territories, words
from crmcore.leads.lead import BY_HAND, CONTACTED, CONVERTED, FIELDS, NEW, checked, must_be_named, name_and_company
from crmcore.leads.reading import on_file
from crmcore.leads.recording import refuse_ref
from crmcore.models import Lead
from crmcore.texts import one_line


def change(shop: ShopSession, lead_id: UUID, fields: Mapping[str, Any], *, seen_at: datetime | None = None) -> None:
    """Change what is given in `fields` (keys of FIELDS; None or "" empties a field).

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises NotFound, and BadInput as `record` does.
    """
    shop.who.must("edit leads")
    before = on_file(shop, lead_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this lead meanwhile. Look at what it says now, then save again.")
    values = checked(shop, fields)
    must_be_named({**{key: before[key] for key in FIELDS}, **values})
    changed = timeline.changes(dict(before), values)
    if not changed["after"]:
        return
    try:
        with shop.connection.begin_nested():
            write(shop, lead_id, changed["after"])
    except IntegrityError as error:
        if broken_constraint(error).startswith("leads_ref_once"):
            refuse_ref(shop, values["ref"])
        raise
    if {"name", "company"} & changed["after"].keys():
        words.write(shop, [(lead_id, name_and_company({**before, **values}))])
    if territories.BY.keys() & changed["after"].keys():
        territories.found_for(shop, [lead_id])  # whoever has the lead keeps it
    timeline.note(shop, "lead changed", "lead", lead_id, customer_id=before["customer_id"], **changed)


def mark(shop: ShopSession, lead_id: UUID, status: str, *, why: str | None = None) -> None:
    """Say where a lead stands: new, contacted, qualified or unqualified. Nothing happens if it stands there already.

    `why`: in words, e.g. why somebody is not qualified. Raises NotFound, BadInput for another word, and Conflict for a
    lead that was converted.
    """
    shop.who.must("edit leads")
    if status not in BY_HAND:
        known = ", ".join(BY_HAND)
        raise BadInput("status", f"A lead can't be marked “{status}”. Use one of: {known}; converting is done apart.")
    before = on_file(shop, lead_id)
    if before["status"] == CONVERTED:
        raise Conflict("This lead became a customer and stays converted. Work on with the customer.")
    if before["status"] == status:
        return
    write(shop, lead_id, {"status": status})
    timeline.note(
        shop,
        "lead marked",
        "lead",
        lead_id,
        why=one_line("why", "Why", why, 300),
        before={"status": before["status"]},
        after={"status": status},
    )


def touched(shop: ShopSession, lead_id: UUID) -> None:
    """Somebody talked with a lead: a new one is a contacted one from now on."""
    one = (Lead.shop_id == shop.id, Lead.id == lead_id, Lead.status == NEW)
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    moved = shop.scalar(update(Lead).where(*one).values(status=CONTACTED, **stamp).returning(Lead.id))
    if moved is not None:
        timeline.note(
            shop, "lead marked", "lead", lead_id, before={"status": NEW}, after={"status": CONTACTED}
        )


def write(shop: ShopSession, lead_id: UUID, values: Mapping[str, Any]) -> None:
    """Write columns of a lead, with who did it and when."""
    shop.execute(
        update(Lead)
        .where(Lead.shop_id == shop.id, Lead.id == lead_id)
        .values(**values, updated_at=shop.now, updated_by=shop.who.staff_id)
    )
