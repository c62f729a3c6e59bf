"""Undoing an import: what it created goes, what it changed is restored, what was touched since stays, figures exact."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text
from truth import assert_counters_true

from crmcore import counters, customers, imports, orders, products, tags, visits
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.database.sql import read_sql
from crmcore.errors import Conflict, NotAllowed, NotFound
from crmcore.imports import ImportResult
from crmcore.models import Activity, Customer, Note, Order, Product, Visit, VisitProduct

SALES = """Bill No,Bill Date,Mobile,Party Name,Item,Code,Qty,Rate
1,05/01/2026,98811 20456,Asha,Tea,T1,2,10
1,05/01/2026,98811 20456,Asha,Cup,C1,1,5.50
2,06/01/2026,,,Tea,T1,1,10
3,27/01/2026,98811 20457,Bilal,Mug,M1,3,20
"""
# Everything an import may write, without the moments of writing.
EVERYTHING = {
    "orders": "number, status, ordered_at, customer_id, customer_name, customer_phone, total, quantity, payment_method",
    "order_items": "order_id, position, product_id, product_name, sku, quantity, unit_price, total",
    "customers": "id, name, phone, external_ref, email, status, city, birth_day, order_count, total_spent",
    "customer_words": "word, customer_id",
    "products": "id, sku, name, category, price",
    "taggings": "customer_id, tag_id",
}


@pytest.fixture
def put_in(shop: ShopSession) -> Callable[..., ImportResult]:
    def run(noun: str, content: str) -> ImportResult:
        with imports.open_sheet(content.encode(), f"{noun}.csv") as sheet:
            plan = imports.prepare(shop, noun, sheet, imports.suggested(imports.guess(shop, noun, sheet)))
            return imports.commit(shop, plan)

    return run


def everything(shop: ShopSession) -> dict[str, list[Any]]:
    return {
        table: sorted(map(str, shop.execute(text(f"select {columns} from {table}"))))
        for table, columns in EVERYTHING.items()
    }


def order_id(shop: ShopSession, number: str) -> Any:
    return shop.scalar(select(Order.id).where(Order.shop_id == shop.id, Order.number == number))


def test_everything_is_as_if_the_file_had_never_come(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    orders.record(shop, orders.NewOrder(amount=Decimal(70), customer_id=asha))
    before = everything(shop)
    result = put_in("orders", SALES)

    undone = imports.undo(shop, result.import_id)

    assert (undone.removed, undone.restored, undone.kept) == (3 + 1 + 3, 0, [])
    assert everything(shop) == before
    assert_counters_true(shop)
    assert imports.history(shop)[0].status == "undone"
    assert put_in("orders", SALES).created == 4


def test_replaced_orders_say_again_what_they_said(shop, put_in):
    put_in("orders", SALES)
    before = everything(shop)
    newer = put_in(
        "orders", SALES.replace("M1,3,20", "M1,4,25").replace("2,06/01/2026,,,Tea", "2,07/01/2026,98811 20456,Asha,Pot")
    )
    assert newer.updated == 2
    assert everything(shop) != before

    undone = imports.undo(shop, newer.import_id)

    assert (undone.removed, undone.restored, undone.kept) == (0, 2, [])
    assert everything(shop) == before
    assert_counters_true(shop)


def test_changed_customers_and_their_tags_are_restored(shop, put_in):
    asha = customers.create(shop, {"name": "Asha Rao", "phone": "9881120456", "city": "Pune"})
    tags.add(shop, asha, "VIP")
    before = everything(shop)
    result = put_in(
        "customers",
        "Name,Mobile,City,Tags,DOB\nAsha Kumar,9881120456,Goa,vip;gold,12/03/1990\nBilal,9881120457,,gold,\n",
    )

    undone = imports.undo(shop, result.import_id)

    assert (undone.removed, undone.restored, undone.kept) == (1, 1, [])
    assert everything(shop) == before
    assert_counters_true(shop)


def test_changed_products_are_restored(shop, put_in):
    products.create(shop, products.NewProduct(name="Tea", sku="T1", price=Decimal(9)))
    before = everything(shop)
    result = put_in("products", "SKU,Item,Price\nT1,Green tea,10\nC1,Cup,5\n")
    undone = imports.undo(shop, result.import_id)
    assert (undone.removed, undone.restored, undone.kept) == (1, 1, [])
    assert everything(shop) == before


def test_a_lead_made_active_is_a_lead_again(shop, put_in):
    asha = customers.create(shop, {"name": "Asha", "phone": "9881120456"})
    bilal = customers.create(shop, {"name": "Bilal", "phone": "9881120457"})
    result = put_in("orders", SALES)
    assert customers.get(shop, asha)["status"] == "active"
    visits.record(shop, visits.NewVisit(bilal))
    imports.undo(shop, result.import_id)
    assert customers.get(shop, asha)["status"] == "lead"
    assert customers.get(shop, bilal)["status"] == "active"


def test_what_people_touched_since_stays_and_is_listed(shop, put_in):
    result = put_in("orders", SALES)
    orders.change(shop, order_id(shop, "2"), orders.OrderChange(amount=Decimal(11)))
    bilal = shop.scalar(select(Customer.id).where(Customer.name == "Bilal"))
    customers.change(shop, bilal, {"city": "Pune"})

    undone = imports.undo(shop, result.import_id)

    assert [str(kept) for kept in undone.kept] == [
        "Customer Bilal: somebody changed it since",
        "Order 2: somebody changed it since",
        "Product Tea: it was sold since",
    ]
    assert shop.execute(select(Order.number, Order.total)).all() == [("2", Decimal(11))]
    assert shop.execute(select(Customer.name, Customer.order_count)).all() == [("Bilal", 0)]
    assert_counters_true(shop)
    assert imports.history(shop)[0].undo_report["kept"] == [str(kept) for kept in undone.kept]


def test_a_customer_who_bought_something_else_meanwhile_stays(shop, put_in):
    result = put_in("orders", SALES)
    other = put_in("orders", "Bill No,Bill Date,Mobile,Amount\n9,2026-02-01,98811 20456,40\n")
    undone = imports.undo(shop, result.import_id)
    assert [str(kept) for kept in undone.kept] == ["Customer Asha: there are other orders of this customer"]
    assert shop.execute(select(Customer.name, Customer.order_count, Customer.total_spent)).all() == [
        ("Asha", 1, Decimal(40))
    ]
    assert_counters_true(shop)
    assert imports.undo(shop, other.import_id).kept == []


def test_a_sale_that_was_returned_stays_with_its_return(shop, put_in):
    result = put_in("orders", SALES)
    orders.take_back(shop, order_id(shop, "3"))
    undone = imports.undo(shop, result.import_id)
    assert "Order 3: it was returned since" in map(str, undone.kept)
    assert shop.scalar(text("select sum(total) from orders")) == 0
    assert_counters_true(shop)


def test_a_customer_who_came_by_or_was_written_about_stays_and_so_does_what_was_shown(shop, put_in):
    """As another import brings it: without a line on the timeline that says somebody touched them."""
    result = put_in("orders", SALES)
    asha, bilal = (shop.scalar(select(Customer.id).where(Customer.name == name)) for name in ("Asha", "Bilal"))
    tea = shop.scalar(select(Product.id).where(Product.name == "Tea"))
    visit = {"shop_id": shop.id, "id": uuid4(), "customer_id": asha, "visited_at": shop.now, "visited_on": shop.today}
    with counters.recounting(shop, [asha]):
        shop.execute(insert(Visit).values(visit))
    shown = {"shop_id": shop.id, "visit_id": visit["id"], "product_id": tea, "product_name": "Tea"}
    shop.execute(insert(VisitProduct).values(shown))
    shop.execute(insert(Note).values(shop_id=shop.id, id=uuid4(), customer_id=bilal, body="Likes mugs"))

    undone = imports.undo(shop, result.import_id)

    assert [str(kept) for kept in undone.kept] == [
        "Customer Asha: there are visits, notes or messages of this customer",
        "Customer Bilal: there are visits, notes or messages of this customer",
        "Product Tea: it was talked about at a visit",
    ]
    assert customers.get(shop, asha)["visit_count"] == 1
    assert_counters_true(shop)


@pytest.mark.parametrize("table", ["customers", "products"])
def test_whoever_is_needed_elsewhere_is_looked_for_everywhere(shop, table):
    """Every table whose rows hold on to a customer or a product is asked, or lets go, before an import's ones go."""
    files = ("keep_buyers", "keep_known", "keep_sold", "keep_shown", "keep_offered", "unlink_contacts")
    asked = "".join(read_sql(f"imports/undo/{name}") for name in files)
    holding = text(
        "select distinct cast(conrelid as regclass) from pg_constraint"
        " where contype = 'f' and confdeltype <> 'c' and confrelid = cast(:wanted as regclass)"
    )
    for name in shop.execute(holding, {"wanted": table}).scalars():
        assert re.search(rf"(from|update) {name}\b", asked), f"Undoing an import does not ask {name}."


