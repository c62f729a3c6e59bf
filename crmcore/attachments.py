"""Files of customers: quotes, photos, letters. They stand in the database: it guards them, and a backup has them."""

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, delete, insert, select

from crmcore import customers, file_kinds, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput, NotFound
from crmcore.models import Attachment, Customer, Interaction, Membership, Visit

LARGEST = 10 * 1024 * 1024  # bytes
PAGE_SIZE = 20
_LONGEST_NAME = 200


@dataclass(frozen=True)
class File:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def add(
    shop: ShopSession,
    customer_id: UUID,
    name: str,
    content: bytes,
    *,
    interaction_id: UUID | None = None,
    visit_id: UUID | None = None,
) -> UUID:
    """Keep a file with a customer, and with the interaction or visit it belongs to; return its id.

    Raises BadInput when it is empty, too large, of a kind not kept here, called what it is not, or kept already; and
    NotFound.
    """
    shop.who.must("log interactions")
    if not content:
        raise BadInput("file", "This file is empty. Choose another one.")
    if len(content) > LARGEST:
        most = f"{LARGEST // 1024**2} MB"
        raise BadInput("file", f"A file may have at most {most}. Make it smaller, then choose it again.")
    name = clean_name(name)
    kind = file_kinds.kind_of(name, content)
    customers.on_file(shop, customer_id, lock=True)  # the same file sent twice at once is kept once
    _must_belong(shop, customer_id, interaction_id, visit_id)
    digest = hashlib.sha256(content).digest()
    _must_be_new(shop, customer_id, digest)
    attachment_id = new_id()
    shop.execute(
        insert(Attachment).values(
            shop_id=shop.id,
            id=attachment_id,
            customer_id=customer_id,
            interaction_id=interaction_id,
            visit_id=visit_id,
            file_name=name,
            media_type=file_kinds.media_type_of(kind, name),
            size=len(content),
            sha256=digest,
            content=content,
            created_at=shop.now,
            created_by=shop.who.staff_id,
        )
    )
    said: dict[str, Any] = {"file": name, "size": len(content), "sha256": digest.hex()}
    timeline.note(shop, "file added", "attachment", attachment_id, customer_id=customer_id, **said)
    return attachment_id


def remove(shop: ShopSession, attachment_id: UUID) -> None:
    """Delete a file for good; that it was there stays on the timeline.

    Raises NotFound, and NotAllowed for what somebody else added.
    """
    shop.who.must("log interactions")
    query = _files(shop).where(Attachment.id == attachment_id).with_for_update(of=Attachment)
    before = _found(shop.execute(query).mappings().one_or_none())
    shop.who.must_be_allowed_to_change(before["created_by"])
    shop.execute(delete(Attachment).where(Attachment.shop_id == shop.id, Attachment.id == attachment_id))
    said = {"file": before["file_name"], "size": before["size"]}
    timeline.note(shop, "file removed", "attachment", attachment_id, customer_id=before["customer_id"], **said)


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = PAGE_SIZE, offset: int = 0) -> list[RowMapping]:
    """The files of a customer without their content, newest first; `added_by` names who added them."""
    shop.who.must("see customers")
    query = _files(shop).where(Attachment.customer_id == customer_id).order_by(Attachment.id.desc())
    return list(shop.execute(query.limit(limit).offset(offset)).mappings())


def hand_out(shop: ShopSession, attachment_id: UUID) -> File:
    """A file with its content. Raises NotFound, also when its customer was hidden from this person."""
    shop.who.must("see customers")
    query = (
        select(Attachment.file_name, Attachment.media_type, Attachment.content, Customer.hidden_at)
        .join(Customer, (Customer.shop_id == Attachment.shop_id) & (Customer.id == Attachment.customer_id))
        .where(Attachment.shop_id == shop.id, Attachment.id == attachment_id)
    )
    row = _found(shop.execute(query).mappings().one_or_none())
    if row["hidden_at"] is not None and not shop.who.may("hide customers"):
        raise _gone()
    return File(row["file_name"], row["media_type"], bytes(row["content"]))


def clean_name(typed: str) -> str:
    """The name of a file without folders, without what can't be seen, and of sensible length; its ending stays."""
    last = PureWindowsPath(PurePosixPath(typed).name).name
    shown = "".join(mark for mark in last if unicodedata.category(mark)[0] != "C" and mark not in '<>:"|?*')
    name = " ".join(shown.split()).lstrip(".") or "file"
    path = PurePosixPath(name)
    return path.stem[: _LONGEST_NAME - len(path.suffix)].rstrip() + path.suffix


def _files(shop: ShopSession) -> Select[Any]:
    columns = [column for column in Attachment.__table__.columns if column.name != "content"]
    return (
        select(*columns, Membership.name.label("added_by"))
        .outerjoin(
            Membership, (Membership.shop_id == Attachment.shop_id) & (Membership.staff_id == Attachment.created_by)
        )
        .where(Attachment.shop_id == shop.id)
    )


def _must_belong(shop: ShopSession, customer_id: UUID, interaction_id: UUID | None, visit_id: UUID | None) -> None:
    """Raise NotFound unless what the file is added to belongs to the same customer."""
    for table, subject_id in ((Interaction, interaction_id), (Visit, visit_id)):
        if subject_id is not None:
            query = select(table.customer_id).where(table.shop_id == shop.id, table.id == subject_id)
            if shop.scalar(query) != customer_id:
                raise NotFound("What this file belongs to is not on file any more.")


def _must_be_new(shop: ShopSession, customer_id: UUID, digest: bytes) -> None:
    query = select(Attachment.file_name, Attachment.created_at).where(
        Attachment.shop_id == shop.id, Attachment.customer_id == customer_id, Attachment.sha256 == digest
    )
    same = shop.execute(query.limit(1)).one_or_none()
    if same is not None:
        day = same.created_at.astimezone(shop.zone).date()
        raise BadInput("file", f"This file is here already: “{same.file_name}”, added on {day:%-d %B %Y}.")


def _found(row: RowMapping | None) -> RowMapping:
    if row is None:
        raise _gone()
    return row


def _gone() -> NotFound:
    return NotFound("This file is not on file in your shop any more.")
