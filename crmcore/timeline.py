"""The timeline, which is the audit record too: every write adds its line in its own transaction.

Lines are insert-only for the application role. `seal` binds them into a hash chain per shop afterwards, in batches,
so that writers never wait for it.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from crmcore.database.gate import ShopSession, new_id
from crmcore.models import Activity

_INSERT = insert(Activity)  # made once: every write of the application adds a line


def note(
    shop: ShopSession,
    what: str,
    subject: str,
    subject_id: UUID | None = None,
    /,
    *,
    customer_id: UUID | None = None,
    important: bool = False,
    **detail: Any,
) -> None:
    """Write one line: `what` happened ("sale recorded") to which `subject` ("order") and its id.

    `customer_id` puts it on that customer's timeline. `detail` holds what a reader needs, e.g. before= and after=
    as dicts; Decimals, dates, times and UUIDs become text. Needs a gate opened for writing.
    """
    write(shop, [line(shop, what, subject, subject_id, customer_id=customer_id, important=important, **detail)])


def line(
    shop: ShopSession,
    what: str,
    subject: str,
    subject_id: UUID | None = None,
    /,
    *,
    customer_id: UUID | None = None,
    important: bool = False,
    **detail: Any,
) -> dict[str, Any]:
    """A line as `note` writes it, to be written together with others."""
    return {
        "shop_id": shop.id,
        "id": new_id(),
        "at": shop.now,
        "staff_id": shop.who.staff_id,
        "via": shop.who.via,
        "what": what,
        "subject": subject,
        "subject_id": subject_id,
        "customer_id": customer_id,
        "detail": plain(detail),
        "is_important": important,
    }


def write(shop: ShopSession, lines: Sequence[dict[str, Any]]) -> None:
    """Write these lines at once."""
    if not shop.writes:
        raise RuntimeError("Writing needs shop_session(who, writes=True)")
    shop.execute(_INSERT, lines[0] if len(lines) == 1 else lines)


def changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What an edit changed, as {"before": {...}, "after": {...}} with only the fields that differ."""
    differing = [key for key in after if before.get(key) != after[key]]
    return {
        "before": {key: before.get(key) for key in differing},
        "after": {key: after[key] for key in differing},
    }


def plain(value: Any) -> Any:
    """The value as JSON can hold it: money and ids as text, dates and times as ISO."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
