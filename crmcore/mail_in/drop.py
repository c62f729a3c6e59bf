"""A folder a mail server puts mails into: <home>/mail/<shop>/, emptied by the worker.

Staff write to customers with the shop's own address in BCC, and pass on what they get; the mail server of that address
saves each mail as a file here (docs/running.md). A file whose name begins with a dot, or does not end in .eml, is not
touched, so that none is read before it is whole.
"""

import logging
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import texts, timeline
from crmcore.database.gate import Shop, ShopSession, keeper, new_id, shop_session
from crmcore.errors import BadInput
from crmcore.mail_in.filing import take_in
from crmcore.mail_in.letter import LARGEST
from crmcore.models import ShopSetting
from crmcore.settings import settings

AT_ONCE = 200  # files of one round
_KEPT = "mail_in_address"

log = logging.getLogger("regulars.mail")


def folder_of(shop: Shop) -> Path:
    """Where mails of this shop are put."""
    return settings().home / "mail" / shop.slug


def empty(shop: Shop) -> int:
    """File what lies in the shop's folder, and take each file away; return how many were filed or wait.

    What can't be read goes into the folder `damaged` beside them and is told once in the log. What the system does not
    hand out stays where it is, and is told each time: nobody else's mail waits for it.
    """
    done = 0
    for file in _lying_in(folder_of(shop)):
        try:
            content = _content(file)
        except OSError as refused:
            log.warning("%s, %s: can't be read (%s)", shop.slug, file.name, refused.strerror)
            continue
        try:
            with shop_session(keeper(shop, via="e-mail"), writes=True) as session:
                take_in(session, content)
        except BadInput as damage:
            _put_aside(file)
            log.warning("%s, %s: %s", shop.slug, file.name, damage)
        else:
            file.unlink()
            done += 1
    return done


def _lying_in(folder: Path) -> list[Path]:
    there = sorted(folder.glob("*.eml"))
    return [file for file in there if file.is_file() and not file.name.startswith(".")][:AT_ONCE]


def _content(file: Path) -> bytes:
    """What stands in it, but not more than a mail may have and one byte, so that a larger one is refused."""
    with file.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _put_aside(file: Path) -> None:
    damaged = file.parent / "damaged"
    damaged.mkdir(exist_ok=True)
    known = damaged / file.name
    file.replace(known if not known.exists() else damaged / f"{new_id()} {file.name}")


def address(shop: ShopSession) -> str | None:
    """The address staff put in BCC, as the owner told it; None when the shop has none."""
    return shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEPT))


def change_address(shop: ShopSession, typed: str | None) -> None:
    """Tell staff which address to put in BCC, or with nothing that there is none. Raises BadInput for what is none."""
    shop.who.must("manage settings")
    before, after = address(shop), texts.email_address("address", typed)
    if before == after:
        return
    if after is None:
        shop.execute(delete(ShopSetting).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEPT))
    else:
        row = {"value": after, "updated_at": shop.now, "updated_by": shop.who.staff_id}
        setting = upsert(ShopSetting).values(shop_id=shop.id, key=_KEPT, **row)
        shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    changes = timeline.changes({"address": before}, {"address": after})
    timeline.note(shop, "e-mail address changed", "shop", shop.id, important=True, **changes)
