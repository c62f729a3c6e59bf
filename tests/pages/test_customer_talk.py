"""What is said with a customer, on their page: talk, notes, files and reviews; and the shop's activity."""

from datetime import time, timedelta

import pytest

from crmcore import attachments, customers, follow_ups, interactions, notes, notifications, reviews
from crmcore.database.gate import keeper, shop_session
from crmcore.interactions import NewInteraction
from crmcore.messages import consent, rules
from crmcore.messages.rules import Rules
from crmcore.notes import NewNote
from crmcore.reviews import Given

PDF = b"%PDF-1.7 quote"


@pytest.fixture
def asha(owner):
    with shop_session(owner, writes=True) as shop:
        fields = {"name": "Asha *Rao*", "phone": "98811 20456", "email": "asha@example.org"}
        return customers.create(shop, fields)


@pytest.fixture
def ravi(owner, join):
    return join("staff", owner.shop, name="Ravi Kale", sells=True)


def reading(who, function, *given, **more):
    with shop_session(who) as shop:
        return function(shop, *given, **more)


def writing(who, function, *given, **more):
    with shop_session(who, writes=True) as shop:
        return function(shop, *given, **more)


def choose(page, key, value):
    next(one for one in page.button_group if str(one.key).endswith(key)).set_value(value)


def field(page, key):
    kinds = (page.text_input, page.text_area, page.selectbox, page.multiselect, page.toggle, page.date_input)
    return next(one for kind in kinds for one in kind if str(one.key).endswith(key))


def button(page, key):
    return next(one for one in page.button if str(one.key).endswith(key)).click().run()


def labels(page):
    return {one.label for one in page.button}


def steps(page):
    return [box.label.replace("\\", "") for box in page.expander]


# Talk


def test_a_talk_is_logged_in_a_short_form_and_its_next_step_goes_on_somebodys_day(owner, asha, ravi, open_page, hands):
    page = hands.press(open_page("customer", ravi, id=asha), "Log a talk")
    assert page.title[0].value == r"Talk with Asha \*Rao\*"
    assert "how it ended, how they felt and a next step" in hands.read(page)
    [reach] = page.get("link_button")
    assert reach.proto.url == "tel:+919881120456"
    choose(page, "-kind", "whatsapp")
    field(page, "-notes").input("Sent the photo of the teal sofa.")
    choose(page, "-outcome", "Will come by")
    choose(page, "-sentiment", "positive")
    field(page, "-step").set_value(True)
    page = page.run()
    assert page.get("link_button")[0].proto.url == "https://wa.me/919881120456"
    field(page, "-next_step").input("Keep the teal sofa")
    field(page, "-next_step_by").select(owner.staff_id)
    page = button(page, "save-talk")
    assert not page.exception
    assert not page.error
    assert page.title[0].value == r"Asha \*Rao\*"
    [row] = reading(ravi, interactions.of_customer, asha)
    assert (row["kind"], row["direction"], row["outcome"]) == ("whatsapp", "out", "Will come by")
    assert (row["sentiment"], row["handled_by"]) == ("positive", ravi.staff_id)
    [step] = reading(ravi, follow_ups.open_of_customer, asha)
    assert (step["about"], step["assigned_to"]) == ("Keep the teal sofa", owner.staff_id)
    assert any(one.startswith("**WhatsApp sent: Sent the photo of the teal sofa.**") for one in steps(page))


def test_what_can_not_be_saved_is_told_and_stays_typed(owner, asha, open_page):
    page = open_page("customer", owner, id=asha, talk="new")
    field(page, "-notes").input("About the sofa")
    field(page, "-step").set_value(True)
    page = button(page.run(), "save-talk")
    assert "Say what the next step is" in page.error[0].value
    assert field(page, "-notes").value == "About the sofa"
    assert reading(owner, interactions.of_customer, asha) == []


def test_a_file_goes_with_a_talk_or_nothing_is_saved(owner, asha, open_page):
    page = open_page("customer", owner, id=asha, talk="new")
    choose(page, "-kind", "email")
    field(page, "-notes").input("The quote")
    field(page, "-has-file").set_value(True)
    page = page.run()
    page.file_uploader[0].upload("quote.png", PDF)
    page = button(page.run(), "save-talk")
    assert "is a PDF document" in page.error[0].value
    assert reading(owner, interactions.of_customer, asha) == []
    page.file_uploader[0].upload("quote.pdf", PDF)
    page = button(page.run(), "save-talk")
    assert not page.error
    [row] = reading(owner, interactions.of_customer, asha)
    assert row["files"] == ["quote.pdf"]
    page = open_page("customer", owner, id=asha, show="Talk")
    assert any("With quote" in one.value for one in page.markdown)


