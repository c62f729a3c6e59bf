"""Messages to everybody in a segment: each is checked against consent, and waits in the outbox to be sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.messages import preparing
from crmcore.messages.consent import EMAIL, SMS, WHATSAPP
from crmcore.segments.keeping import customer_ids, get

MOST = 5_000  # messages at once


def prepare(
    shop: ShopSession,
    segment_id: UUID,
    purpose: str,
    values: Mapping[str, str | date],
    *,
    channels: Sequence[str] = (WHATSAPP, SMS, EMAIL),
    automatic: bool = False,
) -> preparing.Prepared:
    """Put a message to everybody in a segment into the outbox, on the first of `channels` on which it may go to them.

    Who declined, or can't be reached, gets none; the answer says why. The same message on one day is made once.
    `automatic`: by the connected services. Raises NotFound, and BadInput for a segment of very many.
    """
    shop.who.must("send messages")
    segment = get(shop, segment_id)
    ids = list(shop.execute(customer_ids(shop, segment_id).limit(MOST + 1)).scalars())
    if len(ids) > MOST:
        raise BadInput("segment", f"“{segment['name']}” has more than {MOST:,} customers. Narrow it for one message.")
    said = "|".join(f"{key}={value}" for key, value in sorted(values.items()))
    about = f"segment:{purpose}:{shop.today}:{hash_of(said)}"
    wanted = [preparing.Wanted(one, values, f"{about}:{one}") for one in ids]
    return preparing.prepare_many(shop, purpose, wanted, channels, automatic=automatic)


def hash_of(text: str) -> str:
    """A short name for a text, the same everywhere and every day."""
    return sha256(text.encode()).hexdigest()[:16]
