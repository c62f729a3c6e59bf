"""What was said with a contact, newest first."""

from sqlalchemy import RowMapping

from crmcore import interactions
from crmcore.database.gate import ShopSession
from dashboard.parts import talk_log, words
from dashboard.parts.layout import section


def show_history(contact: RowMapping, shop: ShopSession) -> None:
    last, told = contact["last_touched_at"], ""
    if last is not None:
        ago = words.ago(last.astimezone(shop.zone).date(), shop.today)
        told = f"In touch {words.several(contact['touches'], 'time')}, last {ago}"
    section("History", told)
    shown = f"contact-{contact['id']}"
    talk_log.show_talk(shown, interactions.of_contact(shop, contact["id"], limit=talk_log.most_talk(shown) + 1), shop)