def test_an_own_talk_is_changed_and_removed_and_somebody_elses_is_not(owner, asha, ravi, open_page, hands):
    mine = writing(ravi, interactions.record, NewInteraction("call", asha, direction="in", outcome="Busy"))
    writing(owner, interactions.record, NewInteraction("meeting", asha, subject="Kitchen"))
    page = open_page("customer", ravi, id=asha, show="Talk")
    assert sum(label == "Change" for label in labels(page)) == 1
    page = button(page, f"change-talk-{mine}")
    assert field(page, "-own-outcome").value == "Busy"
    choose(page, "-outcome", "Reached")
    field(page, "-subject").input("Delivery")
    page = button(page.run(), "save-talk")
    assert not page.error
    row = reading(ravi, interactions.get, mine)
    assert (row["outcome"], row["subject"], row["direction"]) == ("Reached", "Delivery", "in")
    page = button(open_page("customer", ravi, id=asha, show="Talk"), f"removed-talk-{mine}")
    assert [row["kind"] for row in reading(ravi, interactions.of_customer, asha)] == ["meeting"]
    page = button(open_page("customer", ravi, id=asha, talk=mine), "talk-back")
    assert page.title[0].value == r"Asha \*Rao\*"


def test_the_history_is_narrowed_to_a_kind(owner, asha, open_page):
    writing(owner, interactions.record, NewInteraction("call", asha, subject="Sofa"))
    writing(owner, notes.add, asha, NewNote("Likes tea"))
    page = open_page("customer", owner, id=asha, show="Talk")
    assert [step.split("**")[1] for step in steps(page)] == ["Note: Likes tea", "Call: Sofa"]
    choose(page, "talk-kind", "call")
    assert [step.split("**")[1] for step in steps(page.run())] == ["Call: Sofa"]


# Notes


def test_a_pinned_note_stands_on_top_of_the_page_and_whom_it_names_is_told(owner, asha, ravi, open_page, hands):
    page = open_page("customer", owner, id=asha, show="Notes")
    field(page, "-body").input("Allergic to *nickel*.\n@Ravi Kale, tell the workshop")
    choose(page, "-kind", "important")
    field(page, "-pinned").set_value(True)
    page = button(page, "add-note")
    assert not page.error
    assert field(page, "-body").value == ""
    text = hands.read(open_page("customer", ravi, id=asha))
    assert "Allergic to *nickel*.  \n@Ravi Kale, tell the workshop" in text
    assert [row["what"] for row in reading(ravi, notifications.newest)] == ["mentioned"]
    assert "told Ravi Kale" in hands.read(page)


def test_notes_are_unpinned_changed_and_removed(owner, asha, open_page, hands):
    note_id = writing(owner, notes.add, asha, NewNote("Likes tea", is_pinned=True))
    page = button(open_page("customer", owner, id=asha, show="Notes"), f"note-{note_id}-pin")
    assert reading(owner, notes.pinned, asha) == []
    page = button(page, f"note-{note_id}-change")
    field(page, f"note-{note_id}-body").input("Likes coffee")
    page = button(page, f"note-{note_id}-save")
    assert not page.error
    assert [row["body"] for row in reading(owner, notes.of_customer, asha)] == ["Likes coffee"]
    page = button(page, f"note-{note_id}-removed")
    assert "No note yet" in hands.read(page)


def test_somebody_elses_note_can_be_pinned_but_not_changed(owner, asha, ravi, open_page):
    writing(owner, notes.add, asha, NewNote("Likes tea"))
    offered = labels(open_page("customer", ravi, id=asha, show="Notes"))
    assert "Pin" in offered
    assert not {"Change", "Remove note"} & offered


# Files


def test_a_file_is_added_listed_and_removed(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, show="Files")
    page.file_uploader[0].upload("../a *quote*.pdf", PDF)
    page = button(page.run(), "keep-file")
    assert not page.error
    [row] = reading(owner, attachments.of_customer, asha)
    assert "a quote.pdf" in hands.read(page)
    assert any(f'href="/files/{row["id"]}"' in one.proto.body for one in page.get("html"))
    page = button(page, f"removed-file-{row['id']}")
    assert "No file yet" in hands.read(page)


def test_a_file_that_is_not_what_it_is_called_is_refused(owner, asha, open_page):
    page = open_page("customer", owner, id=asha, show="Files")
    page.file_uploader[0].upload("photo.png", PDF)
    page = button(page.run(), "keep-file")
    assert "is a PDF document by its content" in page.error[0].value.replace("\\", "")
    assert reading(owner, attachments.of_customer, asha) == []


