"""Leads on their pages: the list, adding one, one lead from the first talk to the customer, and what each role sees."""

from datetime import timedelta

import pytest

from crmcore import companies, follow_ups, interactions, leads, pipeline, tags
from crmcore.database.gate import keeper, shop_session
from crmcore.leads import NewLead, territories


@pytest.fixture
def business(new_shop):
    return new_shop(kind="business")


@pytest.fixture
def boss(join, business):
    return join("owner", business, sells=True)


@pytest.fixture
def ravi(join, business):
    return join("staff", business, "Ravi Kale", sells=True)


@pytest.fixture
def made(business, ravi):
    """Asha is Ravi's, scored and to be called; Bilal is nobody's; Chitra was converted."""
    with shop_session(keeper(business), alone=True) as shop:
        ids = {
            name: leads.record(shop, NewLead(name=name, source=source, **more))
            for name, source, more in (
                ("Asha *R*", "Fair", {"phone": "98811 20456", "company": "Rao Textiles"}),
                ("Bilal", None, {"email": "bilal@example.org"}),
                ("Chitra", "Web", {}),
            )
        }
        leads.give(shop, [ids["Asha *R*"]], ravi.staff_id)
        leads.score(shop, ids["Asha *R*"], {"engagement": 85, "fit": 75, "activity": 90})
        late = follow_ups.NewFollowUp("Send the list", shop.today + timedelta(days=2), lead_id=ids["Asha *R*"])
        follow_ups.create(shop, late)
        leads.convert(shop, ids["Chitra"])
        return ids


def pills(page, label):
    return next(one for one in page.get("button_group") if one.label.startswith(label))


def choose(page, label, value):
    return next(one for one in page.selectbox if one.label == label).select(value).run()


def switch(page, label):
    return next(one for one in page.toggle if one.label == label).set_value(True).run()


def names(page):
    return list(page.dataframe[0].value["name"])


def test_the_list_says_who_where_how_promising_and_whose(boss, made, open_page, hands):
    page = open_page("leads", boss, sort="name")
    assert not page.exception
    assert names(page) == ["Asha *R*", "Bilal", "Chitra"]
    frame = page.dataframe[0].value
    assert list(frame["status"]) == ["○ New", "○ New", "● Converted"]
    assert list(frame["grade"].fillna("")) == ["A · 250", "", ""]
    assert list(frame["assignee"].fillna("")) == ["Ravi Kale", "", ""]
    assert list(frame["reach"].fillna("")) == ["+91 98811 20456", "bilal@example.org", ""]
    assert "3 leads · 2 active · 1 converted" in hands.read(page)
    assert pills(page, "Status").options == [
        "All 3", "Active 2", "New 2", "Contacted 0", "Qualified 0", "Not qualified 0", "Converted 1",
    ]  # fmt: skip


def test_filters_stand_in_the_address_and_are_read_from_it(boss, ravi, made, open_page, hands):
    assert names(open_page("leads", boss, grade="A")) == ["Asha *R*"]
    assert names(open_page("leads", boss, source="unknown")) == ["Bilal"]
    assert names(open_page("leads", boss, follow_up="week", assigned=ravi.staff_id)) == ["Asha *R*"]
    page = choose(open_page("leads", boss, sort="name"), "Who has them", "nobody")
    assert page.query_params["assigned"] == "nobody"
    assert names(page) == ["Bilal", "Chitra"]
    page = open_page("leads", boss, created_from="2020-01-01", created_to="2020-01-31")
    assert "No lead fits" in hands.read(page) and "Came up 1 Jan 2020" in hands.read(page)
    page = hands.press(page, "Clear filters")
    assert len(names(page)) == 3


def test_staff_see_masked_details_in_the_list_and_give_nothing_out(ravi, made, open_page, hands):
    page = open_page("leads", ravi, sort="name")
    assert not page.exception
    assert list(page.dataframe[0].value["reach"].fillna("")) == ["••• 456", "b•••@example.org", ""]
    assert "With the" not in hands.read(page)
    assert not any(one.label in ("Import", "Export") for one in page.button)
    page = open_page("lead", ravi, id=made["Bilal"])
    assert not page.exception
    page = hands.press(page, "Take it")
    assert not page.exception
    with shop_session(ravi) as shop:
        assert leads.get(shop, made["Bilal"])["assignee"] == "Ravi Kale"


