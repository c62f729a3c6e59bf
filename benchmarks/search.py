"""Finding a customer among very many, by name or by digits of the phone, against looking up one exact number."""

from sqlalchemy import select, text

from benchmarks.timing import Ratio, in_turn, ms
from crmcore import customer_search
from crmcore.database.gate import Who, shop_session
from crmcore.models import Customer


def run(shops: list[Who]) -> list[Ratio]:
    """In the largest shop."""
    who = shops[0]
    with shop_session(who) as shop:
        name, phone = shop.execute(
            select(Customer.name, Customer.phone).where(Customer.shop_id == shop.id).order_by(Customer.id).offset(70)
        ).first()
        people = text("select sum(people) from shop_days where shop_id = :shop_id")
        among = shop.scalar(people, {"shop_id": shop.id})
    first, last = name.split()
    typed = {
        "the start of a common first name": first[:3],
        "the start of a family name": last[:4],
        "first name and start of the family name": f"{first} {last[:2]}",
        "the first digits of a phone": phone[3:8],
        "the last digits of a phone": phone[-5:],
    }
    found = []
    for what, words in typed.items():
        search, exact = in_turn(lambda words=words: _search(who, words), lambda: _exact(who, phone))
        found.append(
            Ratio(f"search by {what}, against an exact phone number, among {int(among):,} customers", search / exact,
                  "<= 10", f"{ms(search)} against {ms(exact)}")
        )
    return found


def _search(who: Who, words: str) -> None:
    with shop_session(who) as shop:
        customer_search.search(shop, words)


def _exact(who: Who, phone: str) -> None:
    """The same columns for the one customer with this number."""
    with shop_session(who) as shop:
        query = customer_search.shown_columns().where(Customer.shop_id == shop.id, Customer.phone == phone)
        shop.execute(query.where(Customer.hidden_at.is_(None))).all()
