"""Putting a contact on file by hand."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.contacts.contact import NewContact, checked, name_of
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Contact, Customer


def record(shop: ShopSession, new: NewContact) -> UUID:
    """Put somebody on file who is to be called; return the id. It is given to whoever wrote it down.

    A customer with the number is linked. Raises BadInput for what can't be used, and when the number is a contact's
    already.
    """
    shop.who.must("edit contacts")
    values = checked(shop, vars(new))
    customer_id = shop.scalar(
        select(Customer.id).where(
            Customer.shop_id == shop.id, Customer.phone == values["phone"], Customer.hidden_at.is_(None)
        )
    )
    me = shop.who.staff_id
    contact_id = shop.scalar(
        upsert(Contact)
        .values(
            **values,
            shop_id=shop.id,
            id=new_id(),
            customer_id=customer_id,
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
    timeline.note(shop, "contact added", "contact", contact_id, after=values)
    return UUID(str(contact_id))


def refuse_number(shop: ShopSession, phone: str) -> None:
    """Raise BadInput saying whose number it is."""
    found = shop.rows_as_the_shop("contacts/of_phone", phone=phone)
    whose = name_of(shop, found[0]) if found and not shop.who.sees_own_only else "another contact"
    raise BadInput("phone", f"{phone} already belongs to {whose}. Open that contact instead.")
