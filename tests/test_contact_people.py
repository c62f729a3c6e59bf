"""The people of a company: roles, numbers and addresses, who comes first, and being found by what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from crmcore import companies, contact_people, customer_list, customers, doctor, imports, interactions
from crmcore.contact_people import NewEmail, NewPerson, NewPhone
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotFound


@pytest.fixture
def acme(shop):
    return companies.find_or_create(shop, "Acme Traders", {"city": "Pune"})[0]


def primary(shop, customer_id):
    return [person["name"] for person in contact_people.of_customer(shop, customer_id) if person["is_primary"]]


def found(shop, typed):
    return [row["name"] for row in customer_list.search(shop, typed)]


ASHA = NewPerson(
    "Asha Rao",
    job_title="Head of buying",
    role="decision_maker",
    preferred_channel="whatsapp",
    phones=[NewPhone("98811 20456"), NewPhone("020 2553 1234", "office", is_verified=True)],
    emails=[NewEmail("Asha@Acme.example"), NewEmail("asha@home.example", "personal", is_primary=True)],
)


def test_a_person_has_a_role_several_numbers_and_addresses_of_which_one_is_primary(shop, acme):
    contact_people.add(shop, acme, ASHA)
    (asha,) = contact_people.of_customer(shop, acme)
    assert (asha["name"], asha["role"], asha["preferred_channel"]) == ("Asha Rao", "decision_maker", "whatsapp")
    assert [(one["number"], one["kind"], one["is_primary"], one["is_verified"]) for one in asha["phones"]] == [
        ("+919881120456", "mobile", True, False),
        ("+912025531234", "office", False, True),
    ]
    assert [(one["address"], one["kind"], one["is_primary"]) for one in asha["emails"]] == [
        ("asha@home.example", "personal", True),
        ("asha@acme.example", "work", False),
    ]


def test_one_person_comes_first_and_when_they_leave_who_remains_does(shop, acme):
    asha = contact_people.add(shop, acme, ASHA)
    bilal = contact_people.add(shop, acme, NewPerson("Bilal Khan"))
    assert primary(shop, acme) == ["Asha Rao"]
    contact_people.make_primary(shop, bilal)
    assert primary(shop, acme) == ["Bilal Khan"]
    contact_people.add(shop, acme, NewPerson("Chitra Iyer", is_primary=True))
    assert primary(shop, acme) == ["Chitra Iyer"]
    contact_people.make_primary(shop, asha)
    contact_people.leave(shop, asha)
    assert primary(shop, acme) == ["Bilal Khan"]
    assert [person["name"] for person in contact_people.of_customer(shop, acme)][-1] == "Asha Rao"
    with pytest.raises(BadInput, match="has left"):
        contact_people.make_primary(shop, asha)
    contact_people.come_back(shop, asha)
    assert primary(shop, acme) == ["Bilal Khan"]


def test_a_company_is_found_by_the_name_the_numbers_and_the_addresses_of_its_people(shop, acme):
    asha = contact_people.add(shop, acme, ASHA)
    for typed in ("asha", "acme rao", "98811 20456", "98811", "0456", "1234", "asha@acme", "asha@home"):
        assert found(shop, typed) == ["Acme Traders"], typed
    assert [row["id"] for row in customer_list.look_alikes(shop, {"phone": "9881120456"})] == [acme]
    customers.change(shop, acme, {"name": "Acme Partners"})
    assert found(shop, "rao") == ["Acme Partners"]
    contact_people.leave(shop, asha)
    for typed in ("rao", "98811 20456", "asha@acme"):
        assert found(shop, typed) == [], typed


def test_a_number_of_one_companys_people_makes_no_twin(shop, acme):
    contact_people.add(shop, acme, ASHA)
    assert customers.find_or_create(shop, {"phone": "+91 98811 20456", "name": "Asha"}) == (acme, False)
    assert customers.by_phone(shop, "9881120456")["id"] == acme
    assert customers.get(shop, acme)["phone"] is None
    other, _ = companies.find_or_create(shop, "Other Traders")
    contact_people.add(shop, other, NewPerson("Asha Rao", phones=[NewPhone("98811 20456")]))
    assert [row["customer_name"] for row in contact_people.whose(shop, "98811 20456")] == [
        "Acme Traders",
        "Other Traders",
    ]
    new, was_created = customers.find_or_create(shop, {"phone": "98811 20456", "name": "Asha"})
    assert was_created and new not in (acme, other)


def test_a_person_is_changed_and_what_was_verified_stays_verified(shop, acme):
    asha = contact_people.add(shop, acme, ASHA)
    seen = contact_people.get(shop, asha)
    before = seen["phones"]
    to = NewPerson("Asha Rao-Mehta", role="champion", phones=[NewPhone("020 2553 1234", "office", is_verified=True)])
    contact_people.change(shop, asha, to, seen_at=seen["updated_at"])
    after = contact_people.get(shop, asha)
    assert (after["name"], after["role"], after["emails"]) == ("Asha Rao-Mehta", "champion", [])
    assert after["phones"] == [{**before[1], "is_primary": True}]
    assert found(shop, "mehta") == ["Acme Traders"] and found(shop, "98811 20456") == []
    with pytest.raises(Conflict):
        contact_people.change(shop, asha, to, seen_at=seen["updated_at"] - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("new", "field", "sentence"),
    [
        (NewPerson(" "), "name", "Write the person"),
        (NewPerson("Asha", role="queen"), "role", "decision_maker"),
        (NewPerson("Asha", preferred_channel="pigeon"), "preferred_channel", "whatsapp"),
        (NewPerson("Asha", phones=[NewPhone("98811 204")]), "phone", "98811 204"),
        (NewPerson("Asha", phones=[NewPhone("98811 20456"), NewPhone("+919881120456")]), "phones", "twice"),
        (NewPerson("Asha", emails=[NewEmail("asha")]), "emails", "not an e-mail"),
        (NewPerson("Asha", emails=[NewEmail("a@b.in", is_primary=True), NewEmail("c@d.in", is_primary=True)]), "emails",
         "Only one"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_with_its_field(shop, acme, new, field, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        contact_people.add(shop, acme, new)
    assert refused.value.field == field
    assert contact_people.of_customer(shop, acme) == []


def test_somebody_with_a_history_leaves_and_is_not_removed(shop, acme):
    asha = contact_people.add(shop, acme, ASHA)
    bilal = contact_people.add(shop, acme, NewPerson("Bilal Khan"))
    interactions.record(shop, interactions.NewInteraction("call", acme, contact_person_id=asha))
    assert contact_people.get(shop, asha)["last_talk_on"] == shop.today
    with pytest.raises(BadInput, match="Say that they left"):
        contact_people.remove(shop, asha)
    contact_people.remove(shop, bilal)
    with pytest.raises(NotFound):
        contact_people.get(shop, bilal)
    with pytest.raises(BadInput, match="day to come"):
        contact_people.leave(shop, asha, date(2026, 11, 21))


def test_the_doctor_knows_the_names_of_people_and_so_does_repair(who):
    with shop_session(who, alone=True) as shop:
        acme, _ = companies.find_or_create(shop, "Acme Traders")
        contact_people.add(shop, acme, ASHA)
    assert [one for one in doctor.examine([who.shop]) if one.check == "words"] == []
    with shop_session(who, alone=True) as shop:
        customers.write_words(shop, [(acme, "Acme Traders")])
        assert found(shop, "rao") == ["Acme Traders"]
        customers.hide(shop, acme)
        assert found(shop, "rao") == []
    assert [one for one in doctor.examine([who.shop]) if one.check == "words"] == []


# Companies


def test_a_company_is_found_whatever_its_case_and_a_person_of_that_name_is_none(shop):
    person = customers.create(shop, {"name": "Acme Traders"})
    acme, created = companies.find_or_create(shop, "Acme Traders")
    assert created and acme != person
    assert companies.find_or_create(shop, " ACME traders ") == (acme, False)
    assert companies.find_or_create(shop, "Acme-Traders.") == (acme, False)
    assert companies.find_or_create(shop, "Acme & Traders") == (acme, False)
    assert companies.find_or_create(shop, "Acme Traders 2")[1]
    weiss = companies.find_or_create(shop, "Weiß & Söhne")
    assert companies.find_or_create(shop, "WEISS SO\u0308HNE") == (weiss[0], False)
    assert companies.find_or_create(shop, "Weiß Sohne")[1]
    assert companies.find_or_create(shop, "!!!")[1]
    assert companies.find_or_create(shop, "???")[1]  # no letters to be alike in
    assert companies.of(shop, person) is None


def test_what_is_known_of_a_company_is_written_down_and_checked(shop, acme):
    companies.change(shop, acme, {"website": "acme.example", "employees": "40", "annual_revenue": "1200000"})
    known = companies.of(shop, acme)
    assert (known["website"], known["employees"], known["annual_revenue"]) == ("acme.example", 40, 1_200_000)
    companies.change(shop, acme, {"website": None})
    assert companies.of(shop, acme)["website"] is None
    for key, value in (("employees", "4.5"), ("employees", "-1"), ("annual_revenue", "a lot"), ("colour", "red")):
        with pytest.raises(BadInput) as refused:
            companies.change(shop, acme, {key: value})
        assert refused.value.field == key


def test_another_shop_has_none_of_them(acme, shop, new_shop):
    asha = contact_people.add(shop, acme, ASHA)
    with shop_session(keeper(new_shop()), writes=True) as other:
        assert contact_people.whose(other, "98811 20456") == []
        with pytest.raises(NotFound):
            contact_people.leave(other, asha)


def test_a_sheet_of_sales_finds_the_company_of_the_person_who_ordered(who, tmp_path):
    with shop_session(who, alone=True) as shop:
        acme, _ = companies.find_or_create(shop, "Acme Traders")
        contact_people.add(shop, acme, ASHA)
    sheet = tmp_path / "sales.csv"
    sheet.write_text("Order number,Date,Phone,Customer name,Total\n7,2026-11-01,98811 20456,Asha,900\n")
    assert imports.run(who, "orders", sheet).created == 1
    with shop_session(who) as shop:
        assert customers.get(shop, acme)["total_spent"] == 900
        assert customer_list.count(shop) == 1


def test_people_whom_several_add_to_one_company_at_once_are_all_there_and_one_is_primary(new_shop):
    who, start = keeper(new_shop()), Barrier(4)
    with shop_session(who, writes=True) as shop:
        firm = customers.create(shop, {"name": "Firm Ltd"})

    def add(name):
        start.wait()
        with shop_session(who, writes=True) as shop:
            contact_people.add(shop, firm, NewPerson(f"{name} Rao"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, ("Asha", "Bilal", "Chitra", "Divya")))
    with shop_session(who) as shop:
        there = contact_people.of_customer(shop, firm)
        assert sorted(person["is_primary"] for person in there) == [False, False, False, True]
