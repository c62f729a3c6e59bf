"""Sales reps: who may give which customer to whom, one by one and all of a list, and what the record says of it."""

from datetime import timedelta

import pytest
from conftest import NOW
from sqlalchemy import event, select

from crmcore import customer_list, customer_timeline, customers, follow_ups, people, reps
from crmcore.customer_list import Filters
from crmcore.database.gate import MANAGER, STAFF, keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.follow_ups import NewFollowUp
from crmcore.lists import NOBODY
from crmcore.models import Activity, Customer


@pytest.fixture
def team(who):
    """Meera manages, Asha and Ravi sell, Sana does not."""
    rights = {"Meera": (MANAGER, False), "Asha": (STAFF, True), "Ravi": (STAFF, True), "Sana": (STAFF, False)}
    members = {}
    with shop_session(who, writes=True) as shop:
        for name, (role, sells) in rights.items():
            new = people.NewMember(f"{name.lower()}-{who.shop.slug}", name, role, "correct horse", sells=sells)
            members[name] = people.add_member(shop, new)
    return {name: people.who_is(who.shop, staff_id) for name, staff_id in members.items()}


@pytest.fixture
def three(who):
    """Three customers, the last one in Nashik."""
    with shop_session(who, writes=True) as shop:
        return [
            customers.create(shop, {"name": name, "city": city})
            for name, city in (("Anita", "Pune"), ("Bilal", "Pune"), ("Chitra", "Nashik"))
        ]


def assign(by, customer_ids, rep, now=NOW):
    with shop_session(by, alone=True, now=now) as shop:
        return reps.assign(shop, customer_ids, rep and rep.staff_id)


def rep_of(who, customer_id):
    with shop_session(keeper(who.shop)) as shop:
        return customers.get(shop, customer_id)["rep_id"]


def changes(who, customer_id):
    """Every change of rep on the record, newest first: (who did it, from, to)."""
    with shop_session(keeper(who.shop)) as shop:
        names = {None: None} | {str(one.staff_id): one.name for one in people.colleagues(shop)}
        lines = select(Activity.staff_id, Activity.detail).where(
            Activity.shop_id == shop.id, Activity.customer_id == customer_id, Activity.what == "sales rep changed"
        )
        return [
            (names[by and str(by)], names[detail["before"]["rep_id"]], names[detail["after"]["rep_id"]])
            for by, detail in shop.execute(lines.order_by(Activity.id.desc()))
        ]


def test_every_change_says_who_made_it_when_from_whom_and_to_whom(team, three):
    anita = three[0]
    assign(team["Meera"], [anita], team["Asha"])
    assign(team["Meera"], [anita], team["Ravi"], NOW + timedelta(hours=1))
    assign(team["Meera"], [anita], None, NOW + timedelta(hours=2))
    assert changes(team["Meera"], anita) == [
        ("Meera", "Ravi", None),
        ("Meera", "Asha", "Ravi"),
        ("Meera", None, "Asha"),
    ]
    with shop_session(team["Meera"], now=NOW) as shop:
        lines = customer_timeline.of_customer(shop, anita, "changes").lines
    told = [(line.at, line.title, line.details, line.by) for line in lines if line.kind == "rep"]
    assert told[1] == (NOW + timedelta(hours=1), "Sales rep changed", ("Sales rep: Asha → Ravi",), "Meera")


def test_giving_them_to_whom_they_have_is_no_change(team, three):
    assert assign(team["Meera"], three[:2], team["Asha"]) == 2
    assert assign(team["Meera"], three, team["Asha"]) == 1
    assert [len(changes(team["Meera"], one)) for one in three] == [1, 1, 1]


def test_all_of_a_filtered_list_are_given_away_in_a_few_statements(who, team, three):
    filters = Filters(city="Pune")
    with shop_session(team["Meera"], alone=True) as shop:
        sent = []
        event.listen(shop.connection, "before_cursor_execute", lambda *given: sent.append(given[2]))
        assert reps.assign(shop, customer_list.ids(shop, filters), team["Ravi"].staff_id) == 2
    assert len(sent) == 6  # who Ravi is, who they are, whom they have, what is planned, the change, the lines
    assert [rep_of(who, one) == team["Ravi"].staff_id for one in three] == [True, True, False]
    with shop_session(who) as shop:
        found = {rep: customer_list.count(shop, Filters(rep=rep)) for rep in (team["Ravi"].staff_id, NOBODY)}
    assert found == {team["Ravi"].staff_id: 2, NOBODY: 1}


