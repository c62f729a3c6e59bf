"""The catalogue: adding, changing, switching off, and finding by the start of a word or of the code."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from sqlalchemy import select

from crmcore import orders, products
from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import Activity
from crmcore.products import NewProduct


def names(found):
    return [row["name"] for row in found[0]]


@pytest.fixture
def stocked(shop):
    for name, sku, category, price in (
        ("Basmati Rice 5 kg", "R-5", "Food", 640),
        ("Crème brûlée set", "K-9", "Kitchen", 1250),
        ("Rice cooker", "K-12", "Kitchen", 2100),
        ("Gift wrapping", None, None, None),
    ):
        products.create(shop, NewProduct(name, sku, category, None if price is None else Decimal(price)))
    return shop


def test_a_product_is_kept_as_typed_but_tidy(shop):
    product = products.get(shop, products.create(shop, NewProduct("  Bath   soap ", " S-1 ", "", Decimal("40.50"))))
    assert (product["name"], product["sku"], product["category"]) == ("Bath soap", "S-1", None)
    assert (product["price"], product["is_active"], product["created_at"]) == (Decimal("40.50"), True, NOW)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("rice", ["Basmati Rice 5 kg", "Rice cooker"]),
        ("ri bas", ["Basmati Rice 5 kg"]),
        ("creme", ["Crème brûlée set"]),
        ("BRÛ", ["Crème brûlée set"]),
        ("k-1", ["Rice cooker"]),
        ("K-12", ["Rice cooker"]),
        ("ice", []),
        ("%", []),
        ("ri\x00ce co\ud800", ["Rice cooker"]),
        ("x" * 5000, []),
        ("_", []),
        ("", ["Basmati Rice 5 kg", "Crème brûlée set", "Gift wrapping", "Rice cooker"]),
    ],
)
def test_it_is_found_by_the_start_of_its_words_or_its_code(stocked, typed, found):
    assert names(products.find(stocked, typed)) == found


def test_the_list_is_filtered_sorted_and_paged(stocked):
    assert names(products.find(stocked, category="Kitchen", sort="-price")) == ["Rice cooker", "Crème brûlée set"]
    rows, matches = products.find(stocked, sort="price", limit=2, offset=2)
    assert ([row["name"] for row in rows], matches) == (["Rice cooker", "Gift wrapping"], 4)
    assert products.categories(stocked) == ["Food", "Kitchen"]
    with pytest.raises(BadInput, match="can't be sorted"):
        products.find(stocked, sort="name; drop table products")


def test_switched_off_it_is_not_offered_but_stays_on_old_orders(stocked):
    rice = products.find(stocked, "R-5")[0][0]["id"]
    sold = orders.record(stocked, orders.NewOrder(items=[orders.Item(None, unit_price=Decimal(640), product_id=rice)]))
    products.switch_off(stocked, rice)
    assert names(products.find(stocked, "basmati")) == []
    assert names(products.find(stocked, "basmati", is_active=None)) == ["Basmati Rice 5 kg"]
    assert orders.items(stocked, sold)[0]["product_name"] == "Basmati Rice 5 kg"
    products.switch_on(stocked, rice)
    assert names(products.find(stocked, "basmati")) == ["Basmati Rice 5 kg"]
    recorded = select(Activity.what).where(Activity.subject_id == rice).order_by(Activity.id)
    assert stocked.execute(recorded).scalars().all() == ["product added", "product switched off", "product switched on"]


def test_what_is_offered_first_is_what_they_bought_before_then_what_sells_most(stocked):
    _rice, creme, gift, cooker = (row["id"] for row in products.find(stocked)[0])
    for product, buyer in ((cooker, "98811 20001"), (cooker, None), (creme, None), (gift, "98811 20456")):
        line = orders.Item(None, product_id=product)
        order_id = orders.record(stocked, orders.NewOrder(items=[line], phone=buyer))
    anita = orders.get(stocked, order_id)["customer_id"]
    products.switch_off(stocked, creme)
    assert [row["name"] for row in products.often_sold(stocked)] == ["Rice cooker", "Gift wrapping"]
    assert [row["bought_before"] for row in products.often_sold(stocked, anita)] == [1, 0]
    assert products.often_sold(stocked, anita)[0]["id"] == gift


def test_a_new_price_leaves_old_sales_alone(stocked):
    rice = products.find(stocked, "R-5")[0][0]
    line = orders.Item(None, unit_price=rice["price"], product_id=rice["id"])
    sold = orders.record(stocked, orders.NewOrder(items=[line]))
    products.change(stocked, rice["id"], NewProduct("Basmati Rice 5 kg", "R-5", "Food", Decimal(700)))
    assert orders.get(stocked, sold)["total"] == 640
    change = stocked.scalar(select(Activity.detail).where(Activity.what == "product changed"))
    assert (change["before"], change["after"]) == ({"price": "640.00"}, {"price": "700"})


def test_a_code_belongs_to_one_product(stocked):
    rice = products.find(stocked, "R-5")[0][0]
    for taking_it in (
        lambda: products.create(stocked, NewProduct("Other rice", "K-9")),
        lambda: products.change(stocked, rice["id"], NewProduct("Basmati Rice 5 kg", "K-9")),
    ):
        with pytest.raises(BadInput, match="The code K-9 belongs to Crème brûlée set already") as refused:
            taking_it()
        assert refused.value.field == "sku"


@pytest.mark.parametrize(
    ("new", "field", "sentence"),
    [
        (NewProduct("  "), "name", "Give the product a name."),
        (NewProduct("x" * 301), "name", "at most 300 characters; this has 301"),
        (NewProduct("Soap", price=Decimal(-1)), "price", "between ₹0 and ₹9,99,99,999.99"),
        (NewProduct("Soap", price=Decimal("NaN")), "price", "between"),
        (NewProduct("Soap", price=Decimal("1.005")), "price", "at most two decimals"),
        (NewProduct("Soap", sku="x" * 101), "sku", "at most 100"),
    ],
)
def test_what_cant_be_a_product_is_refused_in_one_sentence(shop, new, field, sentence):
    with pytest.raises(BadInput) as refused:
        products.create(shop, new)
    assert sentence in str(refused.value)
    assert refused.value.field == field


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(who):
    with shop_session(who, writes=True, now=NOW) as shop:
        soap = products.create(shop, NewProduct("Soap"))
    with shop_session(who, writes=True, now=NOW + timedelta(seconds=9)) as shop:
        products.change(shop, soap, NewProduct("Bath soap"), seen_at=NOW)
    with pytest.raises(Conflict, match="meanwhile"), shop_session(who, writes=True) as shop:
        products.change(shop, soap, NewProduct("Hand soap"), seen_at=NOW)


def test_staff_see_the_catalogue_but_change_nothing(who):
    with shop_session(who, writes=True, now=NOW) as shop:
        soap = products.create(shop, NewProduct("Soap"))
    with shop_session(replace(who, role="staff"), writes=True, now=NOW) as shop:
        assert names(products.find(shop)) == ["Soap"]
        for forbidden in (
            lambda: products.create(shop, NewProduct("Rice")),
            lambda: products.change(shop, soap, NewProduct("Rice")),
            lambda: products.switch_off(shop, soap),
            lambda: products.switch_on(shop, soap),
        ):
            with pytest.raises(NotAllowed, match="may not manage products"):
                forbidden()


def test_a_product_of_another_shop_is_not_on_file(shop, new_shop):
    soap = products.create(shop, NewProduct("Soap"))
    with shop_session(replace(shop.who, shop=new_shop())) as other, pytest.raises(NotFound):
        products.get(other, soap)
