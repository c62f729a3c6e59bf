"""Who gets the contacts of a new upload by themselves: a setting of the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import people, timeline
from crmcore.contacts.assigning import share_out_quietly
from crmcore.database.gate import ShopSession
from crmcore.models import Contact, Membership, ShopSetting

_KEY = "contacts"


@dataclass(frozen=True)
class Sharing:
    """Who gets new contacts: nobody, or these people evenly; `balanced`: whoever has fewer open gets more."""

    among: tuple[UUID, ...] = ()
    balanced: bool = False


def of_shop(shop: ShopSession) -> Sharing:
    """Who gets the contacts of a new upload here."""
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEY))
    if kept is None:
        return Sharing()
    return Sharing(tuple(map(UUID, kept["among"])), bool(kept["balanced"]))


def change(shop: ShopSession, among: Sequence[UUID], *, balanced: bool = False) -> None:
    """Share new uploads out another way from now on. Raises BadInput for somebody who is not at work."""
    shop.who.must("assign contacts")
    for staff_id in among:
        people.must_be_active(shop, staff_id, "among")
    before, after = _plain(of_shop(shop)), _plain(Sharing(tuple(dict.fromkeys(among)), balanced))
    if before == after:
        return
    row = {"value": after, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=_KEY, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    timeline.note(shop, "sharing out changed", "shop", shop.id, important=True, **timeline.changes(before, after))


def share_out_upload(shop: ShopSession, import_id: UUID) -> None:
    """Share the new contacts of an import out as the shop set it; who left meanwhile gets none."""
    sharing = of_shop(shop)
    if not sharing.among:
        return
    at_work = select(Membership.staff_id).where(Membership.shop_id == shop.id, Membership.is_active)
    there = set(shop.execute(at_work).scalars())
    among = [staff_id for staff_id in sharing.among if staff_id in there]
    if among:
        new = select(Contact.id).where(Contact.shop_id == shop.id, Contact.import_id == import_id)
        share_out_quietly(shop, new, among, balanced=sharing.balanced)


def _plain(sharing: Sharing) -> dict[str, Any]:
    return {"among": [str(one) for one in sharing.among], "balanced": sharing.balanced}