def test_what_the_rep_had_still_to_do_for_them_goes_along_and_nothing_else_does(team, three):
    anita, bilal, _ = three
    ravi, asha = team["Ravi"].staff_id, team["Asha"].staff_id
    assign(team["Meera"], [anita, bilal], team["Ravi"])
    with shop_session(team["Meera"], writes=True, now=NOW) as shop:
        planned = {
            about: follow_ups.create(shop, NewFollowUp(about, NOW.date(), customer_id, assigned_to=whose))
            for about, customer_id, whose in (
                ("Ring Anita", anita, ravi),
                ("Done already", anita, ravi),
                ("Invoice Anita", anita, team["Meera"].staff_id),
                ("Ring Bilal", bilal, ravi),
                ("Price tags", None, ravi),
            )
        }
        follow_ups.done(shop, planned["Done already"])
    assign(team["Meera"], [anita], team["Asha"])
    with shop_session(team["Meera"], now=NOW) as shop:
        whose = {about: follow_ups.get(shop, one)["assigned_to"] for about, one in planned.items()}
        told = [line.title for line in customer_timeline.of_customer(shop, anita).lines]
    assert whose == {
        "Ring Anita": asha,
        "Done already": ravi,
        "Invoice Anita": team["Meera"].staff_id,
        "Ring Bilal": ravi,
        "Price tags": ravi,
    }
    assert told.count("Follow-up given on") == 1
    assign(team["Meera"], [anita], None)
    with shop_session(team["Meera"], now=NOW) as shop:
        assert follow_ups.get(shop, planned["Ring Anita"])["assigned_to"] is None


def test_several_at_once_need_the_gate_alone(team, three):
    for some in (three, select(Customer.id)):
        with pytest.raises(RuntimeError, match="alone"), shop_session(team["Meera"], writes=True) as shop:
            reps.assign(shop, some, team["Ravi"].staff_id)


def test_only_somebody_who_sells_now_gets_customers(who, team, three):
    with pytest.raises(BadInput, match="Sana is not marked as selling"):
        assign(team["Meera"], three, team["Sana"])
    ravi = team["Ravi"].staff_id
    with shop_session(who, writes=True) as shop:
        people.change_member(shop, ravi, name="Ravi", role=STAFF, sells=True, medical=False, is_active=False)
    with pytest.raises(BadInput, match="account is switched off"):
        assign(team["Meera"], three, team["Ravi"])


def test_a_rep_or_a_customer_of_another_shop_is_refused(who, team, three, new_shop):
    elsewhere = keeper(new_shop())
    with shop_session(elsewhere, writes=True) as shop:
        stranger = people.add_member(
            shop, people.NewMember(f"kofi-{shop.shop.slug}", "Kofi", STAFF, "correct horse", sells=True)
        )
        theirs = customers.create(shop, {"name": "Esi"})
    with pytest.raises(BadInput, match="not in your team"), shop_session(who, writes=True) as shop:
        reps.assign(shop, three[:1], stranger)
    with pytest.raises(NotFound):
        assign(who, [three[0], theirs], team["Asha"])
    assert rep_of(who, three[0]) is None


def test_staff_take_whom_nobody_looks_after_and_nobody_else(team, three):
    anita, bilal, _ = three
    with shop_session(team["Asha"], writes=True) as shop:
        reps.take(shop, anita)
    assert rep_of(team["Asha"], anita) == team["Asha"].staff_id
    with pytest.raises(Conflict, match="by now"), shop_session(team["Ravi"], writes=True) as shop:
        reps.take(shop, anita)
    with pytest.raises(NotAllowed, match="Only somebody who sells"), shop_session(team["Sana"], writes=True) as shop:
        reps.take(shop, bilal)


@pytest.mark.parametrize("to", ["Ravi", None])
def test_staff_give_no_customer_away(team, three, to):
    assign(team["Meera"], three, team["Asha"])
    with pytest.raises(NotAllowed, match="assign reps"):
        assign(team["Asha"], three[:1], to and team[to])


def test_the_form_of_a_customer_is_no_way_around(team, three):
    ravi = team["Ravi"].staff_id
    for change in (
        lambda shop: customers.change(shop, three[0], {"rep_id": ravi}),
        lambda shop: customers.create(shop, {"name": "Dev", "rep_id": ravi}),
        lambda shop: customers.find_or_create(shop, {"phone": "98811 20456", "rep_id": ravi}),
    ):
        with pytest.raises(NotAllowed, match="assign reps"), shop_session(team["Asha"], writes=True) as shop:
            change(shop)
    with shop_session(team["Asha"], writes=True) as shop:
        customers.change(shop, three[0], {"rep_id": team["Asha"].staff_id})
        own = customers.create(shop, {"name": "Dev", "rep_id": team["Asha"].staff_id})
    assert rep_of(team["Asha"], three[0]) == rep_of(team["Asha"], own) == team["Asha"].staff_id


def test_a_rep_who_left_is_offered_as_long_as_they_have_customers(who, team, three):
    assign(who, three[:1], team["Ravi"])
    ravi = team["Ravi"].staff_id
    with shop_session(who, writes=True) as shop:
        people.change_member(shop, ravi, name="Ravi", role=STAFF, sells=False, medical=False, is_active=False)
        assert [(rep.name, rep.sells_now) for rep in reps.reps(shop)] == [("Asha", True), ("Ravi", False)]
    assign(who, three[:1], team["Asha"])
    with shop_session(who) as shop:
        assert [rep.name for rep in reps.reps(shop)] == ["Asha"]
    assert changes(who, three[0])[0] == (None, "Ravi", "Asha")


def test_a_customer_who_is_not_there_is_not_found(who, team):
    with pytest.raises(NotFound), shop_session(who, writes=True) as shop:
        reps.assign(shop, [new_id()], team["Asha"].staff_id)