def test_leads_are_given_out_evenly_and_by_territory(boss, ravi, made, open_page, hands):
    page = open_page("leads", boss, status="active")
    assert "With the 2 leads found" in hands.read(page)
    pills(page, "Between").set_value([ravi.staff_id, boss.staff_id]).run()
    told = hands.read(page)
    assert "Meera Joshi 1 · Ravi Kale 0. Then they have active: Meera 1, Ravi 1." in told
    page = hands.press(page, "Assign 1 lead")
    assert not page.exception
    with shop_session(boss, alone=True) as shop:
        assert leads.get(shop, made["Bilal"])["assignee"] == "Meera Joshi"
        territories.add(shop, territories.NewTerritory("Fairs", "source", ["Fair"], boss.staff_id))
    page = open_page("leads", boss)
    pills(page, "What to do").set_value("By territory").run()
    page = hands.press(switch(page, "Also those somebody has already"), "Give out")
    assert not page.exception
    with shop_session(boss) as shop:
        assert leads.get(shop, made["Asha *R*"])["assignee"] == "Meera Joshi"
    pills(page, "What to do").set_value("Work out scores").run()
    page = hands.press(page, "Work out")
    assert not page.exception and "scores changed" in hands.read(page)


def test_who_is_on_file_already_is_said_before_a_lead_is_saved(boss, made, open_page, hands):
    page = hands.press(open_page("leads", boss), "Add lead")
    assert not page.exception
    hands.type(page, Name="Anita", Phone="+91 98811-20456", Company="rao textiles")
    page.run()
    told = hands.read(page)
    assert "On file already" in told
    links = [link.proto.label.replace("\\", "") for link in page.get("page_link")]
    assert "Asha *R* is on file as a lead with the same phone number." in links
    pills(page, "Where it stands").set_value("qualified").run()
    with shop_session(boss) as shop:
        in_a_week = shop.today + timedelta(days=7)
    next(one for one in page.date_input if one.label == "Next follow-up").set_value(in_a_week).run()
    page = hands.press(page, "Save, it is somebody else")
    assert not page.exception
    with shop_session(boss) as shop:
        (anita,) = leads.page_of(shop, leads.Filters(q="Anita")).rows
        assert (anita["status"], anita["next_follow_up_on"]) == ("qualified", in_a_week)
    assert "Score again after every talk" in hands.read(open_page("leads", boss))


def test_an_empty_form_is_refused_in_one_sentence(boss, open_page, hands):
    page = open_page("leads", boss)
    assert "No leads yet" in hands.read(page)
    page = hands.press(open_page("leads", boss, new=1), "Save lead")
    assert "one of them is needed" in hands.read(page)


def test_a_talk_is_logged_and_the_next_follow_up_planned(ravi, made, open_page, hands):
    with shop_session(keeper(ravi.shop), writes=True) as shop:
        tags.create(shop, "Chain", colour="green")
        tags.put_on(shop, tags.LEAD, made["Asha *R*"], "Chain")
    page = open_page("lead", ravi, id=made["Asha *R*"])
    assert not page.exception
    told = hands.read(page)
    assert "A · Call first" in told and "Send the list" in told
    assert any(":green-badge[:material/label: Chain]" in line.value for line in page.markdown)
    assert {metric.value for metric in page.metric} == {"250 of 300"}
    pills(page, "How it ended").set_value("Call back later").run()
    switch(page, "Plan the next follow-up")
    next(one for one in page.text_area if one.label == "What was said").input("After *five*").run()
    page = hands.press(page, "Save call")
    assert not page.exception
    with shop_session(ravi) as shop:
        (talk,) = interactions.of_lead(shop, made["Asha *R*"])
        assert (talk["outcome"], talk["notes"], talk["handled_by_name"]) == (
            "Call back later", "After *five*", "Ravi Kale",
        )  # fmt: skip
        assert leads.get(shop, made["Asha *R*"])["status"] == "contacted"
        assert len(follow_ups.open_of_lead(shop, made["Asha *R*"])) == 2
    pills(page, "What was it").set_value("note").run()
    next(one for one in page.text_area if one.label == "The note").input("Decides alone").run()
    page = hands.press(page, "Save note")
    assert not page.exception and "Decides alone" in hands.read(page)
    page = hands.press(page, "Done")
    with shop_session(ravi) as shop:
        assert len(follow_ups.open_of_lead(shop, made["Asha *R*"])) == 1


