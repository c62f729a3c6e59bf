"""Messages that go by themselves, where the shop wants it: prepared every morning, sent once quiet time is over."""

from calendar import isleap

from sqlalchemy import select, tuple_

from crmcore.database.gate import Shop, ShopSession
from crmcore.messages import rules
from crmcore.messages.preparing import Wanted, prepare_many
from crmcore.models import Customer

# Purposes that can be switched on, with what a shop then gets.
AUTOMATIC = {
    "birthday": "Every morning a message to customers whose birthday it is, if they accepted offers and news",
    "refill": "Every morning a message to customers whose medicine runs out soon, if they accepted reminders",
}

_OF_MODULE = {"refill": "refills"}  # those that only shops with this module have


def offered(shop: Shop) -> dict[str, str]:
    """Of AUTOMATIC what this shop can switch on."""
    return {key: means for key, means in AUTOMATIC.items() if key not in _OF_MODULE or shop.has(_OF_MODULE[key])}


def prepare_birthdays(shop: ShopSession) -> None:
    """A message to everybody whose birthday it is; once a year, however often it is called."""
    if "birthday" not in rules.of_shop(shop).automatic:
        return
    today = shop.today
    days = [(today.month, today.day)]
    if (today.month, today.day) == (2, 28) and not isleap(today.year):
        days.append((2, 29))
    born = tuple_(Customer.birth_month, Customer.birth_day).in_(days)
    query = select(Customer.id).where(Customer.shop_id == shop.id, Customer.hidden_at.is_(None), born)
    wanted = [Wanted(one, key=f"birthday:{one}:{today.year}") for one in shop.execute(query).scalars()]
    if wanted:
        prepare_many(shop, "birthday", wanted, automatic=True)