# Reviews


def test_a_review_is_asked_for_with_words_ready_and_written_down_when_it_comes(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, show="Reviews")
    assert "was not asked yet about WhatsApp" in page.info[0].value.replace("\\", "")
    agreed = (["whatsapp"], [consent.MARKETING], consent.ACCEPTED, "Told us at the counter")
    writing(owner, consent.record_all, asha, *agreed)
    writing(owner, rules.change, Rules(quiet_from=time(0), quiet_until=time(0)), [])  # pages live by the real clock
    page = open_page("customer", owner, id=asha, show="Reviews")
    assert page.text_area[0].value.startswith("Hello Asha *Rao*, thank you for coming to Meera Home & Care")
    [chat] = page.get("link_button")
    assert chat.proto.url.startswith("https://wa.me/919881120456?text=Hello%20Asha%20")
    page = button(page, "message-sent")
    assert not page.error
    assert "Not given yet" in hands.read(page)
    assert "Ask for a review" not in steps(page)
    page.feedback[0].set_value(3)
    field(page, "-review").input("Friendly")
    page = button(page.run(), "-save")
    assert not page.error
    assert reading(owner, reviews.summary, asha).average == 4
    assert "★★★★☆" in hands.read(page)
    [row] = reading(owner, reviews.of_customer, asha)
    page = button(page, f"review-{row['id']}-change")
    page.feedback[-1].set_value(4)
    page = button(page.run(), f"review-{row['id']}-save")
    assert reading(owner, reviews.summary, asha).average == 5
    page = button(page, f"review-{row['id']}-removed")
    assert "No review yet" in hands.read(page)


def test_asking_in_person_needs_no_message_and_can_be_withdrawn(owner, asha, open_page, hands):
    page = open_page("customer", owner, id=asha, show="Reviews")
    choose(page, "-channel", "in person")
    page = button(page.run(), "-asked")
    [row] = reading(owner, reviews.of_customer, asha)
    assert (row["channel"], row["asked_by"]) == ("in person", owner.name)
    page = button(page, f"review-{row['id']}-removed")
    assert "Ask for a review" in steps(page)


# What is hidden, and whose it is


def test_of_a_hidden_customer_everything_is_read_and_nothing_added(owner, asha, join, open_page, hands):
    writing(owner, interactions.record, NewInteraction("call", asha))
    writing(owner, notes.add, asha, NewNote("Likes tea"))
    with shop_session(owner, alone=True) as shop:
        customers.hide(shop, asha)
    for part in ("Talk", "Notes", "Files", "Reviews"):
        page = open_page("customer", owner, id=asha, show=part)
        assert not page.exception
        assert not labels(page) & {"Log a talk", "Add note", "Mark as asked", "Change", "Pin"}
    assert "Likes tea" not in hands.read(open_page("customer", join("staff", owner.shop), id=asha, show="Notes"))


def test_the_talk_of_another_shop_is_not_opened(owner, asha, new_shop, open_page, hands):
    with shop_session(keeper(new_shop()), writes=True) as other:
        bilal = customers.create(other, {"name": "Bilal"})
        theirs = interactions.record(other, NewInteraction("call", bilal, notes="secret"))
    for asked in (theirs, "nonsense"):
        page = open_page("customer", owner, id=asha, talk=asked)
        assert not page.exception
        assert "not in the history any more" in hands.read(page)
        assert not page.text_area


# The shop's activity


def test_managers_see_what_happened_lately_and_staff_do_not(owner, asha, join, open_page, hands):
    with shop_session(owner, alone=True) as shop:
        bilal = customers.create(shop, {"name": "Bilal"})
        interactions.record(shop, NewInteraction("call", bilal, subject="Sofa"))
        reviews.give(shop, asha, Given(1, given_at=shop.now - timedelta(days=3)))
    page = open_page("activity", join("manager", owner.shop))
    told = [link.label.replace("\\", "") for link in page.get("page_link")]
    assert any(one.startswith("**Asha *Rao*** :orange[:material/priority_high:] Gave 1 of 5 stars") for one in told)
    assert any(one.startswith("**Bilal** Call: Sofa") for one in told)
    choose(page, "part", "talk")
    assert len([one for one in page.run().get("page_link") if one.label.startswith("**")]) == 2
    with shop_session(owner, alone=True) as shop:
        customers.hide(shop, bilal)
    assert not any("Bilal" in one.label for one in open_page("activity", owner).get("page_link"))
    assert "not part of your account" in hands.read(open_page("activity", join("staff", owner.shop)))
