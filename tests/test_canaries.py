"""Canaries: words, a phone and an amount that only one shop knows appear in nothing that another shop can read.

Every function of crmcore that works in a shop is called twice with the first shop's ids and words: in the first shop,
which must see its canaries, and in another one, which must not. A new function is called as well; if this test does not
know what to give it, it asks.
"""

import dataclasses
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Select, select

import crmcore
from crmcore import (
    attachments,
    bills,
    companies,
    contact_people,
    contacts,
    custom_fields,
    customer_list,
    customers,
    exports,
    follow_ups,
    health,
    imports,
    interactions,
    leads,
    mail_in,
    notes,
    notifications,
    order_list,
    orders,
    people,
    pipeline,
    products,
    refills,
    reports,
    reviews,
    segments,
    shop_settings,
    tags,
    visits,
)
from crmcore.database.gate import Shop, ShopSession, keeper, shop_session
from crmcore.errors import CrmError
from crmcore.leads import territories
from crmcore.messages import consent, hooks, outbox, preparing, providers, rules, templates
from crmcore.models import Activity, Customer, Notification
from crmcore.my_day.item import Wanted
from crmcore.periods import Period
from crmcore.pipeline import LOST, reasons, stages

WORD, PHONE, AMOUNT = "kanarivogel", "+919881177007", "7654321.09"
CALLED = "+919822077123"
OF_PERSON, LEAD = "+919822077456", "+919822077789"
CANARIES = (WORD, PHONE[3:], CALLED[3:], OF_PERSON[3:], LEAD[3:], "98811 77007", AMOUNT, "7,654,321", "76,54,321")

# The inside of counting, sealing, importing and recording; what they write is looked at by their own tests, and their
# reads by the policies in tests/test_isolation.py. And what a person does about themselves: the keeper is none.
MACHINERY = """
    contacts.contact.name_of contacts.reaching.reach contacts.assigning.share_out_quietly
    contacts.recording.refuse_number
    leads.assigning.share_new leads.changing.touched leads.changing.write leads.lead.must_be_named leads.lead.name_of
    leads.recording.refuse_ref leads.scoring.every_morning leads.words. searching. subjects.
    calendar_feeds.renew digests.change_wish my_day.change notifications.tell
    chain. cli. counters. database. demo. doctor. messages.outbox.note_sent messages.preparing.refused_now
    messages.sending. refills.marking.message_went wake_ups.
    exports.write imports.contacts imports.customers imports.leads imports.opportunities imports.orders
    imports.plan.guess
    imports.plan.prepare imports.products imports.record.write_rejected imports.running imports.staging imports.writing
    orders.recording people.register pipeline.counting. pipeline.opportunity. pipeline.recording.ending
    pipeline.recording.insert_items timeline. visits.recording
"""


@dataclasses.dataclass
class Nest:
    """The first shop, and what there is to give to a function."""

    shop: Shop
    given: dict[str, Any]