def test_a_lead_is_converted_with_its_company_and_a_deal(boss, made, open_page, hands):
    page = hands.press(open_page("lead", boss, id=made["Asha *R*"]), "Convert to customer")
    assert not page.exception
    assert "A new customer, **Rao Textiles**, with Asha *R* as its contact person." in hands.read(page)
    switch(page, "Begin a deal with it")
    next(one for one in page.number_input if one.label.startswith("Value")).set_value(250_000).run()
    page = hands.press(page, "Convert, and begin the deal")
    assert not page.exception
    with shop_session(boss) as shop:
        lead = leads.get(shop, made["Asha *R*"])
        assert (lead["status"], lead["customer_name"]) == ("converted", "Rao Textiles")
        assert companies.of(shop, lead["customer_id"]) is not None
        (deal,) = pipeline.of_lead(shop, lead["id"])
        assert deal["value"] == 250_000
    page = open_page("lead", boss, id=made["Asha *R*"])
    assert not page.exception
    assert "Became a customer on" in hands.read(page)
    customer = open_page("customer", boss, id=lead["customer_id"])
    links = [link.proto.label.replace("\\", "") for link in customer.get("page_link")]
    assert any(label.startswith("Was the lead Asha *R* until") for label in links)
    assert not any(one.label == "Convert to customer" for one in page.button)


def test_scores_are_typed_marked_and_worked_out(boss, made, open_page, hands):
    page = hands.press(open_page("lead", boss, id=made["Bilal"]), "Work it out")
    assert not page.exception
    assert {metric.value for metric in page.metric} == {"0 of 300"}
    next(one for one in page.number_input if one.label == "Fit").set_value(70).run()
    page = hands.press(page, "Save score")
    assert not page.exception
    assert {metric.value for metric in page.metric} == {"70 of 300"}


def test_where_they_come_from_and_what_became_of_them(boss, ravi, made, open_page, hands):
    page = open_page("leads", boss, show="figures")
    assert not page.exception
    metrics = {metric.label: metric.value.replace("\\", "") for metric in page.metric}
    assert metrics == {"Lead conversion": "33.3\u202f%", "Active leads": "2"}
    frame = page.dataframe[0].value
    assert dict(zip(frame["source"], frame["converted"], strict=True)) == {"Fair": 0, "unknown": 0, "Web": 1}
    assert not [one for one in open_page("leads", ravi).get("button_group") if one.label == "Show"]


def test_the_owner_says_how_leads_are_graded_and_whose_territory_is_which(boss, ravi, made, open_page, hands):
    page = open_page("settings", boss, part="Leads")
    assert not page.exception
    next(one for one in page.number_input if one.label == "A from").set_value(260)
    page = hands.press(page, "Save changes")
    assert not page.exception
    with shop_session(boss) as shop:
        assert leads.rules.of_shop(shop).grade(250) == "B"
    next(one for one in page.number_input if one.label == "A from").set_value(100)
    page = hands.press(page, "Save changes")
    assert "do not go down" in hands.read(page)
    hands.type(page, Name="West")
    next(one for one in page.text_area if one.label == "One a line").input("Pune\nGoa")
    next(one for one in page.selectbox if one.label == "Who has it").select(ravi.staff_id)
    page = hands.press(page, "Add territory")
    assert not page.exception
    with shop_session(boss) as shop:
        (west,) = territories.all_of(shop)
    assert (west["name"], west["patterns"], west["rep"]) == ("West", ["Pune", "Goa"], "Ravi Kale")
    page = hands.press(page, "Remove")
    assert not page.exception and "No territories yet" in hands.read(page)


def test_without_the_module_there_are_no_leads(join, new_shop, open_page, hands):
    owner = join("owner", new_shop(kind="counter"))
    page = open_page("leads", owner)
    assert not page.exception and not page.dataframe
    page = open_page("lead", join("owner", new_shop(kind="business")), id="nonsense")
    assert "not on file" in hands.read(page)
