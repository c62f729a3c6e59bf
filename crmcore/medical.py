"""Medical data of a customer: the one door to it, for people with the medical right alone.

Row policies can't know that right, so nothing else in Regulars may name the table; a test holds it to that. Every look
and every change leaves a line on the customer's timeline: who and when, never what it says.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customers, texts, timeline
from crmcore.database.gate import SEE_MEDICAL_DATA, ShopSession
from crmcore.errors import BadInput
from crmcore.models import Activity, MedicalProfile

FIELDS = {
    "conditions": "Conditions",
    "allergies": "Allergies",
    "doctor": "Doctor",
    "notes": "Medical notes",
}
A_LOOK = timedelta(minutes=5)  # after it, looking again is another look

_READ = "medical data read"
_LONGEST = {"conditions": 2000, "allergies": 2000, "doctor": 300, "notes": 10_000}


def read(shop: ShopSession, customer_id: UUID) -> dict[str, str | None]:
    """What is known of the customer's health, by FIELDS; the look is written down, one line for a look that goes on.

    Needs a gate opened for writing. Raises NotAllowed without the medical right, and NotFound.
    """
    shop.who.must(SEE_MEDICAL_DATA)
    customers.get(shop, customer_id)
    known = _stored(shop, customer_id)
    if not _looked_just_now(shop, customer_id):
        timeline.note(shop, _READ, "medical profile", customer_id, customer_id=customer_id)
    return known


def change(shop: ShopSession, customer_id: UUID, fields: Mapping[str, str | None]) -> None:
    """Write down what is given of FIELDS; empty text empties a field, what is not named stays.

    Raises NotAllowed without the medical right, BadInput for a field that can't be used, NotFound.
    """
    shop.who.must(SEE_MEDICAL_DATA)
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"Medical data has no field “{min(unknown)}”.")
    tidy = {key: texts.paragraph(key, FIELDS[key], value, _LONGEST[key]) for key, value in fields.items()}
    customers.on_file(shop, customer_id)
    before = _stored(shop, customer_id)
    changed = [key for key in tidy if tidy[key] != before[key]]
    if not changed:
        return
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    row = upsert(MedicalProfile).values(
        shop_id=shop.id, customer_id=customer_id, **tidy, **stamp, created_at=shop.now, created_by=shop.who.staff_id
    )
    shop.execute(row.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_={**tidy, **stamp}))
    timeline.note(
        shop,
        "medical data changed",
        "medical profile",
        customer_id,
        customer_id=customer_id,
        fields=[FIELDS[key].lower() for key in changed],
    )


def _looked_just_now(shop: ShopSession, customer_id: UUID) -> bool:
    """Whether this person's look at this customer's data began a moment ago and is on the timeline already."""
    looks = exists().where(
        Activity.shop_id == shop.id,
        Activity.customer_id == customer_id,
        Activity.what == _READ,
        Activity.staff_id == shop.who.staff_id,
        Activity.at > shop.now - A_LOOK,
    )
    return bool(shop.scalar(select(looks)))


def _stored(shop: ShopSession, customer_id: UUID) -> dict[str, str | None]:
    columns = [getattr(MedicalProfile, key) for key in FIELDS]
    query = select(*columns).where(MedicalProfile.shop_id == shop.id, MedicalProfile.customer_id == customer_id)
    row = shop.execute(query).mappings().one_or_none()
    return dict(row) if row else dict.fromkeys(FIELDS)