@pytest.fixture(scope="module")
def nest(home, tmp_path_factory) -> Nest:
    shop = people.open_shop(
        people.NewShop("nest", f"The {WORD} shop", "pharmacy", "INR", "IN", "Asia/Kolkata")
    )
    who = keeper(shop)
    sheet = tmp_path_factory.mktemp("nest") / f"{WORD}.csv"
    sheet.write_text(f"Name,Phone\n{WORD} again,98811 77\n{WORD} and again,98811 77008\n")
    imported = imports.run(who, "customers", sheet)
    assert imported.rejected == 1
    with shop_session(who, alone=True) as opened:
        rep = people.add_member(
            opened, people.NewMember("rep@nest", f"{WORD} rep", "staff", "a long password", sells=True)
        )
        custom_fields.add(opened, f"Field {WORD}", "text")
        customer_id = customers.create(
            opened,
            {
                "name": f"{WORD} one",
                "phone": PHONE,
                "email": f"{WORD}@example.com",
                "external_ref": f"{WORD}-1",
                "city": f"{WORD} city",
                "source": f"{WORD} source",
                "notes": f"{WORD} notes",
                "address": f"{WORD} street",
                "birth_day": 20,
                "birth_month": 11,
                "latitude": Decimal("18.52"),
                "longitude": Decimal("73.85"),
                "rep_id": rep,
            },
        )
        product_id = products.create(opened, products.NewProduct(name=f"{WORD} soap", price=Decimal(AMOUNT)))
        tag_id = tags.add(opened, customer_id, f"{WORD} tag")
        line = orders.Item(f"{WORD} soap", unit_price=Decimal(AMOUNT), product_id=product_id, medicine_days=30)
        sale = orders.NewOrder(
            items=[line], customer_id=customer_id, rep_id=rep, payment_method=WORD, number=f"{WORD}-7", note=WORD
        )
        order_id = orders.record(opened, sale)
        reminder_id = refills.of_order(opened, order_id)[0]["id"]
        customers.change(opened, customer_id, {"notes": f"{WORD} more notes"})
        visit = visits.NewVisit(
            customer_id, notes=f"{WORD} notes", product_ids=[product_id], categories=[WORD], handled_by=rep
        )
        visit_id = visits.record(opened, visit).visit_id
        talk = interactions.NewInteraction("call", customer_id, subject=f"{WORD} call", notes=WORD, outcome=WORD)
        interaction_id = interactions.record(opened, talk)
        note_id = notes.add(opened, customer_id, notes.NewNote(f"@{WORD} rep: {WORD} note", is_pinned=True))
        file = f"%PDF-1.7 {WORD}".encode()
        attachment_id = attachments.add(opened, customer_id, f"{WORD}.pdf", file, visit_id=visit_id)
        review_id = reviews.give(opened, customer_id, reviews.Given(5, f"{WORD} review"))
        planned = follow_ups.NewFollowUp(f"{WORD} call", opened.today, customer_id, rep)
        follow_up_id = follow_ups.create(opened, planned)
        contact_id = contacts.record(opened, contacts.NewContact(CALLED, f"{WORD} contact", notes=f"{WORD} notes"))
        companies.change(opened, customer_id, {"website": f"{WORD}.example"})
        somebody = contact_people.NewPerson(
            f"{WORD} person", phones=[contact_people.NewPhone(OF_PERSON)], notes=f"{WORD} notes"
        )
        person_id = contact_people.add(opened, customer_id, somebody)
        rule = {"all": [{"field": "city", "operator": "one_of", "value": [f"{WORD} city"]}]}
        rule_id = segments.create(opened, segments.NewSegment(f"{WORD} rule", rule, f"{WORD} rule"))
        segment_id = segments.create(opened, segments.NewSegment(f"{WORD} list"))
        segments.put_on(opened, segment_id, [customer_id])
        health.record(opened, customer_id, engagement=20)
        contact_talk = interactions.NewInteraction("call", contact_id=contact_id, notes=f"{WORD} said")
        interactions.record(opened, contact_talk)
        lead = leads.NewLead(f"{WORD} lead", phone=LEAD, email=f"{WORD}@lead.example", source=WORD, company=WORD)
        lead_id = leads.record(opened, lead)
        leads.score(opened, lead_id, {"fit": 7})
        notes.add_to_lead(opened, lead_id, notes.NewNote(f"{WORD} note"))
        interactions.record(opened, interactions.NewInteraction("call", lead_id=lead_id, notes=f"{WORD} said"))
        follow_ups.create(opened, follow_ups.NewFollowUp(f"{WORD} call", opened.today, lead_id=lead_id))
        territory = territories.NewTerritory(f"{WORD} west", "city", [WORD], rep)
        territory_id = territories.add(opened, territory)
        notifications.tell(opened, rep, "told", f"{WORD} told", customer_id=customer_id)
        notification_id = opened.scalar(select(Notification.id).where(Notification.shop_id == opened.id).limit(1))
        message_text = templates.NewTemplate("follow_up", "email", "en", f"{WORD} text", "{name}: {about}", WORD)
        template_id = templates.add(opened, message_text)
        consent.record(opened, customer_id, "email", "reminders", "accepted", f"{WORD} form")
        stages.begin(opened)
        stage_id = stages.add(opened, stages.NewStage(f"{WORD} stage", 40))
        reason_id = reasons.add(opened, LOST, f"{WORD} reason")
        offered = pipeline.Item(f"{WORD} desk", unit_price=Decimal(AMOUNT))
        deal = pipeline.NewOpportunity(f"{WORD} deal", customer_id, stage_id, source=WORD, competitor=WORD)
        opportunity_id = pipeline.create(opened, deal, [offered])
        about = {"about": f"{WORD} sofa"}
        message_id = preparing.prepare(opened, customer_id, "follow_up", "email", about)
        mail = {"host": "mail.example.org", "port": "587", "encryption": "tls", "sender": f"{WORD}@example.org"}
        providers.connect(opened, "smtp", mail)
        letter = f"Message-ID: <one@{WORD}>\nFrom: {WORD} <x@{WORD}.example>\nTo: y@z.example\nSubject: {WORD}\n"
        letter = f"{letter}Date: Wed, 18 Nov 2026 10:15:00 +0000\n\n{WORD}".encode()
        mail_in.take_in(opened, letter)
        mail_id = mail_in.waiting(opened)[0]["id"]
        mail_in.change_address(opened, f"{WORD}@shop.example")
        asked = {"take": "count", "of": "orders", "by": "customer", "period": "all"}
        report_id = reports.keep(opened, reports.NewReport(f"{WORD} report", asked))
    with shop_session(who) as opened:
        asked_for = reports.checked(opened.shop, asked)
        customer = customers.get(opened, customer_id)
        changes = select(Activity.id).where(Activity.shop_id == opened.id, Activity.what == "customer changed")
        change_id = opened.scalar(changes.limit(1))
        contact = contacts.get(opened, contact_id)
        follow_up = follow_ups.get(opened, follow_up_id)
        call = refills.call_of(opened, customer_id)
    return Nest(
        shop,
        {
            "mail_id": mail_id,
            "mail_in.drop.change_address typed": "seen@example.com",
            "mail_in.filing.take_in content": letter.replace(b"one@", b"two@"),
            "report_id": report_id,
            "change_id": change_id,
            "report": asked_for,
            "reports.keeping.keep new": reports.NewReport("Seen", asked),
            "reports.keeping.change to": reports.NewReport("Seen", asked),
            "reports.working.choices of": "orders",
            "reports.working.choices column": "customer",
            "opportunity_id": opportunity_id,
            "stage_id": stage_id,
            "seen_stage_id": stage_id,
            "reason_id": reason_id,
            "pipeline.changing.change fields": {"name": "seen"},
            "pipeline.changing.change_items items": [offered],
            "pipeline.reading.of_lead lead_id": customer_id,
            "pipeline.reasons.add outcome": LOST,
            "pipeline.reasons.get outcome": LOST,
            "pipeline.recording.create new": pipeline.NewOpportunity("Seen"),
            "pipeline.targets.put month": date(2026, 1, 1),
            "pipeline.targets.put value": Decimal(1),
            "pipeline.stages.add new": stages.NewStage("Seen", 40),
            "pipeline.stages.reorder stage_ids": [stage_id],
            "customer_id": customer_id,
            "contact_id": contact_id,
            "lead_id": lead_id,
            "leads": [lead_id],
            "territory_id": territory_id,
            "leads.recording.record new": leads.NewLead("Seen"),
            "leads.changing.mark status": "qualified",
            "leads.duplicates.duplicates fields": {"phone": LEAD, "company": WORD},
            "leads.rules.change new": leads.Rules(a=250),
            "leads.scoring.score parts": {"fit": 8},
            "leads.territories.add new": territories.NewTerritory("Seen", "city", ["Seen"]),
            "leads.territories.change to": territory,
            "up": True,
            "notes.add_to_lead new": notes.NewNote("seen"),
            "notes.add_to_opportunity new": notes.NewNote("seen"),
            "leads.lead.checked fields": {"city": "seen"},
            "contact": contact,
            "contacts": [contact_id],
            "among": [rep],
            "phone": CALLED,
            "how_many": 1,
            "contacts.recording.record new": contacts.NewContact("98220 54321"),
            "contacts.reading.of_phone typed": CALLED,
            "contacts.reading.with_number number": CALLED,
            "order_id": order_id,
            "sale_id": order_id,
            "return_id": order_id,
            "visit_id": visit_id,
            "interaction_id": interaction_id,
            "note_id": note_id,
            "attachment_id": attachment_id,
            "review_id": review_id,
            "message_id": message_id,
            "template_id": template_id,
            "purpose": "follow_up",
            "state": "accepted",
            "source": "form",
            "messages.consent.record purpose": "reminders",
            "messages.consent.states_of customer_ids": [customer_id],
            "customer_numbers.for_reminders customer_ids": [customer_id],
            "messages.consent.record_all channels": ["email"],
            "messages.consent.record_all purposes": ["reminders"],
            "receipt": hooks.Receipt("seen", "read", None, message_id=message_id),
            "reply": hooks.Reply("seen", PHONE, "Seen", None),
            "messages.outbox.page_of filters": outbox.Filters(),
            "lists.page_of ids": select(Customer.id),
            "lists.page_of shown": select(Customer.id, Customer.name),
            "lists.page_of total": 50,
            "lists.page_of page": 1,
            "lists.page_of size": 50,
            "messages.preparing.prepare channel": "email",
            "messages.preparing.prepare values": about,
            "messages.preparing.prepare body": "Other words",
            "messages.preparing.prepare_many wanted": [preparing.Wanted(customer_id, about)],
            "messages.preparing.ready channel": "email",
            "messages.preparing.ready values": about,
            "messages.preparing.said_stop addresses": [PHONE],
            "messages.preparing.window_is_open address": PHONE,
            "messages.providers.connect kind": "smtp",
            "messages.providers.connect given": mail,
            "messages.providers.disconnect channel": "email",
            "messages.providers.opened channel": "email",
            "messages.providers.switch channel": "email",
            "messages.providers.switch on": True,
            "messages.rules.change new": rules.Rules(language="hi"),
            "messages.rules.change purposes": [],
            "messages.templates.add new": templates.NewTemplate("offer", "sms", "en", "Seen", "{offer}"),
            "messages.templates.change new": message_text,
            "messages.templates.find channel": "email",
            "messages.templates.find language": "en",
            "messages.templates.preview template": templates.NewTemplate("offer", "sms", "en", "Seen", "{offer}"),
            "messages.hooks.take_receipt channel": "whatsapp",
            "messages.hooks.take_reply channel": "whatsapp",
            "messages.preparing.ready_many channel": "email",
            "messages.preparing.ready_many wanted": [preparing.Wanted(customer_id, about)],
            "bills.record bill": bills.NewBill(orders.NewOrder(items=[line], customer_id=customer_id)),
            "bills.visited_without_buying phone": PHONE,
            "refills.making.remake customer_ids": [customer_id],
            "refills.making.drop_messages customer_ids": [customer_id],
            "refills.making.change_rules new": refills.Rules(lead_days=3),
            "refills.sending.offers to": [call],
            "refills.sending.declined_calls customer_ids": [customer_id],
            "refills.wishes.change new": refills.Wishes(lead_days=3),
            "reminder_id": reminder_id,
            "reminder_ids": [reminder_id],
            "response": "seen",
            "how": "lost",
            "part": "coming",
            "follow_up_id": follow_up_id,
            "follow_up_ids": [follow_up_id],
            "follow_ups.create new": planned,
            "follow_ups.change about": "seen",
            "follow_ups.may_change row": follow_up,
            "due_on": opened.today,
            "my_day.done key": f"follow-up:{follow_up_id}",
            "my_day.drop key": f"follow-up:{follow_up_id}",
            "my_day.reopen key": f"follow-up:{follow_up_id}",
            "my_day.move key": f"follow-up:{follow_up_id}",
            "my_day.reassign key": f"follow-up:{follow_up_id}",
            "wanted": Wanted(rep, date(2020, 1, 1), date(2030, 1, 1), 100),
            "since": date(2020, 1, 1),
            "until": date(2030, 1, 1),
            "most": 100,
            "body": "Seen",
            "notification_id": notification_id,
            "up_to": notification_id,
            "before": rep,
            "after": None,
            "rep_before": rep,
            "rep_id": rep,
            "subject_id": customer_id,
            "customers": [customer_id],
            "on": ["visits"],
            "only": True,
            "hour": 9,
            "file": io.BytesIO(),
            "imports.sample.write_sample kind": "xlsx",
            "customer_list.ids filters": customer_list.Filters(),
            "interactions.record new": talk,
            "interactions.change fields": {"outcome": "seen"},
            "notes.add new": notes.NewNote("seen"),
            "notes.change to": notes.NewNote("seen"),
            "reviews.change to": reviews.Given(4),
            "reviews.give given": reviews.Given(4),
            "channel": "call",
            "by": None,
            "content": b"%PDF-1.7 seen",
            "attachments.add name": "seen.pdf",
            "text": f"@{WORD} rep",
            "visited_at": datetime(2026, 1, 1, tzinfo=UTC),
            "visited_on": date(2026, 1, 1),
            "visits.reading.of_day day": opened.today,
            "product_id": product_id,
            "staff_id": rep,
            "tag_id": tag_id,
            "import_id": imported.import_id,
            "customer": customer,
            "typed": WORD[:6],
            "given": {"name": WORD[:6]},
            "fields": {"notes": "seen"},
            "on_file": {},
            "key": "city",
            "keys": None,
            "label": "Label",
            "kind": "text",
            "name": "Name",
            "role": "staff",
            "sells": False,
            "medical": False,
            "is_active": True,
            "password": "another long password",
            "noun": "customers",
            "period": Period(date(2020, 1, 1), date(2030, 1, 1)),
            "asked": Period(date(2020, 1, 1), date(2030, 1, 1)),
            "customer_list.listed filters": customer_list.Filters(),
            "order_list.listed filters": order_list.Filters(),
            "login": "rep@nest",
            "typed_name": "another name",
            "names": [],
            "ordered_at": datetime(2026, 1, 1, tzinfo=UTC),
            "moment": datetime(2026, 1, 1, tzinfo=UTC),
            "day": date(2026, 1, 1),
            "region": "IN",
            "currency": "INR",
            "timezone": "Asia/Kolkata",
            "field": "seen",
            "what": "A sale",
            "visits.changing.change to": visits.VisitChange(notes="seen"),
            "visits.visit.check_follow_up new": visit,
            "to": orders.OrderChange(note="seen"),
            "new": products.NewProduct(name="Seen"),
            "products.change to": products.NewProduct(name="Seen"),
            "people.add_member new": people.NewMember("seen@nest", "Seen", "staff", "a long password"),
            "shop_settings.change_counting new": shop_settings.Counting(30),
            "metrics.measure.measure key": "revenue",
            "metrics.measure.measure_before key": "visit_conversion",
            "custom_fields.change key": "field_kanarivogel",
            "into_id": tag_id,
            **{f"tags.{name} subject": "customer" for name in ("of", "put_on", "take_off")},
            "companies.change fields": {"website": "seen.example"},
            "person_id": person_id,
            "segment_id": rule_id,
            "segments.keeping.put_on segment_id": segment_id,
            "segments.keeping.take_off segment_id": segment_id,
            "segments.keeping.create new": segments.NewSegment("Seen", rule),
            "segments.keeping.change to": segments.NewSegment("Seen", rule),
            "segments.sending.prepare purpose": "offer",
            "segments.sending.prepare values": {"offer": "Seen"},
            "segments.from_filters.rule_of filters": customer_list.Filters(city="Seen"),
            "segments.keeping.counts kept": [{"id": rule_id, "kind": "dynamic", "rule": rule, "name": WORD}],
            "rule": rule,
            **{f"segments.rules.{name} rule": {"all": [{"field": "tag", "operator": "any_of", "value": [str(tag_id)]}]}
               for name in ("checked", "told")},
            "health.record engagement": 40,
            "contact_people.add new": contact_people.NewPerson("Seen"),
            "contact_people.change to": contact_people.NewPerson("Seen"),
            "contact_people.whose phone": OF_PERSON,
            "custom_fields.remove key": "field_kanarivogel",
        },
    )


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of crmcore that takes an open shop first."""
    for module in pkgutil.walk_packages(crmcore.__path__, "crmcore."):
        if module.name.endswith(("cli", "__main__")):
            continue
        for function_name, function in vars(importlib.import_module(module.name)).items():
            if not inspect.isfunction(function) or function.__module__ != module.name or function_name[0] == "_":
                continue
            name = f"{module.name}.{function_name}".removeprefix("crmcore.")
            first = next(iter(inspect.signature(function).parameters.values()), None)
            if first is not None and first.annotation is ShopSession and not name.startswith(tuple(MACHINERY.split())):
                yield name, function


FUNCTIONS = dict(functions())


def arguments(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """What to give a function: by its own name and the parameter's, else by the parameter's; defaults stay."""
    wanted = {}
    for parameter in list(inspect.signature(FUNCTIONS[name]).parameters.values())[1:]:
        own = f"{name} {parameter.name}"
        if own in given:
            wanted[parameter.name] = given[own]
        elif parameter.default is inspect.Parameter.empty:
            if parameter.name not in given:
                pytest.fail(f"Say in tests/test_canaries.py what to give {name} as {parameter.name}.")
            wanted[parameter.name] = given[parameter.name]
        elif parameter.name.endswith("_id"):
            wanted[parameter.name] = given[parameter.name]
    return wanted


class Undo(Exception):
    """Nothing that is called here is kept."""


def told(name: str, shop: Shop, given: dict[str, Any]) -> str:
    """All that calling the function tells somebody of this shop: its answer in full, or its refusal."""
    answer = ""
    try:
        with shop_session(keeper(shop), alone=True) as session:
            answer = unfolded(session, FUNCTIONS[name](session, **arguments(name, given)))
            raise Undo
    except Undo:
        return answer
    except CrmError as refusal:
        return str(refusal)


def unfolded(shop: ShopSession, answer: Any) -> str:
    if isinstance(answer, Select):
        return repr(shop.execute(answer).all())
    if isinstance(answer, exports.Table):
        file = io.BytesIO()
        exports.write(shop, answer, file, "csv")
        return file.getvalue().decode()
    if isinstance(answer, Iterator):
        return repr(list(answer))
    return repr(answer)


def heard(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary.lower() in text.lower()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_another_shop_hears_no_canary(nest, new_shop, name):
    assert heard(told(name, new_shop(), nest.given)) == []


SINGS = """
    segments.rules.told segments.keeping.all_of segments.keeping.get segments.keeping.preview health.at_risk
    companies.of contact_people.get contact_people.name_of contact_people.of_customer contact_people.whose
    messages.consent.current messages.consent.history messages.outbox.get messages.outbox.page_of
    messages.preparing.ready messages.providers.all_of messages.templates.all_of
    messages.templates.find messages.templates.own
    refills.reading.call_of refills.reading.calls_between refills.reading.get refills.reading.of_customer
    refills.reading.of_order refills.reading.supplies refills.reading.listed exports.refills_table
    my_day.of_refills.items
    contacts.reading.get contacts.reading.of_phone contacts.reading.with_number contacts.listing.page_of
    contacts.listing.listed
    interactions.of_contact exports.contacts_table exports.leads_table
    leads.duplicates.duplicates leads.listing.page_of leads.listing.listed leads.listing.sources leads.reading.get
    leads.territories.all_of leads.reading.happened
    interactions.of_lead notes.of_lead follow_ups.open_of_lead
    follow_ups.get my_day.between my_day.of_follow_ups.items
    attachments.hand_out attachments.of_customer customer_timeline.of_shop customers.on_file interactions.get
    interactions.of_customer notes.of_customer notes.pinned reviews.of_customer
    customer_list.listed customer_list.page_of customer_search.recent customer_search.search
    customer_numbers.of_customer
    customer_timeline.of_customer customers.get custom_fields.fields exports.customers_table exports.orders_table
    imports.record.history imports.record.rejected_csv metrics.figures.revenue
    metrics.figures.top_customers metrics.measure_all metrics.overview.overview order_list.page_of orders.reading.get
    orders.reading.history orders.reading.items orders.reading.of_customer people.members people.reps products.find
    products.get tags.all_tags tags.of_customer tags.with_usage
    visits.reading.get visits.reading.of_customer visits.reading.of_day
    pipeline.reading.find pipeline.reading.get pipeline.reading.history pipeline.reading.items
    pipeline.board.columns pipeline.board.sources pipeline.listing.listed pipeline.listing.page_of
    pipeline.reading.of_customer pipeline.reasons.listed pipeline.stages.listed
    products.get tags.all_tags tags.of_customer visits.reading.get visits.reading.of_customer visits.reading.of_day
"""


@pytest.mark.parametrize("name", SINGS.split())
def test_its_own_shop_hears_them(nest, name):
    assert heard(told(name, nest.shop, nest.given))