def test_imports_are_undone_from_the_last_to_the_first(shop, put_in):
    first = put_in("orders", SALES)
    second = put_in("orders", SALES.replace("M1,3,20", "M1,4,20"))
    kept = imports.undo(shop, first.import_id).kept
    assert [str(one) for one in kept] == [
        "Customer Bilal: there are other orders of this customer",
        "Order 3: a later import changed it",
        "Product Mug: it was sold since",
    ]
    assert_counters_true(shop)
    imports.undo(shop, second.import_id)
    assert shop.execute(select(Order.number, Order.total)).all() == [("3", Decimal(60))]
    assert_counters_true(shop)


def test_undoing_in_the_right_order_leaves_nothing(shop, put_in):
    before = everything(shop)
    done = [put_in("orders", SALES), put_in("orders", SALES.replace("M1,3,20", "M1,4,20")), put_in("orders", SALES)]
    for result in reversed(done):
        assert imports.undo(shop, result.import_id).kept == []
        assert_counters_true(shop)
    assert everything(shop) == before


def test_undoing_is_on_the_record_and_happens_once(shop, put_in):
    result = put_in("orders", SALES)
    imports.undo(shop, result.import_id)
    notes = shop.execute(select(Activity.what).where(Activity.subject_id == result.import_id).order_by(Activity.id))
    assert notes.scalars().all() == ["orders imported", "import undone"]
    with pytest.raises(Conflict, match="was undone already"):
        imports.undo(shop, result.import_id)
    with pytest.raises(NotFound):
        imports.undo(shop, uuid4())


def test_staff_may_not_undo(shop, put_in):
    result = put_in("orders", SALES)
    clerk = ShopSession(shop.connection, Who(shop.shop, None, "Clerk", "staff"), shop.now, writes=True, alone=True)
    with pytest.raises(NotAllowed):
        imports.undo(clerk, result.import_id)


def test_an_import_of_another_shop_is_not_there(new_shop, who, tmp_path):
    file = tmp_path / "sales.csv"
    file.write_text(SALES)
    result = imports.run(who, "orders", file)
    stranger = Who(new_shop(), None, "Owner", "owner")
    with shop_session(stranger, alone=True, now=datetime(2026, 11, 20, tzinfo=UTC)) as shop:
        with pytest.raises(NotFound):
            imports.undo(shop, result.import_id)
        with pytest.raises(NotFound):
            imports.rejected_csv(shop, result.import_id)
        assert imports.history(shop) == []
