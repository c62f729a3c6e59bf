from threading import Barrier, Thread

import pytest
from conftest import NOW

from crmcore import custom_fields, customers
from crmcore.database.gate import MANAGER, Who, keeper, shop_session
from crmcore.errors import BadInput, NotAllowed, NotFound


def labels(shop):
    return [field["label"] for field in custom_fields.fields(shop)]


def test_own_fields_are_shown_in_the_order_they_were_added(shop):
    assert custom_fields.add(shop, "Shoe size", "number") == "shoe_size"
    assert custom_fields.add(shop, "Allergies", "text") == "allergies"
    assert custom_fields.add(shop, "2nd visit?", "yes_no") == "f_2nd_visit"
    assert custom_fields.add(shop, "जूता", "text").startswith("f_")
    assert labels(shop) == ["Shoe size", "Allergies", "2nd visit?", "जूता"]


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", " likes  tea ", "likes tea"),
        ("number", "42", 42),
        ("number", 42.5, 42.5),
        ("date", "2026-11-20", "2026-11-20"),
        ("date", NOW.date(), "2026-11-20"),
        ("yes_no", True, True),
        ("yes_no", False, False),
    ],
)
def test_each_kind_keeps_what_fits(shop, kind, given, kept):
    key = custom_fields.add(shop, "Field", kind)
    asha = customers.create(shop, {"name": "Asha", "custom": {key: given}})
    assert customers.get(shop, asha)["custom"] == {key: kept}


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("text", "x" * 1001, "1,000"),
        ("number", "many", "must be a number"),
        ("number", "nan", "must be a number"),
        ("number", True, "must be a number"),
        ("date", "tomorrow", "must be a date"),
        ("yes_no", "maybe", "must be yes or no"),
        ("choice", "Red", "one of: Teal, Sand"),
    ],
)
def test_each_kind_refuses_what_does_not_fit_and_names_the_field(shop, kind, given, sentence):
    key = custom_fields.add(shop, "Field", kind, ["Teal", "Sand"])
    with pytest.raises(BadInput, match=sentence) as refused:
        customers.create(shop, {"name": "Asha", "custom": {key: given}})
    assert refused.value.field == key


def test_a_renamed_field_keeps_what_customers_have_in_it(shop):
    key = custom_fields.add(shop, "Colour", "choice", ["Teal", "Sand"])
    asha = customers.create(shop, {"name": "Asha", "custom": {key: "Sand"}})
    custom_fields.change(shop, key, label="Favourite colour", choices=["Teal", "Red"])
    assert labels(shop) == ["Favourite colour"]
    assert customers.get(shop, asha)["custom"] == {key: "Sand"}


def test_a_removed_field_is_not_shown_and_keeps_its_values_for_when_it_comes_back(shop):
    key = custom_fields.add(shop, "Shoe size", "number")
    asha = customers.create(shop, {"name": "Asha", "custom": {key: 42}})
    custom_fields.remove(shop, key)
    assert labels(shop) == []
    with pytest.raises(BadInput, match="no field"):
        customers.change(shop, asha, {"custom": {key: 43}})
    assert custom_fields.add(shop, "Shoe size", "number") == key
    assert customers.get(shop, asha)["custom"] == {key: 42}
    with pytest.raises(NotFound):
        custom_fields.remove(shop, "never_there")


@pytest.mark.parametrize(
    ("kind", "kept", "shown"),
    [
        ("date", "soon", None), ("date", "2026-02-31", None), ("date", "2026-02-28", "2026-02-28"),
        ("date", True, None),
        ("number", "teal", None), ("number", "7.5", 7.5), ("yes_no", "maybe", None), ("yes_no", "yes", True),
        ("choice", 42, None), ("choice", "no longer offered", "no longer offered"), ("text", 42, "42"),
        ("text", False, "no"), ("text", None, None),
    ],
)  # fmt: skip
def test_what_was_kept_as_another_kind_is_shown_as_far_as_it_fits(kind, kept, shown):
    field = {"key": "size", "label": "Size", "kind": kind, "choices": ["Teal", "Sand"]}
    assert custom_fields.fitting(field, kept) == shown


@pytest.mark.parametrize(
    ("label", "kind", "choices", "field"),
    [
        (" ", "text", (), "label"),
        ("x" * 61, "text", (), "label"),
        ("Colour", "shape", (), "kind"),
        ("Colour", "choice", ["Teal"], "choices"),
        ("shoe SIZE", "number", (), "label"),
    ],
)
def test_a_field_that_can_not_be_added_says_why(shop, label, kind, choices, field):
    custom_fields.add(shop, "Shoe size", "number")
    with pytest.raises(BadInput) as refused:
        custom_fields.add(shop, label, kind, choices)
    assert refused.value.field == field


def test_of_several_who_add_one_field_at_once_the_slower_are_told(new_shop):
    who, start, told = keeper(new_shop()), Barrier(4), []

    def add_them():
        start.wait()
        for nth in range(3):
            try:
                with shop_session(who, writes=True) as shop:
                    told.append(custom_fields.add(shop, f"Size {nth}", "text"))
            except BadInput as refused:
                told.append(refused.field)

    threads = [Thread(target=add_them) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["label"] * 9 + ["size_0", "size_1", "size_2"]


def test_only_the_owner_changes_the_fields(shop):
    manager = Who(shop=shop.shop, staff_id=None, name="Sana", role=MANAGER)
    with pytest.raises(NotAllowed):
        custom_fields.add(type(shop)(shop.connection, manager, NOW, writes=True), "Shoe size", "number")


def test_another_kind_takes_over_what_fits_it(shop):
    key = custom_fields.add(shop, "Shoe size", "text")
    for typed in ("42", "41.5"):
        customers.create(shop, {"name": f"Size {typed}", "custom": {key: typed}})
    asha = customers.create(shop, {"name": "Asha", "custom": {key: "forty"}})
    with pytest.raises(
        BadInput, match="1 customer has something in “Shoe size” that is no number, such as “forty”"
    ) as no:
        custom_fields.change(shop, key, label="Shoe size", kind="number")
    assert no.value.field == "kind"
    assert custom_fields.fields(shop)[0]["kind"] == "text"
    customers.change(shop, asha, {"custom": {key: "40"}})
    custom_fields.change(shop, key, label="Shoe size", kind="number")
    assert customers.get(shop, asha)["custom"] == {key: 40}
    custom_fields.change(shop, key, label="Shoe size", kind="choice", choices=["40", "41.5", "42"])
    assert customers.get(shop, asha)["custom"] == {key: "40"}
