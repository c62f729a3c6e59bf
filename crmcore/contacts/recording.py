"""Putting a contact on file by hand."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.contacts.contact import NewContact, checked, name_of
from crmcore.contacts.reading import with_number
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Contact


def record(shop: ShopSession, new: NewContact) -> UUID:
    """Put somebody on file who is to be called; return the id. It is given to whoever wrote it down.

    A customer with one of the numbers is linked. Raises BadInput for what can't be used, and when the number that is
    called is a contact's already, be it beside another one, unless their names differ.
    """
    shop.who.must("edit contacts")
    values = checked(shop, vars(new))
    if shop.rows_as_the_shop("contacts/has_number", phone=values["phone"], called=values["name"]):
        refuse_number(shop, values["phone"])
    me = shop.who.staff_id
    contact_id = shop.scalar(
        upsert(Contact)
        .values(
            **values,
            shop_id=shop.id,
            id=new_id(),
            assigned_to=me,
            assigned_at=shop.now if me else None,
            uploaded_on=shop.today,
            created_at=shop.now,
            created_by=me,
            updated_at=shop.now,
            updated_by=me,
        )
        .on_conflict_do_nothing()
        .returning(Contact.id)
    )
    if contact_id is None:
        refuse_number(shop, values["phone"])
    find_customer(shop, contact_id)
    timeline.note(shop, "contact added", "contact", contact_id, after=values)
    return UUID(str(contact_id))


def find_customer(shop: ShopSession, contact_id: UUID) -> None:
    """Link a contact that is nobody's yet with the customer who has one of its numbers."""
    shop.rows_as_the_shop("contacts/find_customer", contact_id=contact_id)


def refuse_number(shop: ShopSession, phone: str) -> None:
    """Raise BadInput saying whose number it is."""
    found = with_number(shop, phone)
    whose = name_of(shop, found) if found and not shop.who.sees_own_only else "another contact"
    raise BadInput("phone", f"{phone} already belongs to {whose}. Open that contact instead.")
